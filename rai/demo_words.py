"""What the demo's lending team wrote in the model card of its second version: the human half of the card."""

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
    "limitations": (
        "1,989 applications, of which few were refused and few came from black or Hispanic applicants: numbers about "
        "refused applicants of a group rest on small n. Applications that were never completed are missing."
    ),
    "ethical_considerations": (
        "Applicants who are wrongly refused lose a home. Past decisions differed by race with the same finances "
        "(Munnell and others 1996), and a model that learns them can carry that on even without seeing race. Race and "
        "sex are not inputs; gaps between groups are measured at each review; every refusal is looked at by a second "
        "officer."
    ),
    "caveats": (
        "Compare approval rates by race every quarter. Review again when the share of applicants with a bankruptcy "
        "moves by more than two percentage points, and not later than twelve months after approval."
    ),
}
