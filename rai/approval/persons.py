"""Says whether two accounts belong to one person: generous where that forbids something, exact where it allows.

Nobody decides on a version they had a hand in, and nobody counts twice. Accounts that only look different (other case,
other composition, unseen letters, letters of another alphabet that look the same) therefore count as one person there.
A right is given to exactly the account that holds it.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rai.people import Person

#: Letters of other alphabets that look like Latin ones (after Unicode TR 39, confusables), capitals and small.
_TWINS = str.maketrans(
    "АВЕКМНОРСТУХІЈЅԀӀԚԜҺавекмнорстухіјѕԁӏԛԝһѵΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχєıɑɡ",
    "ABEKMHOPCTYXIJSDLQWHabekmhopctyxijsdlqwhvABEZHIKMNOPTYXaikvoptuxeiag",
)


def same_account(one: Person, other: Person) -> bool:
    """True if issuer and subject are the same, however their letters are composed (Unicode NFC); grants rights."""
    return _composed(one) == _composed(other)


def same_person(one: Person, other: Person) -> bool:
    """True if the accounts may belong to one person; names are never compared. Only forbids, never grants."""
    return bool(_known_as(one) & _known_as(other))


# A ledger names the same few people many times.
@lru_cache(maxsize=4096)
def _composed(person: Person) -> tuple[str, ...]:
    return tuple(unicodedata.normalize("NFC", part) for part in person.key)


@lru_cache(maxsize=4096)
def _known_as(person: Person) -> frozenset[str]:
    return frozenset(_outline(account) for account in (person.account, *person.accounts))


def _outline(account: str) -> str:
    """Return what an account looks like, whatever letters it is written with."""
    plain = unicodedata.normalize("NFKC", account).translate(_TWINS).casefold().translate(_TWINS)
    seen = "".join(letter for letter in plain if unicodedata.category(letter) not in {"Cf", "Cc", "Mn", "Zs"})
    issuer, bar, subject = unicodedata.normalize("NFC", seen).partition("|")
    host = issuer.removeprefix("https://").removeprefix("http://").rstrip("/")
    return f"{host}{bar}{subject}"
