"""Builds the demo registry: real models on real data, logged as a team would, each with its review profile attached."""

from __future__ import annotations

import contextlib
import io
import logging
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from rai.demo_data import Split, mortgage, wage, wellbeing
from rai.demo_models import boosted, logistic, pipeline, scikit_boosted, wage_trees
from rai.errors import InputError
from rai.settings import Settings
from rai.versions import ModelVersionRef

_MORTGAGE = "mortgage-approval"
#: The version whose card the team has written already, so that it only waits for a reviewer.
WRITTEN = ModelVersionRef(name=_MORTGAGE, version="2")
_PEOPLE = ("race", "sex")
_REQUIREMENTS = ["scikit-learn", "lightgbm", "xgboost", "pandas"]
_PROFILE = """# What the submitter declares about task, data and owner.
[task]
kind = "{kind}"
target = "{target}"
{task}
[data]
evaluation = "test.parquet"
reference = "train.parquet"
sensitive = ["race", "sex"]

[counterfactuals]
fixed = {fixed}
{desired}
[review]
policy = "standard"
seed = 0

[owner]
name = "{owner}"
contact = "{contact}"
"""


@dataclass(frozen=True)
class _Version:
    """One demo version: its data, its pipeline and the words a team gives with it."""

    name: str
    split: Split
    target: str
    kind: str
    estimator: Any
    columns: Sequence[str]
    description: str
    owner: str
    contact: str
    fixed: Sequence[str]
    scale: bool = False
    desired: str = ""


def demo_refs() -> tuple[ModelVersionRef, ...]:
    """Name the demo's versions in the order in which they are queued."""
    names = ((_MORTGAGE, "1"), (_MORTGAGE, "2"), (_MORTGAGE, "3"), ("hourly-wage", "1"), ("wellbeing", "1"))
    return tuple(ModelVersionRef(name=name, version=version) for name, version in names)


def make_demo(settings: Settings, *, say: Callable[[str], None]) -> tuple[ModelVersionRef, ...]:
    """Build the registry below ``RAI_HOME`` if it is not there; a half-built one is built again from the start.

    Raises
    ------
    InputError
        If the settings name another registry: the demo never writes into a team's own.
    """
    if not settings.embedded:
        raise InputError(
            "The demo is built in the embedded registry only, and MLFLOW_TRACKING_URI names another. Unset it."
        )
    done = settings.home / "demo-built"
    if done.exists():
        return demo_refs()
    say("Building the demo registry with real models and data (about half a minute, once)")
    _fresh(settings.home)
    client = _connect(settings)
    for version in _versions():
        with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
            number = _log(client, version)
        say(f"Registered {version.name}, version {number}: {version.description}")
    client.set_registered_model_alias(_MORTGAGE, "champion", "1")
    done.touch()
    return demo_refs()


def _fresh(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / "mlflow.db").unlink(missing_ok=True)


def _connect(settings: Settings) -> Any:
    # The registry module sets MLflow's patience and silence; the demo speaks to the same MLflow.
    from rai.registry import connect

    logging.getLogger("alembic").setLevel(logging.ERROR)
    client = connect(settings)
    client.create_experiment("demo", artifact_location=(settings.home / "artifacts").as_uri())
    return client


def _versions() -> tuple[_Version, ...]:
    loans = mortgage()
    plain = _inputs(loans, "approve")
    return (
        _lending(loans, logistic(), plain, "logistic regression without race and sex", scale=True),
        _lending(loans, boosted(), plain, "gradient-boosted trees without race and sex"),
        _lending(
            loans, scikit_boosted(), [*plain, *_PEOPLE], "gradient-boosted trees that take race and sex as inputs"
        ),
        _wages(),
        _survey(),
    )


def _inputs(split: Split, target: str) -> list[str]:
    return [str(name) for name in split.train.columns if name not in {target, *_PEOPLE}]


def _lending(split: Split, estimator: Any, columns: Sequence[str], words: str, *, scale: bool = False) -> _Version:
    return _Version(
        name=_MORTGAGE, split=split, target="approve", kind="binary", estimator=estimator, columns=columns,
        description=words, owner="Demo lending team", contact="lending@example.org",
        fixed=[*_PEOPLE, "married", "dependents"], scale=scale,
    )  # fmt: skip


def _wages() -> _Version:
    split = wage()
    return _Version(
        name="hourly-wage", split=split, target="hourly_wage", kind="regression", estimator=wage_trees(),
        columns=_inputs(split, "hourly_wage"), description="hourly wage from schooling, experience and occupation",
        owner="Demo pay team", contact="pay@example.org", fixed=_PEOPLE, desired="desired_range = [6.0, 30.0]\n",
    )  # fmt: skip


def _survey() -> _Version:
    split = wellbeing()
    return _Version(
        name="wellbeing", split=split, target="happy", kind="multiclass", estimator=boosted(),
        columns=_inputs(split, "happy"), description="how happy a survey participant says to be, of three answers",
        owner="Demo survey team", contact="survey@example.org", fixed=_PEOPLE, desired='desired = "very happy"\n',
    )  # fmt: skip


def _log(client: Any, version: _Version) -> str:
    import mlflow
    import mlflow.data
    import mlflow.sklearn

    train, test = version.split.train, version.split.test
    columns = list(version.columns)
    model = pipeline(version.estimator, train, columns, scale=version.scale).fit(train[columns], train[version.target])
    with warnings.catch_warnings():
        # MLflow remarks that integer columns cannot hold missing values; the profile's data have none there.
        warnings.simplefilter("ignore")
        mlflow.set_experiment("demo")
        with mlflow.start_run(run_name=version.name, tags={"mlflow.user": "demo-data-scientist"}) as run:
            mlflow.log_params(
                {"estimator": type(version.estimator).__name__, "inputs": len(columns), "rows": len(train)}
            )
            mlflow.log_metrics(_scores(model, test[columns], test[version.target], version.kind))
            for frame, context in ((train, "training"), (test, "evaluation")):
                data = mlflow.data.from_pandas(frame, name=f"{version.name}-{context}", targets=version.target)
                mlflow.log_input(data, context=context)
            example = train[columns].head(3)
            info = mlflow.sklearn.log_model(
                model, name="model", input_example=example, serialization_format="cloudpickle",
                pip_requirements=_REQUIREMENTS,
                signature=mlflow.models.infer_signature(train[columns], model.predict(train[columns])),
                registered_model_name=version.name,
            )  # fmt: skip
            _attach(version)
    number = str(info.registered_model_version)
    client.update_model_version(version.name, number, description=version.description)
    del run
    return number


def _attach(version: _Version) -> None:
    import mlflow

    task = 'positive = 1\nfavourable = "positive"\nthreshold = 0.5\n' if version.kind == "binary" else ""
    fixed = "[" + ", ".join(f'"{name}"' for name in version.fixed) + "]"
    text = _PROFILE.format(
        kind=version.kind, target=version.target, task=task, fixed=fixed, desired=version.desired, owner=version.owner,
        contact=version.contact,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "review.toml").write_text(text)
        version.split.test.to_parquet(Path(folder, "test.parquet"))
        version.split.train.to_parquet(Path(folder, "train.parquet"))
        mlflow.log_artifacts(folder, "review")


def _scores(model: Any, rows: pd.DataFrame, truth: pd.Series, kind: str) -> dict[str, float]:
    from sklearn.metrics import balanced_accuracy_score, r2_score

    metric = r2_score if kind == "regression" else balanced_accuracy_score
    return {f"test_{metric.__name__}": float(metric(truth, model.predict(rows)))}
