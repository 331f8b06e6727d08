"""Mail addresses: unique without regard to case, claimed as a keyed hash."""

import unicodedata
from typing import Annotated, TypeAlias

from pydantic import EmailStr, Field

from domain.accounts.refusals import AddressTaken
from domain.command import Context, Name

Address: TypeAlias = Annotated[EmailStr, Field(max_length=254)]


def address_name(address: str) -> Name:
    """The name that an address is claimed, released and looked up by."""
    return Name("address", unicodedata.normalize("NFC", address).casefold(), is_private=True)


def claim_address(address: str, context: Context) -> Name:
    """Gives the claim on an address.

    Raises:
        AddressTaken: another account has it.
    """
    name = address_name(address)
    if name in context.taken:
        raise AddressTaken("Another account has this address; sign in there or give another.", field="/address")
    return name
