"""Who acts: a person is an issuer and a subject there; names and addresses are shown and never compared.

Several accounts can belong to one person. The file ``accounts.toml`` says so::

    [[person]]
    accounts = ["https://login.example.org|ada", "mlflow|ada"]
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from rai.errors import InputError
from rai.stored import Stored

Role = Literal["reviewer", "independent", "override", "policy_admin", "submitter", "auditor"]

#: The issuer of the program itself; no person may come from there.
PROGRAM = "rai"

#: Name of the file that joins accounts of one person; it lies beside the identity file.
ACCOUNTS = "accounts.toml"
_ACCOUNTS: TypeAdapter[dict[Literal["person"], tuple[dict[Literal["accounts"], tuple[str, ...]], ...]]] = TypeAdapter(
    dict[Literal["person"], tuple[dict[Literal["accounts"], tuple[str, ...]], ...]]
)


class Person(Stored):
    """One person as their identity provider names them.

    Attributes
    ----------
    issuer, subject
        Together the identity; two persons are the same if and only if both are equal.
    name
        Shown to people.
    roles
        What they may do here.
    accounts
        Other accounts known to be theirs, each ``issuer|subject``.
    """

    issuer: str
    subject: str
    name: str
    roles: tuple[Role, ...] = ()
    accounts: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """The identity."""
        return (self.issuer, self.subject)

    @property
    def account(self) -> str:
        """The identity in one word, as files write it: ``issuer|subject``."""
        return f"{self.issuer}|{self.subject}"


def read_identity(path: Path) -> Person | None:
    """Read the local identity file; ``None`` if there is none.

    Raises
    ------
    InputError
        If the file is there and is not an identity.
    """
    if not path.is_file():
        return None
    try:
        person = Person.model_validate({"issuer": "local", **tomllib.loads(path.read_text(encoding="utf-8"))})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise InputError(
            f"The identity file {path} is not one. Expected subject, name and roles, for example "
            'subject = "ada", name = "Ada Example", roles = ["reviewer"].'
        ) from error
    if person.issuer.strip().casefold() == PROGRAM:
        raise InputError(f"The identity file {path} names the program itself. Take the line with the issuer out.")
    return joined(person, path.with_name(ACCOUNTS))


def joined(person: Person, path: Path) -> Person:
    """Return the person with every other account that the file of accounts says is theirs.

    Raises
    ------
    InputError
        If the file is there and cannot be read.
    """
    if not path.is_file():
        return person
    try:
        known = _ACCOUNTS.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise InputError(
            f'The file {path} is not a list of accounts. Expected [[person]] with accounts = ["issuer|subject", ...].'
        ) from error
    own = {person.account, *person.accounts}
    theirs = (set(item["accounts"]) for item in known.get("person", ()) if own & set(item.get("accounts", ())))
    others = set(person.accounts).union(*theirs) - {person.account}
    return person.model_copy(update={"accounts": tuple(sorted(others))})


def write_identity(path: Path, person: Person) -> None:
    """Write a local identity file, readable by its owner only."""
    roles = ", ".join(f'"{role}"' for role in person.roles)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'subject = "{person.subject}"\nname = "{person.name}"\nroles = [{roles}]\n', encoding="utf-8")
    path.chmod(0o600)


def acting(path: Path) -> Person:
    """Return who acts on the command line: the local identity.

    Raises
    ------
    InputError
        If there is none.
    """
    person = read_identity(path)
    if person is None:
        raise InputError(
            f"Nobody is named in {path}. Write it with three lines: "
            'subject = "ada", name = "Ada Example", roles = ["submitter"].'
        )
    return person
