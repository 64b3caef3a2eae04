"""What the demo's lending team wrote in the model card of its second version: the human half of the card.

Nobody has written the trade-offs and the licence, so that a card with unknown fields can be seen.
"""

from __future__ import annotations

LENDING: dict[str, str] = {
    "intended_use": (
        "Supports loan officers in deciding on applications for home mortgages in the Boston area. It suggests approve "
        "or deny with a probability; the officer decides and may differ from it."
    ),
    "users": (
        "Loan officers and their supervisors. They need to know that the training data are decisions made by people in "
        "1990, not the repayment of loans: the model learns what was decided, not what was right."
    ),
    "out_of_scope": (
        "Any other product (cars, cards, small businesses), other places or times, automatic refusal without an "
        "officer, and setting the interest rate."
    ),
    "business": (
        "Simple applications wait as long as hard ones. The model sorts out applications that are likely to be "
        "approved, so that officers have time for the others. Applicants, officers, the fair-lending office and the "
        "regulator have a stake in it."
    ),
    "factors": (
        "Race and sex, because fair-lending law names them and past decisions differed by race. The share of income "
        "that goes into debts and the credit history, because errors with them decide about refusals."
    ),
    "training_data": (
        "Applications for home mortgages in Boston in 1990, gathered by the Federal Reserve Bank of Boston and "
        "published by Munnell and others (1996). The label is the lender's decision. Applications that were withdrawn "
        "or never completed are not in it."
    ),
    "metrics": (
        "Few applications are refused, so accuracy says little: balanced accuracy and ROC AUC count. Between groups "
        "the approval rate and the share of good applicants who are approved are compared, because both a refusal and "
        "a wrong refusal harm the applicant."
    ),
    "limitations": (
        "1,989 applications, of which few were refused and few came from black or Hispanic applicants: numbers about "
        "refused applicants of a group rest on small n. Applications that were never completed are missing."
    ),
    "risk": (
        "High. It informs decisions about credit for persons, and applicants who are wrongly refused lose a home."
    ),
    "ethical_considerations": (
        "Past decisions differed by race with the same finances (Munnell and others 1996), and a model that learns "
        "them can carry that on even without seeing race."
    ),
    "privacy": (
        "Income, debts, credit history, race and sex of applicants of 1990, without names or addresses. The data stay "
        "in this installation; race and sex are used to measure gaps and are not inputs of the model."
    ),
    "oversight": (
        "A loan officer decides on every application. Each refusal is looked at by a second officer, who can overrule "
        "it. The head of lending can switch the model off at any time."
    ),
    "monitoring": (
        "Approval rates by race and sex every quarter, and the share of applicants with a bankruptcy every month. If a "
        "gap grows by more than five percentage points, officers decide without the model until it is explained."
    ),
    "review_by": "2028-06-30",
    "caveats": (
        "Test it again when the share of applicants with a bankruptcy moves by more than two percentage points, and on "
        "applications of another year before it is used on them."
    ),
}  # fmt: skip

#: Pairs of the field ``ethical_considerations``: a risk, and what is done about it.
RISKS: tuple[tuple[str, str], ...] = (
    (
        "A good applicant is refused and loses a home.",
        "An officer decides; every refusal is looked at by a second officer.",
    ),
    (
        "Refusals of the past are carried on by race.",
        "Race and sex are not inputs; gaps between groups are measured at each review and every quarter.",
    ),
    (
        "Officers follow the suggestion without thinking.",
        "Every month 20 of their decisions are drawn by lot and discussed.",
    ),
)
