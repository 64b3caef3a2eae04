"""Cards made by hand, and cards whose every text means mischief."""

from __future__ import annotations

from collections.abc import Callable

from rai.card import (
    EvidenceSection,
    HolderSignature,
    ModelCard,
    NarrativeField,
    SignOff,
    Stand,
    Waiver,
)
from rai.measures import Measure
from rai.narrative import RiskPair
from rai.narrative_fields import FIELDS
from rai.people import Person
from rai.policy import Finding
from rai.review import Detail
from rai.section import Axis, Column, Figure, FigureKind, Node, Point, Section, Series, Table

DIGESTS = {
    name: letter * 64
    for name, letter in zip(("model", "dataset", "review", "policy", "environment"), "abcde", strict=True)
}
ADA = Person(issuer="https://login.example.org", subject="ada", name="Ada Example", roles=("reviewer",))
BEN = Person(issuer="https://login.example.org", subject="ben", name="Ben Example", roles=("independent",))
KINDS: tuple[FigureKind, ...] = ("interval", "bars", "line", "histogram", "heatmap", "waterfall", "scatter", "tree")
MISCHIEF = (
    '<script>alert(1)</script> <img src=x onerror=alert(1)> #panic("x") $x^2$ @ref *bold* _it_ `code` ~~no~~ '
    "[link](http://evil.example/) http://evil.example {{ 7*7 }} {% raw %} \\ | & &amp; \" ' --> ]]> # - 1."
)


def axes(kind: FigureKind) -> dict[str, Axis]:
    """Axes that fit the kind: words along x where categories stand there."""
    words = kind in {"interval", "bars", "heatmap", "waterfall"}
    return {
        "x": Axis(label="Group", format="text" if words else "number"),
        "y": Axis(label="Rate", unit="share of rows", format="percent", low=0, high=1),
    }


def figure(kind: FigureKind, names: tuple[str, ...] = ("women", "men", "others"), **changes: object) -> Figure:
    """A small figure of a kind, with an absent value where the kind may have one."""
    if kind == "tree":
        nodes = [Node(key=0, parent=None, label="All rows", value=0.2, n=400)]
        nodes += [
            Node(key=at, parent=at // 2, label=name, value=0.1 * at, n=100 + at, note="small")
            for at, name in enumerate(names, 1)
        ]
        values = {"title": f"A {kind}", "alt": f"What the {kind} shows.", "nodes": tuple(nodes)}
        return Figure(kind=kind, **{**axes(kind), **values, **changes})
    numeric = kind in {"line", "histogram", "scatter"}
    points = tuple(
        Point(
            x=at / 10 if numeric else name,
            y=0.1 + (at % 8) / 10,
            low=0.05 + (at % 8) / 10,
            high=0.15 + (at % 8) / 10,
            n=1000 + at,
        )
        for at, name in enumerate(names)
    )
    absent = (
        (Point(x="nobody", y=None, n=7, note="Not judged: 7 rows."),) if kind in {"interval", "bars", "heatmap"} else ()
    )
    series = (Series(name="Rate", points=(*points, *absent)),)
    values = {
        "title": f"A {kind}",
        "alt": f"What the {kind} shows.",
        "reference": 0.5,
        "reference_label": "all rows",
        "series": series,
    }
    return Figure(kind=kind, **{**axes(kind), **values, **changes})


def section(**changes: object) -> Section:
    """A section with a figure of every kind and a table."""
    table = Table(
        title="Metrics",
        columns=(
            Column(name="Metric"),
            Column(name="Value", format="percent"),
            Column(name="Low", format="percent"),
            Column(name="High", format="percent"),
            Column(name="n", format="integer"),
        ),
        rows=(("Accuracy", 0.78, 0.737, 0.818, 1400), ("Precision", None, None, None, 3)),
        note="Low and high are the ends of the 95 % interval.",
    )
    values = {
        "key": "performance",
        "title": "Performance",
        "question": "Is it good enough?",
        "lead": "Of 1,400 rows 78.0 % are right.",
        "warnings": ("One group is small.",),
        "figures": tuple(figure(kind) for kind in KINDS),
        "tables": (table,),
        "how_to_read": ("More is better.",),
        "limitations": ("These rows only.",),
    }
    return Section(**{**values, **changes})


def evidence(**changes: object) -> EvidenceSection:
    """An analysis that was carried out."""
    values = {
        "analysis": "performance",
        "title": "Performance",
        "question": "Is it good enough?",
        "status": "computed",
        "section": section(),
    }
    return EvidenceSection(**{**values, **changes})


def finding(**changes: object) -> Finding:
    """A finding that passes."""
    measure = Measure(
        analysis="performance", metric="accuracy", aggregate="overall", value=0.78, low=0.737, high=0.818, n=1400
    )
    values = {
        "rule": "accurate",
        "severity": "block",
        "verdict": "pass",
        "sentence": "It is accurate.",
        "threshold": 0.7,
        "measure": measure,
    }
    return Finding(**{**values, **changes})


def narrative(text: str = "Written.") -> tuple[NarrativeField, ...]:
    """Every field of the narrative, written by Ada; the policy asks for all of them."""
    return tuple(
        NarrativeField(
            key=spec.key, heading=spec.heading, prompt=spec.prompt, text=text, author=ADA,
            written="2026-05-04T10:00:00+00:00", topic=spec.topic,
        )
        for spec in FIELDS
    )  # fmt: skip


def told(key: str, **changes: object) -> NarrativeField:
    """One field of the narrative by its key, written by Ada, that the policy does not ask for."""
    (found,) = (field for field in narrative() if field.key == key)
    return NarrativeField(**{**dict(found), "required": False, **changes})


def of_every_state() -> tuple[NarrativeField, ...]:
    """A narrative with pairs, a reason why something does not apply, a source, and a field nobody has written."""
    pairs = (RiskPair(risk="A wrong refusal.", mitigation="A second look."), RiskPair(risk="Habit."))
    special = {
        "ethical_considerations": {"pairs": pairs},
        "privacy": {"text": "", "not_applicable": "No personal data are in it.", "required": False},
        "licence": {"source": "Taken from README.md."},
        "tradeoffs": {"text": "", "author": None, "written": "", "required": False},
    }
    return tuple(field.model_copy(update=special.get(field.key, {})) for field in narrative())


def card(**changes: object) -> ModelCard:
    """A card without an open point and without a decision."""
    values = {
        "model": "credit",
        "version": "3",
        "review_id": "r1",
        "review_digest": DIGESTS["review"],
        "policy": "standard",
        "created": "2026-05-04T09:30:00+00:00",
        "details": (Detail(name="Owner", value="Lending", source="profile"),),
        "narrative": narrative(),
        "evidence": (evidence(),),
        "findings": (finding(),),
        "digests": DIGESTS,
    }
    return ModelCard(**{**values, **changes})


def signed(found: ModelCard, **changes: object) -> ModelCard:
    """The card with an approval by Ada on exactly its bytes, unless changed."""
    values = {
        "person": ADA,
        "role": "reviewer",
        "decision": "approve",
        "rationale": "Good enough for a trial.",
        "time": "2026-05-05T10:00:00+00:00",
        "digests": {**found.digests, "card": found.content_digest},
    }
    return found.model_copy(update={"sign_offs": (*found.sign_offs, SignOff(**{**values, **changes}))})


def waiver(found: Finding, **changes: object) -> Waiver:
    """A waiver of a finding until the first of June 2026."""
    values = {
        "finding": found.digest,
        "rule": found.rule,
        "sentence": found.sentence,
        "verdict": found.verdict,
        "reason": "The next version mends it.",
        "owner": "Head of Lending",
        "until": "2026-06-01T12:00:00+00:00",
        "person": ADA,
        "time": "2026-05-04T12:00:00+00:00",
    }
    return Waiver(**{**values, **changes})


def stand(state: str, **changes: object) -> Stand:
    """Where a decision stood."""
    return Stand(**{"state": state, "sentence": "Where it stands.", "tier": "high", **changes})


def holder(found: ModelCard, person: Person, **changes: object) -> HolderSignature:
    """One signature for an exception on exactly these bytes."""
    values = {
        "person": person,
        "reason": "Flood relief",
        "ticket": "T-1",
        "until": "2026-05-19T10:00:00+00:00",
        "time": "2026-05-05T10:00:00+00:00",
        "digests": {**found.digests, "card": found.content_digest},
    }
    return HolderSignature(**{**values, **changes})


#: Fields that hold one of a few words, so that nobody can write mischief into them.
CLOSED = {"decision", "severity", "verdict", "kind", "format", "aggregate", "roles", "status", "tier"}


def rewritten(found: ModelCard, rewrite: Callable[[str, str], str]) -> ModelCard:
    """The card with every text replaced by ``rewrite(place, text)``; places read ``details.0.value``."""
    return ModelCard.model_validate(_rewritten(found.model_dump(mode="json"), "", rewrite))


def _rewritten(value: object, place: str, rewrite: Callable[[str, str], str]) -> object:
    if isinstance(value, dict):
        return {
            key: item if key in CLOSED else _rewritten(item, f"{place}.{key}".lstrip("."), rewrite)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_rewritten(item, f"{place}.{number}", rewrite) for number, item in enumerate(value)]
    return rewrite(place, value) if isinstance(value, str) else value


def full() -> ModelCard:
    """A card with everything a card can hold."""
    absent = Measure(
        analysis="fairness",
        metric="selection_rate",
        feature=("sex",),
        group=("men",),
        value=None,
        n=3,
        reason="too few rows",
    )
    warned = finding(verdict="fail", severity="warn")
    found = card(
        narrative=of_every_state(),
        evidence=(
            evidence(section=section(figures=tuple(_doubled(figure(kind)) for kind in KINDS))),
            evidence(title="Fairness", status="failed", reason="It stopped with ValueError.", section=None),
            evidence(title="Explanations", status="not_applicable", reason="There is no model.", section=None),
        ),
        findings=(
            finding(),
            warned,
            finding(verdict="not enough evidence", severity="warn", measure=absent),
            finding(verdict="not evaluated", severity="warn", measure=None),
        ),
        waivers=(waiver(warned),),
    )
    signatures = (holder(found, ADA), holder(found, BEN))
    return signed(found.model_copy(update={"stand": stand("approved", missing=("nobody",), exception=signatures)}))


def _doubled(found: Figure) -> Figure:
    """The figure with a second series, so that series are named."""
    if found.kind in {"tree", "waterfall"}:
        return found
    return found.model_copy(update={"series": (*found.series, Series(name="Other", points=found.series[0].points))})


#: Fields that name things for programs, or repeat what is shown elsewhere; no form shows them.
UNSHOWN = (
    "schema_version", ".key", ".analysis", "section.title", "section.question", ".metric", ".cohort", ".rule",
    "author.issuer", "author.subject", "figures.5.series.0.name", "figures.7.x.label",
)  # fmt: skip


def hostile(meaning: str = MISCHIEF) -> tuple[ModelCard, dict[str, str]]:
    """A full card with mischief in every text, and the text of each place that a form must show."""
    shown: dict[str, str] = {}

    def rewrite(place: str, text: str) -> str:
        if text == "":
            return text
        mischief = f"T{len(shown):04d}T {meaning}"
        if not place.endswith(UNSHOWN):
            shown[place] = mischief
        return mischief

    return rewritten(full(), rewrite), shown


def bare(meaning: str) -> ModelCard:
    """A full card whose every text is the same, with nothing before it: it stands where a line or a cell begins."""
    return rewritten(full(), lambda _, text: text and meaning)
