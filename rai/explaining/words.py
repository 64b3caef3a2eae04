"""What explanations mean and what they do not, in words for a reader who does not know SHAP values."""

from __future__ import annotations

from rai.explaining.record import Facts


def how_to_read(facts: Facts) -> tuple[str, ...]:
    """The words, with those about log-odds and several outcomes only where there are any."""
    scale = (
        "Log-odds are the scale on which the model adds up: +0.7 doubles the odds, -0.7 halves them. On this scale "
        "the same step means a large change of a middling probability and a small one of an extreme one."
    )
    several = (
        "There are several outcomes: sizes are summed over all of them; the figures of how a value moves the output "
        f"are about '{facts.described}', the outcome predicted most often."
    )
    return (
        (
            "A SHAP value says how far one input moved the output for one row, away from the base value. The base "
            "value plus all SHAP values of a row is the model's output for it."
        ),
        (
            "The mean absolute SHAP value is the size of these moves, up or down, over all rows: it says how much the "
            "model looks at an input, not in which direction. An input the model ignores has 0."
        ),
        *((scale,) if facts.link == "logit" else ()),
        *((several,) if len(facts.outputs) > 1 else ()),
        (
            "Where a figure has lines for two sides of another input, they show what this input does for either. Lines "
            "that run apart are an interaction: the one input matters differently depending on the other."
        ),
        (
            "The figures of what the model answers if only one input changes ask it again with that input set to other "
            "values. Where the bars are short, the change does about the same for every row."
        ),
        (
            "An association of 0 means that an input tells nothing about a sensitive feature, 1 that it tells it "
            "exactly. Leaving out a sensitive feature does not help where other inputs follow it."
        ),
    )


def limitations(facts: Facts) -> tuple[str, ...]:
    """What the numbers cannot say."""
    compared = (
        f"Each row is compared with {facts.background} background rows of the {facts.background_from} data. "
        "Inputs are mixed as if they varied independently, so some mixed rows could not exist."
    )
    own = (
        "The model's own values follow the rows it was trained on; where inputs go together, what is due to one can "
        "be shared with another."
    )
    fewer = (
        f"A seeded sample of {facts.rows:,} of {facts.rows_available:,} rows was explained, drawn in proportion from "
        "every group of the sensitive features and every predicted label."
    )
    return (
        (
            "An attribution is about the model, never a cause: it does not say what would happen if a person's value "
            "changed, nor whether the input matters in the world."
        ),
        compared if facts.background else own,
        *((fewer,) if facts.rows < facts.rows_available else ()),
        (
            "Shuffling an input, and setting it to other values, also makes rows that could not exist. Where two "
            "inputs say the same, shuffling one of them loses little, and both look unimportant."
        ),
        (
            "Intervals say how much the mean could differ with other rows of the same kind; they do not say how much "
            "it would differ for a model trained anew."
        ),
    )
