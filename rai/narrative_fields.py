"""The fields of a model card that people write: keys, headings, questions and topics, in the order of the card."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["text", "pairs", "date"]


class FieldOf(NamedTuple):
    """One field of the card.

    Attributes
    ----------
    prompt
        The question its writer answers.
    topic
        The heading it stands under.
    kind
        ``text``: free text. ``pairs``: free text and pairs of a risk and what is done about it. ``date``: a day.
    """

    key: str
    heading: str
    prompt: str
    topic: str
    kind: Kind = "text"


#: After Mitchell et al. (2019), the Model Card Toolkit, SageMaker's model card and Annex IV of the EU AI Act.
FIELDS: tuple[FieldOf, ...] = (
    FieldOf("intended_use", "Intended use", "What is the model for, and which decision does it inform?", "Use"),
    FieldOf("users", "Users", "Who works with its output, and what do they need to know?", "Use"),
    FieldOf("out_of_scope", "Out-of-scope use", "What must it not be used for?", "Use"),
    FieldOf(
        "business", "Business problem", "Which problem does it solve, for whom, and who else has a stake in it?", "Use"
    ),
    FieldOf(
        "factors", "Factors", "Which groups, instruments and environments matter for how well it works, and why?",
        "Data and measures",
    ),
    FieldOf(
        "training_data", "Training data",
        "Where do the training data come from, and how were they selected, labelled and cleaned?", "Data and measures",
    ),
    FieldOf("metrics", "Choice of measures", "Why do these measures and thresholds fit the use?", "Data and measures"),
    FieldOf("limitations", "Limitations", "Where is it known or expected to be wrong?", "Limits and risks"),
    FieldOf("tradeoffs", "Trade-offs", "What was given up for what, and who decided it?", "Limits and risks"),
    FieldOf(
        "risk", "Risk rating", "How high is the risk of its use? Begin with High, Medium or Low, then say why.",
        "Limits and risks",
    ),
    FieldOf(
        "ethical_considerations", "Ethical considerations", "Who may be harmed, how, and what is done about it?",
        "Limits and risks", "pairs",
    ),
    FieldOf(
        "privacy", "Privacy", "Which personal data are in it, and what is done to protect them?", "Limits and risks"
    ),
    FieldOf("oversight", "Human oversight", "Who watches over decisions and can overrule them, and how?", "Operation"),
    FieldOf("monitoring", "Monitoring", "What is watched in use, how often, and what follows an alarm?", "Operation"),
    FieldOf("review_by", "Review again by", "By which day must it be reviewed again?", "Operation", "date"),
    FieldOf("licence", "Licence", "Under which licence or terms may it be used?", "Operation"),
    FieldOf("caveats", "Caveats and recommendations", "What should be watched, tested or changed?", "Operation"),
)  # fmt: skip

#: Every field by its key, in the order of the card.
BY_KEY: dict[str, FieldOf] = {field.key: field for field in FIELDS}

#: Fields that take free text, in the order of the card: key, heading, and the question its writer answers.
NARRATIVE: tuple[tuple[str, str, str], ...] = tuple(
    (field.key, field.heading, field.prompt) for field in FIELDS if field.kind != "date"
)
