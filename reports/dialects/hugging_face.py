"""The card as a Hugging Face model card: README.md with a YAML block and the sections of their template."""

from __future__ import annotations

from collections.abc import Iterator

from rai.card import EvidenceSection, ModelCard
from reports.chapters import document
from reports.decisions import sign_offs
from reports.dialects.front_matter import front_matter
from reports.dialects.origin import (
    address,
    fact,
    figures,
    licence,
    origin,
    parameters,
    risks,
    tables,
    task,
    told,
    told_whole,
)
from reports.dialects.written import Written
from reports.document import Chapter
from reports.evidence import evidence_chapters
from reports.markdown import block_parts
from reports.markdown_text import plain, plain_lines, unmarked
from reports.moments import moment
from reports.narrative import risk_grids
from reports.verdict import verdict

#: What the template prints where nobody has written anything: the gap stays visible.
MISSING = "[More Information Needed]"

#: Analyses that say how it was examined rather than how well it does.
_EXAMINATION = frozenset({"explanations", "counterfactuals"})

Part = tuple[str, str]


def hugging_face(card: ModelCard) -> Written:
    """Write the README; every table and figure of the evidence stands in it as a table."""
    body = "\n\n".join(_body(card))
    data = f"{front_matter(card)}\n{body}\n"
    whole = frozenset(item.digest for item in (*tables(card), *figures(card)))
    return Written(data.encode(), unmarked(data), whole)


def _body(card: ModelCard) -> Iterator[str]:
    judged = verdict(card)
    yield f"# Model Card for {plain(card.model)}"
    yield plain_lines(fact(card, "Description")) or MISSING
    yield plain(origin(card))
    yield f"> {plain(judged.word)}. {plain(judged.sentence)}"
    yield from _details(card)
    yield from _uses(card)
    yield from _risks(card)
    yield from ("## How to Get Started with the Model", _started(card))
    yield from _training(card)
    yield from _evaluation(card)
    yield from _examined(card)
    yield from ("## Environmental Impact", MISSING)
    yield from ("## Technical Specifications", "### Model Architecture and Objective", _architecture(card))
    yield from _more(card)


def _details(card: ModelCard) -> Iterator[str]:
    lines = (
        ("Developed by", fact(card, "Owner")),
        ("Model type", fact(card, "Model")),
        ("License", licence(card)),
        ("Version", card.version),
        ("Contact", fact(card, "Contact")),
    )
    yield "## Model Details"
    yield "\n".join(f"- **{name}:** {plain(value) or MISSING}" for name, value in lines)


def _uses(card: ModelCard) -> Iterator[str]:
    yield "## Uses"
    yield from _written("### Direct Use", told_whole(card, "intended_use"))
    yield from _written("### Users", told_whole(card, "users"))
    yield from _written("### Out-of-Scope Use", told_whole(card, "out_of_scope"))
    yield from _written("### Business Problem", told_whole(card, "business"))


def _risks(card: ModelCard) -> Iterator[str]:
    yield from _written("## Bias, Risks, and Limitations", told_whole(card, "limitations"))
    yield from _written("### Trade-offs", told_whole(card, "tradeoffs"))
    yield from _written("### Risk Rating", told_whole(card, "risk"))
    yield from _ethics(card)
    yield from _written("### Privacy", told_whole(card, "privacy"))
    yield from _written("### Recommendations", told_whole(card, "caveats"))


def _ethics(card: ModelCard) -> Iterator[str]:
    grids = risk_grids(risks(card))
    yield "### Ethical Considerations"
    text = told(card, "ethical_considerations") if grids else told_whole(card, "ethical_considerations")
    if text or not grids:
        yield plain_lines(text) if text else MISSING
    for grid in grids:
        yield from block_parts(grid)


def _operation(card: ModelCard) -> Iterator[str]:
    yield from _written("### Human Oversight", told_whole(card, "oversight"))
    yield from _written("### Monitoring", told_whole(card, "monitoring"))
    yield from _written("### Review Again By", told_whole(card, "review_by"))


def _written(heading: str, text: str) -> Iterator[str]:
    yield heading
    yield plain_lines(text) if text else MISSING


def _started(card: ModelCard) -> str:
    if not address(card):
        return MISSING
    return f"The version is registered as {plain(address(card))}. It takes the columns {plain(fact(card, 'Inputs'))}."


def _training(card: ModelCard) -> Iterator[str]:
    found = "\n".join(f"- {plain(name)}: {plain(value)}" for name, value in parameters(card))
    yield "## Training Details"
    yield from _written("### Training Data", told_whole(card, "training_data"))
    yield from _written("### Data Logged When It Was Trained", fact(card, "Logged data"))
    yield from ("### Training Procedure", "#### Training Hyperparameters", found or MISSING)


def _evaluation(card: ModelCard) -> Iterator[str]:
    kind, target = task(card)
    factors = fact(card, "Sensitive features")
    yield "## Evaluation"
    yield from ("### Testing Data, Factors & Metrics", "#### Testing Data")
    digest = card.digests.get("dataset", "")
    yield f"{plain(fact(card, 'Evaluation data')) or MISSING}{f' (SHA-256 {plain(digest)})' if digest else ''}"
    yield from ("#### Factors", f"Groups of {plain(factors)} are compared." if factors else MISSING)
    yield from ("#### Metrics", plain(f"{kind} task: {target}") if kind else MISSING)
    yield from _written("### Relevant Factors", told_whole(card, "factors"))
    yield from _written("### Choice of Measures", told_whole(card, "metrics"))
    yield "### Results"
    yield from _chapters(card, examined=False)


def _examined(card: ModelCard) -> Iterator[str]:
    yield "## Model Examination"
    yield from _chapters(card, examined=True)


def _chapters(card: ModelCard, *, examined: bool) -> Iterator[str]:
    pairs = list(zip(card.evidence, evidence_chapters(card), strict=True))
    chosen = [(found, chapter) for found, chapter in pairs if (found.analysis in _EXAMINATION) == examined]
    for found, chapter in chosen:
        yield from _chapter(found, chapter)
    if not chosen:
        yield MISSING


def _chapter(found: EvidenceSection, chapter: Chapter) -> Iterator[str]:
    yield f"#### {plain(found.title)}: {plain(chapter.title)}"
    for block in chapter.blocks:
        for part in block_parts(block):
            yield f"##{part}" if part.startswith("### ") else part


def _architecture(card: ModelCard) -> str:
    return plain(fact(card, "Model")) or MISSING


def _more(card: ModelCard) -> Iterator[str]:
    """Everything the template has no section for, under its own heading for that."""
    mapped = {"narrative", *(chapter.key for chapter in evidence_chapters(card)), sign_offs(card).key}
    yield "## More Information"
    yield from _operation(card)
    for chapter in (*(item for item in document(card).chapters if item.key not in mapped), sign_offs(card)):
        yield f"### {plain(chapter.kicker)}"
        for block in chapter.blocks:
            yield from (f"#{part}" if part.startswith("### ") else part for part in block_parts(block))
    yield from ("## Model Card Authors", _authors(card))
    yield from ("## Model Card Contact", plain(fact(card, "Contact")) or MISSING)


def _authors(card: ModelCard) -> str:
    """Who wrote which field of the narrative, and when."""
    return "\n".join(f"- {line}" for line in written_by(card)) or MISSING


def written_by(card: ModelCard) -> Iterator[str]:
    """One line for each field that somebody wrote: who, as whom, and when."""
    for field in card.narrative:
        if field.author is not None:
            who = field.author
            roles = f"; {', '.join(who.roles)}" if who.roles else ""
            known = f"{who.name} ({who.subject} at {who.issuer}{roles})"
            yield f"{plain(field.heading)}: {plain(known)}, {plain(moment(field.written))}"
