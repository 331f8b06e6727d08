"""Mail servers as they may be: with TLS and a password, choosy, or curt."""

import asyncio
import contextlib
import email
import ipaddress
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kit import clock
from stack.ports import free_port


@dataclass
class Office:
    """Takes mails, but answers `refused` by address, and says `farewell` to QUIT."""

    refused: Mapping[str, str] = field(default_factory=dict)
    thinks_s: float = 0
    """Before it says that it has taken a mail."""
    farewell: str = "221 Bye"
    when_taken: Callable[[EmailMessage], None] = lambda _mail: None
    """Called before the sender hears of it."""
    when_left: Callable[[], None] = lambda: None
    """Called when the sender has heard of it, before it is done with the server."""
    mails: list[EmailMessage] = field(default_factory=list)
    is_encrypted: list[bool] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """Every recipient that somebody named."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.asked.append(address)
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - same
        content = envelope.content
        assert isinstance(content, bytes)
        mail = email.message_from_bytes(content, policy=default)
        self.mails.append(mail)
        self.when_taken(mail)
        self.is_encrypted.append(session.ssl is not None)
        await asyncio.sleep(self.thinks_s)
        return "250 OK"

    async def handle_QUIT(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802 - same
        self.when_left()
        return self.farewell

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, given: Any) -> AuthResult:
        is_right = isinstance(given, LoginPassword) and (given.login, given.password) == (b"us@er", b"pass/word")
        return AuthResult(success=is_right, handled=False)


@contextlib.contextmanager
def serving(office: Office, **how: Any) -> Iterator[int]:
    """Gives the port. `how` is aiosmtpd's."""
    controller = Controller(office, hostname="localhost", port=free_port(), enable_SMTPUTF8=True, **how)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def certified(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS for `localhost`, and the certificate that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain),
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, private)
    return context, certificate
