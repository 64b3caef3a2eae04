"""Microsoft's Responsible AI Toolbox dashboard for a version, as one HTML file; no server is started for it."""

from __future__ import annotations

import contextlib
import io
import json
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.cohorts import MISSING, as_text
from rai.errors import NotApplicable
from rai.model.answers import Model
from rai.subject import Subject

if TYPE_CHECKING:
    from responsibleai import RAIInsights

#: The Toolbox looks at the first 5,000 rows it is given, so it is given a sample of at most that many.
ROWS = 5000


def toolbox_html(subject: Subject, *, seed: int) -> bytes:
    """Make the dashboard: error analysis, model overview, data analysis and feature importances.

    Parameters
    ----------
    subject
        Needs a model; the rows are sampled without replacement where there are more than 5,000.

    Raises
    ------
    NotApplicable
        If there is no model to ask.
    """
    if subject.model is None:
        raise NotApplicable("The Toolbox asks the model again, and only stored predictions are here.")
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _inline(_insights(subject, subject.model, seed))


def _insights(subject: Subject, model: Model, seed: int) -> RAIInsights:
    from responsibleai import RAIInsights
    from responsibleai.feature_metadata import FeatureMetadata

    rows = np.arange(len(subject))
    if len(rows) > ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, ROWS, replace=False))
    columns = _columns(subject)
    test = _table(subject.dataset.frame.iloc[rows], columns, subject)
    train = _table(subject.reference.frame, columns, subject) if subject.reference else test
    text = [name for name in columns if test[name].dtype == object]
    test, train = _same_types(test, train, text)
    kind = "regression" if subject.task.kind == "regression" else "classification"
    metadata = FeatureMetadata(
        categorical_features=text, dropped_features=[name for name in columns if name not in subject.inputs]
    )
    insights = RAIInsights(
        _Asked(model, subject), train, test, subject.task.target, kind,
        feature_metadata=metadata, maximum_rows_for_test=ROWS,
    )  # fmt: skip
    insights.explainer.add()
    insights.error_analysis.add()
    insights.compute()
    return insights


def _columns(subject: Subject) -> list[str]:
    wanted = (*subject.inputs, *(name for name in subject.profile.data.sensitive if name not in subject.inputs))
    return [name for name in wanted if name in subject.dataset.frame.columns]


def _table(frame: pd.DataFrame, columns: list[str], subject: Subject) -> pd.DataFrame:
    found = frame[[*columns, subject.task.target]].reset_index(drop=True).copy()
    for name in columns:
        if not pd.api.types.is_numeric_dtype(found[name]):
            found[name] = as_text(found[name])
    if subject.task.kind != "regression":
        found[subject.task.target] = as_text(found[subject.task.target])
    return found


def _same_types(test: pd.DataFrame, train: pd.DataFrame, text: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    # A category that only the test rows have stops the Toolbox: the training table is given one row of each.
    for name in text:
        strange = ~test[name].isin(train[name].unique())
        train = pd.concat([train, test[strange].drop_duplicates(name)], ignore_index=True)
    return test, train


@dataclass(frozen=True)
class _Asked:
    """The model process with the two methods the Toolbox calls."""

    model: Model
    subject: Subject

    def predict(self, rows: pd.DataFrame) -> npt.NDArray[np.generic]:
        answer = self.model.predict(self._as_submitted(rows))
        return answer.labels if self.subject.task.kind == "regression" else self.subject.decide(answer)

    def predict_proba(self, rows: pd.DataFrame) -> npt.NDArray[np.float64]:
        scores = self.model.predict(self._as_submitted(rows)).scores
        if scores is None:
            raise NotApplicable("The model gives labels only, no scores.")
        return scores

    def _as_submitted(self, rows: pd.DataFrame) -> pd.DataFrame:
        found = rows.copy()
        for name in found.columns:
            if found[name].dtype == object:
                found.loc[found[name] == MISSING, name] = None
        return found


def _inline(insights: RAIInsights) -> bytes:
    from raiutils.data_processing import serialize_json_safe
    from raiwidgets.dashboard import Dashboard
    from raiwidgets.responsibleai_dashboard_input import ResponsibleAIDashboardInput

    data = ResponsibleAIDashboardInput(insights).dashboard_input

    class OneFile(Dashboard):  # type: ignore[misc]
        """The dashboard's own page with its data inside it; its server is never made."""

        def __init__(self) -> None:
            self.id = "rai-review"
            self.config = {"dashboardType": "ResponsibleAI", "id": self.id, "baseUrl": "", "locale": "en"}
            self.model_data = data

        def load_widget_file(self, path: str) -> str:
            with open(Dashboard.get_widget_path(path), encoding="utf-8") as file:  # noqa: PTH123
                page = file.read().replace("__rai_app_id__", f"rai_widget_{self.id}")
            page = page.replace('"__rai_config__"', _literal(json.dumps(self.config)))
            return page.replace('"__rai_model_data__"', _literal(json.dumps(data, default=serialize_json_safe)))

    page: Any = OneFile().load_index()
    return str(page).encode()


def _literal(text: str) -> str:
    """Write JSON as a JavaScript template literal that no value in it can end."""
    # The template literal gives each escape back as the sign it stands for.
    for sign, escape in (("\\", "\\\\"), ("`", "\\u0060"), ("${", "\\u0024{"), ("</", "<\\/"), ("<!--", "<\\u0021--")):
        text = text.replace(sign, escape)
    return f"`{text}`"
