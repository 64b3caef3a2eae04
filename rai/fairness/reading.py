"""How to read the fairness section and what it does not say, for a reader who does not know the methods."""

from __future__ import annotations

from rai.fairness.guide import Facts, choice
from rai.fairness.record import Controlled


def how_to_read(facts: Facts, controlled: tuple[Controlled, ...]) -> tuple[str, ...]:
    """The sentences that explain figures and tables."""
    return (choice(facts), *_who_is_harmed(facts), *_common(facts), *_on_control(controlled))


def _common(facts: Facts) -> tuple[str, ...]:
    return (
        (
            "A gap in who is given something can be an allocation harm; a gap in how well the model works can be a "
            "quality-of-service harm. Both are disparities: fairness-related harms to assess with people who know the "
            "situation."
        ),
        (
            "Each dot is one group, the line through it its 95 % interval, the number at the edge the rows it rests "
            "on, the thin line the value over all rows. Wide lines mean few rows."
        ),
        (
            f"A group is judged on a metric only if at least {facts.min_group} rows stand below the fraction line; "
            "others are listed and counted. They are left out before the lowest and the highest group are chosen."
        ),
        (
            "A difference is the highest minus the lowest group, a ratio the lowest over the highest. Their intervals "
            "hold for all pairs of groups at once, so an interval of the difference that begins above 0 means that "
            "not all groups are treated alike."
        ),
        (
            "A p-value says how often groups that are equal in truth would differ as much by chance. Who looks at "
            f"many gaps finds some by chance alone: the corrected p-values allow for all {facts.tests} tests of this "
            "section (Holm), so at most 5 of 100 such reviews of a model without any gap would find one below 0.05."
        ),
    )


def _who_is_harmed(facts: Facts) -> tuple[str, ...]:
    if facts.kind == "regression":
        return (
            (
                "The mean residual is prediction minus outcome: above 0 the model predicts too much for the group, "
                "below 0 too little. Who is harmed depends on what the number decides."
            ),
        )
    if facts.kind == "multiclass":
        return (
            (
                "Every class is counted against all others. A lower recall of a class in one group means that people "
                "of this group who belong to the class are recognised less often. The false negative, false discovery "
                "and other complements of a rate have the same gaps and are in the record."
            ),
        )
    label = facts.positive
    if facts.favourable == "positive":
        return (
            (
                f"The prediction '{label}' is good for the person. A false negative denies it to somebody whose "
                f"outcome was '{label}': the harm falls on the person. A false positive grants it where the outcome "
                "was another."
            ),
        )
    return (
        (
            f"The prediction '{label}' is bad for the person. A false positive puts it on somebody whose outcome was "
            "another: the harm falls on the person. A false negative spares somebody whose outcome was "
            f"'{label}'. The favourable outcome rate is the share not predicted '{label}'."
        ),
    )


def _on_control(controlled: tuple[Controlled, ...]) -> tuple[str, ...]:
    if not controlled:
        return ()
    names = ", ".join(f"'{item.control}'" for item in controlled)
    return (
        (
            f"Within each value of {names} the groups are compared among people alike in it. A gap over all rows can "
            "vanish or turn round there. Whether such a column explains a gap or is itself a product of unequal "
            "treatment is a judgement to write down."
        ),
    )


def limitations(facts: Facts, controlled: tuple[Controlled, ...]) -> tuple[str, ...]:
    """What the section does not say."""
    found = [
        (
            "A gap is a disparity, not its cause: it does not say whether model, data or the world outside brought it "
            "about, nor whether it is justified."
        ),
        (
            f"Error rates compare with the recorded '{facts.target}'. Where the record itself was shaped by unequal "
            "treatment, equal error rates reproduce it."
        ),
        (
            "Groups with unequal base rates cannot be equal in precision, false positive rate and false negative rate "
            "at once. Which one matters is a choice with a reason; write the reason down."
        ),
        (
            "Many numbers are compared here. The intervals allow for the number of groups, not for the number of "
            "metrics and features; the corrected p-values allow for those too."
        ),
        (
            f"Intervals of single rates are Wilson's; those of gaps rest on {facts.replicates:,} seeded resamplings "
            "of the counts within each group. They cover the draw of rows, not errors in the data."
        ),
    ]
    if facts.kind == "binary":
        found.append(
            "The expected calibration error is raised by noise, more so in small groups; its intervals allow for that "
            "and it is not tested. Calibration in the large has no such fault."
        )
    if not controlled:
        found.append("The profile names no control feature, so no gap was looked at within the values of another.")
    if facts.agreement is not None:
        found.append(
            f"The rates were computed a second time by fairlearn; the largest difference is {facts.agreement:.1g}."
        )
    return tuple(found)
