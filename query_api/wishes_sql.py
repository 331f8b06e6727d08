"""What is wished of posts beside the lists that they are in: liked by somebody, by whom somebody follows."""

from enum import Enum


class Wish(Enum):
    """A condition on `s`, a row with a post; the account is a parameter.

    OFFSET 0 keeps it a look-up for each row, whatever the statistics of a small table say.
    """

    LIKED = "EXISTS (SELECT FROM serving.likes AS k WHERE k.post = s.post AND k.account = {account} OFFSET 0)"
    FOLLOWED = """EXISTS (
        SELECT FROM serving.post_lists AS w CROSS JOIN LATERAL unnest(w.authors) AS written(author)
          JOIN serving.follows AS f ON f.follower = {account} AND f.followee = written.author
         WHERE w.post = s.post OFFSET 0)"""


def wished(wishes: tuple[Wish, ...], first: int) -> str:
    """The conditions, each with the next parameter from the first on."""
    return "".join(f" AND {wish.value.format(account=f'${number}')}" for number, wish in enumerate(wishes, first))
