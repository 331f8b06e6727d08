"""The servers that every other test stands on."""

import smtplib
import socket
from urllib.parse import urlsplit

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from redis.asyncio import Redis

from stack.servers.smtp import Smtp
from tests.servers import Cluster, Database


async def test_the_cluster_checks_passwords_and_knows_unicode(postgres: Cluster) -> None:
    connection = await asyncpg.connect(postgres.server.url())
    try:
        assert await connection.fetchval("SHOW fsync") == "on"
        assert await connection.fetchval("SELECT upper('ß é') || lower('ÉÑ')") == "ß Ééñ"
        rules = await connection.fetch("SELECT DISTINCT auth_method FROM pg_hba_file_rules")
        assert [rule["auth_method"] for rule in rules] == ["scram-sha-256"]
    finally:
        await connection.close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(postgres.server.url().replace(postgres.server.password, "wrong"))


async def test_a_role_is_kept_out_of_the_other_kind_of_database(postgres: Cluster) -> None:
    database = postgres.empty("log", "only_roles_log")
    (await asyncpg.connect(database.url("command"))).terminate()
    with pytest.raises(KeyError):
        database.url("palimpsest_nobody")
    postgres.empty("read", "only_roles_read")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await (await asyncpg.connect(database.url("query"))).close()


async def test_the_broker_carries_a_record_to_its_partition(kafka: str, topic: str) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka, acks="all", enable_idempotence=True) as producer:
        await producer.send_and_wait(topic, b"value", key=b"key", partition=15)
    async with AIOKafkaConsumer(topic, bootstrap_servers=kafka, auto_offset_reset="earliest") as consumer:
        record = await consumer.getone()
    assert (record.partition, record.key, record.value) == (15, b"key", b"value")


async def test_the_queue_server_needs_its_password(valkey: str) -> None:
    client = Redis.from_url(valkey)
    assert await client.set("a", "1")
    await client.aclose()
    address = urlsplit(valkey)
    with socket.create_connection((address.hostname or "", address.port or 0)) as connection:
        connection.sendall(b"GET a\r\n")
        assert connection.recv(64).startswith(b"-NOAUTH")


def test_the_mail_sink_keeps_a_mail_as_a_file(smtp: Smtp) -> None:
    before = set(smtp.folder.glob("*.eml"))
    with smtplib.SMTP("127.0.0.1", smtp.port) as client:
        client.sendmail("from@example.org", ["to@example.org"], "Subject: kept\r\n\r\nbody\r\n")
    (mail,) = set(smtp.folder.glob("*.eml")) - before
    assert "Subject: kept" in mail.read_text()
    assert "X-Envelope-To: to@example.org" in mail.read_text()


async def test_fresh_databases_are_migrated_and_apart(log_database: Database, read_database: Database) -> None:
    for database in (log_database, read_database):
        connection = await asyncpg.connect(database.url("owner"))
        try:
            assert await connection.fetchval("SELECT count(*) FROM alembic_version")
        finally:
            await connection.close()


def test_the_mail_sink_refuses_an_endless_mail(smtp: Smtp) -> None:
    long = "Subject: long\r\n\r\n" + ("x" * 78 + "\r\n") * 150_000
    with smtplib.SMTP("127.0.0.1", smtp.port) as client, pytest.raises(smtplib.SMTPResponseException) as refused:
        client.sendmail("from@example.org", ["to@example.org"], long)
    assert refused.value.smtp_code == 552
