"""Small installations for the tests of publishing: real reviews and a real registry, and a card drawn without delay."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

from rai.approval.cases import Case
from rai.card import NARRATIVE, ModelCard
from rai.clock import now
from rai.people import Person
from rai.promoting import promote
from rai.publishing import publish
from rai.reconciling import Report, reconcile
from rai.settings import Settings
from rai.signing import edit_narrative, sign, standing
from rai.versions import ModelVersionRef
from rai.workspace import Workspace
from tests import postgres
from tests.pages import stored

FIRST, SECOND = stored.CHAMPION, stored.CHALLENGER
SUBMITTER, REVIEWER = stored.SUBMITTER, stored.REVIEWER
OPS = Person(issuer="local", subject="ops", name="Ola Ops", roles=("reviewer",))
FILES = ("card.md", "card.json")
PUBLISHED = (
    "attestation.dsse.json", "card.content.json", "card.json", "card.md", "environment.json", "policy.toml",
    "review.json",
)  # fmt: skip


def render(card: ModelCard) -> Mapping[str, bytes]:
    """A card in two forms, made of its digest and its sign-offs."""
    names = ", ".join(item.person.name for item in card.sign_offs)
    return {name: f"{name} {card.content_digest} {names}".encode() for name in FILES}


def settings(home: Path, **more: str) -> Settings:
    """The settings of an installation; a file ``database-url`` in it names another database than SQLite."""
    named = home / "database-url"
    other = {"RAI_DATABASE_URL": named.read_text()} if named.is_file() else {}
    return Settings.load({"RAI_HOME": str(home), "RAI_POLICIES": str(home / "policies"), **other, **more})


def build(home: Path, refs: tuple[ModelVersionRef, ...] = (FIRST, SECOND)) -> Path:
    """Register, submit and review versions, and write their cards' human half."""
    workspace = Workspace.open(settings(home))
    stored.build(workspace, refs)
    for ref in refs:
        texts = {key: f"Written for the test: {heading}." for key, heading, _ in NARRATIVE}
        edit_narrative(workspace, ref, actor=SUBMITTER, texts=texts, time=now())
    return home


def copied(home: Path, to: Path, **more: str) -> Workspace:
    """Copy an installation, so that a test may write to it, and open the copy."""
    copy(home, to)
    return Workspace.open(settings(to, **more))


def copy(home: Path, to: Path) -> None:
    """Copy an installation with its database and its registry, without opening it."""
    shutil.copytree(home, to)
    stored.moved(home, to)
    if (to / "database-url").is_file():
        (to / "database-url").write_text(postgres.copied((home / "database-url").read_text()))


def approve(
    workspace: Workspace, ref: ModelVersionRef = FIRST, *, actor: Person = REVIEWER, idem: str = "form"
) -> Case:
    """Approve a version on what is there now."""
    seen = standing(workspace, ref)
    return sign(
        workspace, ref, actor=actor, decision="approve", rationale="The evidence is enough for this use.",
        seen_etag=seen.etag, idem=f"{idem} {ref.uri}", time=now(),
    )  # fmt: skip


def settle(workspace: Workspace, ref: ModelVersionRef = FIRST) -> None:
    """Approve, publish and promote a version, and look once at everything."""
    approve(workspace, ref)
    publish(workspace, ref, render=render, time=now())
    promote(workspace, ref, by="Ola Ops", time=now())
    assert reconcile(workspace, render=render, time=now(), deep=False) == Report()


def published(workspace: Workspace, ref: ModelVersionRef = FIRST) -> dict[str, bytes]:
    """What lies beside the model, by name."""
    case = workspace.ledger.history().case(ref)
    assert case is not None
    found = workspace.registry.read_folder(ref, case.review_id)
    return {name.rsplit("/", 1)[-1]: data for name, data in found.items()}


def tags(workspace: Workspace, ref: ModelVersionRef = FIRST) -> dict[str, str]:
    """The tags of this program on a version, as MLflow has them."""
    found = workspace.registry.version(ref).tags
    return {name: value for name, value in found.items() if name in {"rai.status", "rai.attestation", "Approval"}}


def events(workspace: Workspace, ref: ModelVersionRef = FIRST) -> list[str]:
    """The kinds of the rows about a version."""
    return [str(row.fields["event"]) for row in workspace.ledger.rows(ref)]


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
