"""The card in the layout of Mitchell et al. (2019), Model Cards for Model Reporting: nine sections, gaps named."""

from __future__ import annotations

from collections.abc import Iterator

from rai.card import ModelCard
from reports.chapters import document
from reports.dialects.hugging_face import written_by
from reports.dialects.origin import fact, figures, licence, origin, parameters, risks, tables, told, told_whole
from reports.dialects.written import Written
from reports.evidence import evidence_chapters
from reports.findings import finding_blocks
from reports.markdown import block_parts, chapter_parts
from reports.markdown_text import plain, plain_lines, unmarked
from reports.narrative import risk_grids
from reports.verdict import verdict

#: Stands where the card says nothing to a prompt.
ABSENT = "_Not in the card._"

Prompt = tuple[str, str]


def mitchell(card: ModelCard) -> Written:
    """Write the card as Markdown in the nine sections; each prompt is answered, or named as not answered."""
    data = "\n\n".join(_parts(card)) + "\n"
    whole = frozenset(item.digest for item in (*tables(card), *figures(card)))
    return Written(data.encode(), unmarked(data), whole)


def _parts(card: ModelCard) -> Iterator[str]:
    judged = verdict(card)
    yield f"# Model card: {plain(document(card).title)}"
    yield plain(origin(card))
    yield f"> {plain(judged.word)}. {plain(judged.sentence)}"
    yield from _answers("Model details", _details(card))
    yield from _answers("Intended use", _uses(card))
    yield from _answers("Factors", _factors(card))
    yield from _metrics(card)
    yield from _answers("Evaluation data", _evaluation(card))
    yield from _answers(
        "Training data",
        (
            ("Data sets", fact(card, "Logged data")),
            ("Provenance, selection, labelling", told_whole(card, "training_data")),
            ("Distribution over the factors", ""),
        ),
    )
    yield from _analyses(card)
    yield from _ethics(card)
    yield from _answers("Caveats and recommendations", _caveats(card))
    yield from _answers("Beyond the nine sections", _beyond(card))
    yield "### Who wrote the texts"
    yield "\n".join(f"- {line}" for line in written_by(card)) or ABSENT
    for chapter in document(card).chapters:
        if chapter.key in {"summary", "details", "further", "sign-offs", "digests"}:
            yield from (f"#{part}" if part.startswith("##") else part for part in chapter_parts(chapter))


def _answers(heading: str, prompts: tuple[Prompt, ...]) -> Iterator[str]:
    yield f"## {heading}"
    for prompt, answer in prompts:
        yield f"**{plain(prompt)}.** {plain_lines(answer) if answer.strip() else ABSENT}"


def _details(card: ModelCard) -> tuple[Prompt, ...]:
    people = ", ".join(text for text in (fact(card, "Owner"), fact(card, "Trained by")) if text)
    built = "; ".join(f"{name} = {value}" for name, value in parameters(card))
    return (
        ("Person or organisation developing the model", people),
        ("Date", fact(card, "Registered") or card.created),
        ("Version", card.version),
        ("Type", "; ".join(text for text in (fact(card, "Model"), fact(card, "Task")) if text)),
        ("Training algorithm and parameters", built),
        ("Features", fact(card, "Inputs")),
        ("Paper or other resource", fact(card, "Paper", "Reference")),
        ("Citation", fact(card, "Citation")),
        ("Licence", licence(card)),
        ("Where to send questions", fact(card, "Contact")),
    )


def _uses(card: ModelCard) -> tuple[Prompt, ...]:
    return (
        ("Primary intended uses", told_whole(card, "intended_use")),
        ("Primary intended users", told_whole(card, "users")),
        ("Out-of-scope uses", told_whole(card, "out_of_scope")),
    )


def _factors(card: ModelCard) -> tuple[Prompt, ...]:
    return (
        ("Relevant factors", told_whole(card, "factors")),
        ("Sensitive features", fact(card, "Sensitive features")),
        ("Evaluation factors", "; ".join(_compared(card))),
    )


def _compared(card: ModelCard) -> Iterator[str]:
    for found in card.evidence:
        for table in found.section.tables if found.section else ():
            if found.analysis == "fairness" and table.rows:
                yield table.title


def _metrics(card: ModelCard) -> Iterator[str]:
    threshold = fact(card, "Decision threshold")
    ends = "Every number stands with its 95 % interval and its n where the analysis has them."
    yield "## Metrics"
    yield "**Performance measures and what the policy asks of them.**"
    for block in finding_blocks(card):
        yield from block_parts(block)
    yield f"**Why these measures.** {plain_lines(told_whole(card, 'metrics')) or ABSENT}"
    yield f"**Decision thresholds.** {plain(threshold) or ABSENT}"
    yield f"**Approaches to uncertainty and variability.** {ends}"


def _evaluation(card: ModelCard) -> tuple[Prompt, ...]:
    digest = card.digests.get("dataset", "")
    data = "; ".join(text for text in (fact(card, "Evaluation data"), f"SHA-256 {digest}" if digest else "") if text)
    return (
        ("Data sets", data),
        ("Motivation", fact(card, "Motivation")),
        ("Preprocessing", fact(card, "Preprocessing")),
    )


def _analyses(card: ModelCard) -> Iterator[str]:
    yield "## Quantitative analyses"
    for chapter in evidence_chapters(card):
        yield f"### {plain(chapter.kicker)}: {plain(chapter.title)}"
        for block in chapter.blocks:
            yield from (f"#{part}" if part.startswith("### ") else part for part in block_parts(block))


def _ethics(card: ModelCard) -> Iterator[str]:
    grids = risk_grids(risks(card))
    text = told(card, "ethical_considerations") if grids else told_whole(card, "ethical_considerations")
    yield from _answers(
        "Ethical considerations",
        (("Data", told_whole(card, "privacy")), ("Human life, mitigations, risks and harms", text)),
    )
    for grid in grids:
        yield from block_parts(grid)


def _caveats(card: ModelCard) -> tuple[Prompt, ...]:
    return (
        ("Where it is known or expected to be wrong", told_whole(card, "limitations")),
        ("What was given up for what", told_whole(card, "tradeoffs")),
        ("Further testing, missing groups, other advice", told_whole(card, "caveats")),
    )


def _beyond(card: ModelCard) -> tuple[Prompt, ...]:
    """Texts for which the nine sections have no prompt."""
    keys = ("business", "risk", "oversight", "monitoring", "review_by")
    headings = {field.key: field.heading for field in card.narrative}
    return tuple((headings.get(key, key), told_whole(card, key)) for key in keys)
