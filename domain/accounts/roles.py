"""What an account may be allowed to do."""

from typing import Literal, TypeAlias

Role: TypeAlias = Literal["author", "editor", "admin"]
"""author: writes posts. editor: changes everybody's. admin: also gives roles, suspends and closes accounts."""
