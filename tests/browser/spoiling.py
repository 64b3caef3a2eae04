"""A stored installation full of text that means mischief, for the pages and for a real browser."""

from __future__ import annotations

import json
import re

from rai.approval import desk
from rai.narrative import Entry as Said
from rai.narrative import RiskPair
from rai.narrative_fields import FIELDS
from rai.people import Person
from rai.review import Review
from rai.signing import edit_narrative, standing
from rai.workspace import Workspace
from tests.pages import stored
from tests.reports.payloads import PAYLOADS

#: Names of columns and groups in the stored reviews; every one of them is replaced by a share of the payloads.
NAMES = ("income", "debt", "region", "sex", "race", "north", "south", "west", "female", "male")
#: The same mischief calling a function of ours, so that whatever runs is counted, seen or unseen.
HOOKED = (
    "<script>ran('script')</script>", "<img src=x onerror=ran('image')>", "<svg/onload=ran('svg')>",
    "<a href=\"javascript:ran('link')\">x</a>", "[x](javascript:ran('markdown'))", "<details open ontoggle=ran('open')>x",
    "<iframe srcdoc=\"<script>parent.ran('frame')</script>\"></iframe>", "<input autofocus onfocus=ran('focus')>",
    "<style>@import 'http://evil.example/x.css';</style>", "![x](http://evil.example/x.png)", "http://evil.example/x",
)  # fmt: skip
ALL = (*HOOKED, *PAYLOADS)
SHARES = {name: " ".join(ALL[place :: len(NAMES)]) for place, name in enumerate(NAMES)}
EVERYTHING = "\n\n".join(ALL)
#: What a spreadsheet of any country takes for the beginning of a formula or a command.
ACTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
#: A number this program has written, such as a difference in percentage points.
_NUMBER = re.compile(r"[+\-−]?[\d.,]+( pp| %)?")
MAN = Person(
    issuer="local", subject="mallory", name=" ".join(PAYLOADS[:40]), roles=("reviewer", "submitter", "auditor")
)
REF = stored.CHALLENGER


def replaced(value: object) -> object:
    """The same record with payloads for names, in keys and in sentences as well."""
    if isinstance(value, str):
        return re.sub(rf"\b({'|'.join(NAMES)})\b", lambda found: SHARES[found[1]], value)
    if isinstance(value, dict):
        return {str(replaced(key)): replaced(item) for key, item in value.items()}
    return [replaced(item) for item in value] if isinstance(value, list) else value


def spoilt(workspace: Workspace) -> None:
    """Put payloads into a review, its card, its ledger and the name of who looks."""
    review = workspace.archive.review(REF)
    assert review is not None
    record = json.loads(review.to_bytes())
    kept = {name: record[name] for name in ("digests", "target", "ref", "model", "versions")}
    workspace.archive.save_review(Review.model_validate({**replaced(record), **kept, "by": EVERYTHING}))
    for spec in FIELDS:
        said = Said(
            text=EVERYTHING, pairs=(RiskPair(risk=EVERYTHING, mitigation=EVERYTHING),) if spec.kind == "pairs" else ()
        )
        if spec.kind != "date":
            edit_narrative(workspace, REF, actor=MAN, texts={spec.key: said}, time=stored.TIME)
    found = standing(workspace, stored.WAGE)
    desk.sign_off(
        workspace.ledger, stored.WAGE, actor=MAN, decision="request changes", rationale=EVERYTHING, idem="x",
        seen_etag=found.etag, live=found.digests, findings=found.findings, unwritten=(), time=stored.TIME,
    )  # fmt: skip


def acts(cell: str) -> bool:
    """True if a spreadsheet that opens this cell takes it for more than text or a number."""
    return cell.lstrip(" \u00a0\u3000").startswith(ACTS) and not _NUMBER.fullmatch(cell)
