"""Who acts: a person is an issuer and a subject there; names and addresses are shown and never compared."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from rai.errors import InputError
from rai.stored import Stored

Role = Literal["reviewer", "submitter", "auditor"]


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
    """

    issuer: str
    subject: str
    name: str
    roles: tuple[Role, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """The identity."""
        return (self.issuer, self.subject)


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
        return Person.model_validate({"issuer": "local", **tomllib.loads(path.read_text(encoding="utf-8"))})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise InputError(
            f"The identity file {path} is not one. Expected subject, name and roles, for example "
            'subject = "ada", name = "Ada Example", roles = ["reviewer"].'
        ) from error


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
