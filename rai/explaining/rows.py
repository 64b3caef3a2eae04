"""Writes down single explained rows, for the store of row-level evidence."""

from __future__ import annotations

import numpy as np

from rai.cohorts import as_text
from rai.explaining.attribution import Attribution
from rai.explaining.game import draw
from rai.row_evidence import Reason, RowExplanation, RowExplanations
from rai.subject import Subject


def explained_rows(subject: Subject, found: Attribution, *, rows: int, seed: int) -> RowExplanations:
    """A seeded sample of the rows explained, each with every input; several classes: the class predicted for it."""
    chosen = draw(len(found.rows), rows, seed)
    frame = subject.dataset.frame.iloc[found.rows[chosen]]
    texts = {name: as_text(frame[name]).tolist() for name in found.columns}
    predicted = subject.predicted_text[found.rows[chosen]]
    made = []
    for number, place in enumerate(chosen):
        output = found.outputs.index(predicted[number]) if len(found.outputs) > 1 else 0
        steps = found.shap_values[place, :, output]
        reasons = [
            Reason(feature=found.columns[at], value=texts[found.columns[at]][number], contribution=float(steps[at]))
            for at in np.argsort(-np.abs(steps), kind="stable")
        ]
        made.append(
            RowExplanation(
                row=int(found.rows[place]),
                prediction=str(predicted[number]),
                output=found.outputs[output],
                score=float(found.raw[place, output]),
                base=float(found.base[place, output]),
                reasons=tuple(reasons),
            )
        )
    return RowExplanations(cohort=subject.cohort.text, method=found.method, unit=found.unit, rows=tuple(made))
