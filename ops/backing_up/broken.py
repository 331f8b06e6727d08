"""Why a backup, or what was given as one, is not used."""


class BackupRefused(Exception):  # noqa: N818 - named for the fact
    """Nothing was changed; the message says what is wrong and what to do. It names files, never what is in them."""
