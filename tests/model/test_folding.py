"""Each column behind a pipeline is traced to the input it was made from; what mixes columns is not traced."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.feature_selection import SelectKBest, VarianceThreshold
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    Normalizer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    QuantileTransformer,
    StandardScaler,
)

from rai.model.flavours.folding import fold

ROWS = pd.DataFrame(
    {
        "income": [10.0, 20.0, np.nan, 40.0, 55.0, 60.0],
        "region": ["north", "south", "west", "north", "south", "north"],
        "debt": [1.0, 5.0, 2.0, np.nan, 3.0, 8.0],
        "town": ["a", "b", "c", "d", "a", "a"],
    }
)
NAMES = tuple(ROWS.columns)
TARGET = [0, 1, 0, 1, 0, 1]
NUMBERS = ROWS[["income", "debt"]].fillna(0.0)


def traced(*parts: Any, remainder: str = "drop") -> list[int] | None:
    """Fit a pipeline with these parts of a ColumnTransformer and trace it."""
    model = Pipeline(
        [("prepare", ColumnTransformer(list(parts), remainder=remainder)), ("model", LogisticRegression())]
    )
    model.steps[0][1].fit(ROWS, TARGET)
    transformed, origin = fold(model, ROWS, NAMES)
    if origin is not None:
        assert transformed.shape[1] == len(origin)
    return None if origin is None else origin.tolist()


def plain(step: Any) -> list[int] | None:
    """Fit one step over two columns of numbers and trace it."""
    model = Pipeline([("step", step.fit(NUMBERS, TARGET)), ("model", LogisticRegression())])
    _, origin = fold(model, NUMBERS, ("income", "debt"))
    return None if origin is None else origin.tolist()


def test_every_column_of_a_one_hot_encoder_belongs_to_its_text_column() -> None:
    words = ("words", OneHotEncoder(), ["region", "town"])
    numbers = ("numbers", "passthrough", ["debt", "income"])
    # Three regions, four towns, then debt (place 2) and income (place 0).
    assert traced(words, numbers) == [1, 1, 1, 3, 3, 3, 3, 2, 0]


def test_a_dropped_first_category_and_merged_rare_ones_are_counted() -> None:
    assert traced(("words", OneHotEncoder(drop="first"), ["region", "town"])) == [1, 1, 3, 3, 3]
    # Only town 'a' occurs twice or more; b, c and d share one column.
    assert traced(("words", OneHotEncoder(min_frequency=2), ["town"])) == [3, 3]
    assert traced(("words", OneHotEncoder(min_frequency=2, drop="first"), ["region", "town"])) == [1, 1, 3]


def test_a_chain_of_filling_in_and_encoding_is_followed() -> None:
    chain = Pipeline([("fill", SimpleImputer(strategy="constant", fill_value="?")), ("code", OrdinalEncoder())])
    numbers = Pipeline([("fill", SimpleImputer()), ("scale", StandardScaler())])
    assert traced(("numbers", numbers, ["income", "debt"]), ("words", chain, ["town", "region"])) == [0, 2, 3, 1]


def test_columns_that_say_a_value_is_missing_belong_to_the_column_that_misses_it() -> None:
    filled = SimpleImputer(add_indicator=True)
    assert traced(("numbers", filled, ["debt", "income"])) == [2, 0, 2, 0]


def test_columns_left_over_are_passed_through_in_order() -> None:
    assert traced(("words", OneHotEncoder(), ["region", "town"]), remainder="passthrough") == [
        1,
        1,
        1,
        3,
        3,
        3,
        3,
        0,
        2,
    ]


@pytest.mark.parametrize(
    "chosen", [["debt"], [2], slice(2, 3), [False, False, True, False]], ids=["names", "places", "slice", "mask"]
)
def test_columns_may_be_chosen_in_every_way(chosen: Any) -> None:
    assert traced(("numbers", SimpleImputer(), chosen)) == [2]


@pytest.mark.parametrize(
    "step",
    [
        StandardScaler(),
        QuantileTransformer(n_quantiles=5),
        VarianceThreshold(),
        KBinsDiscretizer(n_bins=2, encode="ordinal", quantile_method="averaged_inverted_cdf"),
    ],
    ids=lambda step: type(step).__name__,
)
def test_what_treats_each_column_alone_is_traced(step: Any) -> None:
    assert plain(step) == [0, 1]


def test_a_selection_of_columns_is_traced_to_those_it_keeps() -> None:
    # Debt alone varies with the target here.
    kept = SelectKBest(k=1).fit(NUMBERS, TARGET).get_support()
    assert plain(SelectKBest(k=1)) == np.flatnonzero(kept).tolist()


@pytest.mark.parametrize(
    "step",
    [
        PCA(2), PolynomialFeatures(), Normalizer(), KMeans(2, n_init=1), FeatureUnion([("one", StandardScaler())]),
        FunctionTransformer(lambda rows: rows[:, ::-1] if isinstance(rows, np.ndarray) else rows.iloc[:, ::-1]),
    ],
    ids=lambda step: type(step).__name__,
)  # fmt: skip
def test_what_mixes_columns_is_not_traced_even_where_the_number_of_columns_stays(step: Any) -> None:
    assert plain(step) is None


def test_discriminant_axes_are_not_taken_for_the_columns_they_mix() -> None:
    three = [0, 1, 2, 0, 1, 2]
    step = LinearDiscriminantAnalysis().fit(NUMBERS, three)
    model = Pipeline([("axes", step), ("model", LogisticRegression())])
    transformed, origin = fold(model, NUMBERS, ("income", "debt"))
    assert transformed.shape[1] == 2
    assert origin is None


def test_a_model_without_a_pipeline_takes_the_columns_as_they_are() -> None:
    _, origin = fold(LogisticRegression(), NUMBERS, ("income", "debt"))
    assert origin is not None
    assert origin.tolist() == [0, 1]
