"""Who is looking: a person from the identity provider, or from the local identity file, or nobody."""

from __future__ import annotations

import time
import tomllib

import streamlit as st
from pydantic import TypeAdapter, ValidationError
from streamlit.errors import StreamlitSecretNotFoundError

from rai.errors import InputError, Refused
from rai.people import ACCOUNTS, Person, Role, joined, read_identity
from rai.settings import Settings

#: Seconds after which a login is too old to sign with, and by which the provider's clock may be ahead of ours.
RECENT, AHEAD = 15 * 60, 60

_ROLES: TypeAdapter[dict[str, tuple[Role, ...]]] = TypeAdapter(dict[str, tuple[Role, ...]])


def login_configured() -> bool:
    """True if an OpenID Connect login is set up in the secrets."""
    try:
        return "auth" in st.secrets
    except (StreamlitSecretNotFoundError, FileNotFoundError):
        return False


def person(settings: Settings) -> Person | None:
    """Return who is looking, with the roles held now; ``None`` for nobody."""
    if not login_configured():
        return read_identity(settings.identity_file)
    if not st.user.get("is_logged_in"):
        return None
    issuer, subject = str(st.user.get("iss") or ""), str(st.user.get("sub") or "")
    if not issuer or not subject:
        return None
    name = str(st.user.get("name") or subject)
    known = Person(issuer=issuer, subject=subject, name=name, roles=roles(settings, issuer, subject))
    return joined(known, settings.home / ACCOUNTS)


def roles(settings: Settings, issuer: str, subject: str) -> tuple[Role, ...]:
    """Return the roles of somebody who has logged in; none for anybody not named in ``roles.toml``.

    Raises
    ------
    InputError
        If the file is there and cannot be read.
    """
    path = settings.home / "roles.toml"
    if not path.is_file():
        return ()
    try:
        known = _ROLES.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise InputError(
            'roles.toml is not a table of roles. Expected lines like "https://issuer|subject" = ["reviewer"].'
        ) from error
    return known.get(f"{issuer}|{subject}", ())


def require_recent_login() -> None:
    """Refuse a decision on an old login; a local identity has none.

    What counts is when the person proved who they are (claim ``auth_time``, OpenID Connect Core 1.0, section 2). When
    the token was made says nothing about that.

    Raises
    ------
    Refused
        If the person logged in more than 15 minutes ago, or the provider does not say when.
    """
    if not login_configured():
        return
    stamp = st.user.get("auth_time")
    if not isinstance(stamp, int | float) or isinstance(stamp, bool):
        raise Refused(
            "Your identity provider does not say when you signed in (claim auth_time), so nothing can be signed. Ask "
            "for it with authorize_params = { max_age = 900 } below [auth.default] in secrets.toml."
        )
    if not -AHEAD <= time.time() - stamp <= RECENT:
        raise Refused("You signed in more than 15 minutes ago. Sign out and in again, then decide.")


def source(settings: Settings) -> str:
    """Say in a sentence where the identity comes from."""
    if login_configured():
        return "Signed in with your identity provider."
    return f"Identity from the local file {settings.identity_file.name}; nobody has checked it."


def nobody(settings: Settings) -> str:
    """Say in a sentence what somebody without an identity is to do."""
    if login_configured():
        return "Nobody is signed in. Sign in to see the reviews."
    return (
        f"Nobody is named on this machine. Write {settings.identity_file} with three lines: "
        'subject = "ada", name = "Ada Example", roles = ["reviewer"]; then load the page again.'
    )
