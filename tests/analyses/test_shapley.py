"""Shapley values through predictions, against their definition, shap's own explainers and closed forms."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from rai.explaining import shapley as module
from rai.explaining.shapley import cost, exact, sampled, shapley

RNG = np.random.default_rng(0)
THREE = RNG.integers(0, 5, (6, 3))
BEHIND_THREE = RNG.integers(0, 5, (4, 3))
NINE = RNG.integers(0, 4, (5, 9))
BEHIND_NINE = RNG.integers(0, 4, (40, 9))


def product(codes: np.ndarray) -> np.ndarray:
    """x0 + 2 x1 + x0 x2, and its negative as a second output."""
    value = codes[:, 0] + 2.0 * codes[:, 1] + codes[:, 0] * codes[:, 2]
    return np.column_stack([value, -value])


def curved(codes: np.ndarray) -> np.ndarray:
    """Nine inputs, of which the last does nothing."""
    value = np.tanh((codes[:, :8] @ np.arange(1, 9)) / 20) + 0.2 * codes[:, 0] * codes[:, 1] * codes[:, 2]
    return value.reshape(-1, 1)


def by_definition(output, row, background):
    """Mean over all orders, and over the background, of what each input adds when it comes."""
    m = len(row)
    found = np.zeros((m, output(background[:1]).shape[1]))
    orders = list(permutations(range(m)))
    for order in orders:
        for behind in background:
            mixed, before = behind.copy(), output(behind.reshape(1, -1))[0]
            for place in order:
                mixed[place] = row[place]
                after = output(mixed.reshape(1, -1))[0]
                found[place] += after - before
                before = after
    return found / (len(orders) * len(background))


def test_three_inputs_are_explained_as_the_definition_says() -> None:
    found = exact(product, THREE, BEHIND_THREE)
    for place, row in enumerate(THREE):
        np.testing.assert_allclose(found.shap_values[place], by_definition(product, row, BEHIND_THREE), atol=1e-12)


def test_one_row_by_hand() -> None:
    # Row (2, 1, 3) against (0, 0, 1): 2 x1 gives 2. x0 + x0 x2 goes from 0 to 8: input 0 adds 2 (1 + 1) = 4 when it
    # comes before input 2, else 2 (1 + 3) = 8, so 6 on average; input 2 adds the other 2.
    found = exact(product, np.array([[2, 1, 3]]), np.array([[0, 0, 1]]))
    assert found.shap_values[0, :, 0].tolist() == pytest.approx([6.0, 2.0, 2.0])
    assert (found.base[0], found.raw[0, 0]) == (0.0, 10.0)
    assert found.error == 0.0


def test_exact_values_are_those_of_shaps_exact_explainer() -> None:
    shap = pytest.importorskip("shap")
    masker = shap.maskers.Independent(BEHIND_THREE.astype(float), max_samples=100)
    other = shap.ExactExplainer(lambda rows: product(np.asarray(rows)), masker)(THREE.astype(float))
    found = exact(product, THREE, BEHIND_THREE)
    np.testing.assert_allclose(found.shap_values, other.values, atol=1e-10)
    np.testing.assert_allclose(np.tile(found.base, (6, 1)), other.base_values, atol=1e-10)


@pytest.mark.parametrize(("output", "rows", "behind"), [(product, THREE, BEHIND_THREE), (curved, NINE, BEHIND_NINE)])
def test_base_value_plus_values_is_the_output_of_every_row(output, rows, behind) -> None:
    found = shapley(output, rows, behind, seed=3)
    np.testing.assert_allclose(found.base + found.shap_values.sum(axis=1), output(rows), atol=1e-10)
    np.testing.assert_allclose(found.raw, output(rows))
    np.testing.assert_allclose(found.base, output(behind).mean(axis=0))


def test_an_input_that_does_nothing_has_exactly_zero() -> None:
    assert (sampled(curved, NINE, BEHIND_NINE, seed=0).shap_values[:, 8] == 0).all()
    assert np.abs(exact(curved, NINE[:1], BEHIND_NINE[:2]).shap_values[:, 8]).max() < 1e-15


def test_drawn_values_lie_around_the_exact_ones_as_their_error_says() -> None:
    drawn = [sampled(curved, NINE, BEHIND_NINE, seed=seed) for seed in range(30)]
    true = exact(curved, NINE, BEHIND_NINE).shap_values
    values = np.stack([each.shap_values for each in drawn])
    assert np.abs(values.mean(axis=0) - true).max() < 0.02
    # The error reported holds the variation of the background too, so it is on the careful side.
    assert np.abs(values - true).mean() < np.mean([each.error for each in drawn])


def test_an_additive_model_is_exact_in_any_order() -> None:
    weights = np.arange(1.0, 10.0)
    found = sampled(lambda codes: (codes @ weights).reshape(-1, 1), NINE, BEHIND_NINE, seed=5)
    np.testing.assert_allclose(found.shap_values[:, :, 0], (NINE - BEHIND_NINE.mean(axis=0)) * weights, atol=1e-12)


@pytest.mark.parametrize(("output", "rows", "behind"), [(product, THREE, BEHIND_THREE), (curved, NINE, BEHIND_NINE)])
def test_the_two_halves_are_against_every_second_background_row(output, rows, behind) -> None:
    found = shapley(output, rows, behind, seed=0)
    np.testing.assert_allclose(found.halves.mean(axis=0), found.shap_values, atol=1e-12)
    sums = found.halves.sum(axis=2)
    np.testing.assert_allclose(sums[0], output(rows) - output(behind[0::2]).mean(axis=0), atol=1e-10)
    np.testing.assert_allclose(sums[1], output(rows) - output(behind[1::2]).mean(axis=0), atol=1e-10)


def test_questions_in_pieces_give_the_same_values(monkeypatch) -> None:
    whole = shapley(curved, NINE, BEHIND_NINE, seed=1)
    monkeypatch.setattr(module, "CELLS", cost(9, 40) * 9 * 2)
    pieces = shapley(curved, NINE, BEHIND_NINE, seed=1)
    np.testing.assert_array_equal(pieces.shap_values, whole.shap_values)
    np.testing.assert_array_equal(pieces.halves, whole.halves)
    assert pieces.error == pytest.approx(whole.error)


@pytest.mark.parametrize(("rows", "behind"), [(THREE, BEHIND_THREE), (NINE, BEHIND_NINE)])
def test_the_cost_is_the_number_of_rows_asked(rows, behind) -> None:
    asked = []

    def output(codes):
        asked.append(len(codes))
        return codes[:, :1].astype(float)

    shapley(output, rows, behind, seed=0)
    assert sum(asked) == len(rows) * cost(rows.shape[1], len(behind))
