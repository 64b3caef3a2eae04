"""Hands the demo's versions in and queues their reviews, as a lending team would, once."""

from __future__ import annotations

from collections.abc import Callable

from rai.clock import now
from rai.demo import WRITTEN, demo_refs
from rai.demo_words import LENDING, RISKS
from rai.narrative import Entry, RiskPair
from rai.people import Person, read_identity, write_identity
from rai.settings import Settings
from rai.signing import edit_narrative
from rai.submission import submit
from rai.versions import Target
from rai.workspace import Workspace

SUBMITTER = Person(issuer="demo", subject="lending-team", name="Demo lending team", roles=("submitter",))
REVIEWER = Person(issuer="local", subject="reviewer", name="Local reviewer", roles=("reviewer", "submitter", "auditor"))


def queue_demo(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Submit each demo version that was not submitted before, and write a local identity where there is none."""
    done = settings.home / "demo-queued"
    if done.exists():
        return
    workspace = Workspace.open(settings)
    if read_identity(settings.identity_file) is None:
        write_identity(settings.identity_file, REVIEWER)
    for ref in demo_refs():
        if workspace.archive.submission(ref) is None:
            target = Target(kind="version", name=ref.name, selector=ref.version)
            submit(workspace, target, handed=None, submitter=SUBMITTER, when=now())
            if ref == WRITTEN:
                edit_narrative(workspace, ref, actor=SUBMITTER, texts=_entries(), time=now())
        workspace.jobs.enqueue("review", ref.uri, by=SUBMITTER.name)
        say(f"Queued {ref.uri}")
    done.touch()


def _entries() -> dict[str, Entry]:
    """What the lending team wrote, its risks in pairs."""
    pairs = tuple(RiskPair(risk=risk, mitigation=done) for risk, done in RISKS)
    entries = {key: Entry(text=text) for key, text in LENDING.items()}
    key = "ethical_considerations"
    return {**entries, key: entries[key].model_copy(update={"pairs": pairs})}
