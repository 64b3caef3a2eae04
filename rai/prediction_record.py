"""The predictions of a review, row by row, as they are kept: two versions can be compared on the same rows later."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd

from rai.model.answers import Predictions
from rai.model.wire import from_arrow, to_arrow
from rai.stored import Stored


class PredictionRecord(Stored):
    """What a model answered to every row of a data file.

    Like all evidence about single rows it stays in the content store; the review names its digest.

    Attributes
    ----------
    dataset
        SHA-256 of the evaluation data; row ``i`` here is row ``i`` there.
    table
        Arrow stream with the column ``label`` and, where there are scores, ``score 0`` to ``score k - 1``.
    """

    dataset: str
    rows: int
    table: bytes

    @classmethod
    def of(cls, predictions: Predictions, *, dataset: str) -> Self:
        """Write down an answer to the rows of a data file."""
        frame = pd.DataFrame({"label": predictions.labels})
        if predictions.scores is not None:
            for place in range(predictions.scores.shape[1]):
                frame[f"score {place}"] = predictions.scores[:, place]
        return cls(dataset=dataset, rows=len(frame), table=to_arrow(frame))

    def predictions(self) -> Predictions:
        """Read the answer back."""
        frame = from_arrow(self.table)
        scores = [name for name in frame.columns if name != "label"]
        if not scores:
            return Predictions(frame["label"].to_numpy())
        return Predictions(frame["label"].to_numpy(), np.asarray(frame[scores].to_numpy(), dtype=float))
