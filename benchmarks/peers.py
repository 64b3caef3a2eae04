"""``python -m benchmarks.peers [PART ...]``: this program beside the packages everybody knows, on UCI Adult."""

from __future__ import annotations

import logging
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

from benchmarks.adult import Adult, adult, material
from benchmarks.attributions import compare_attributions
from benchmarks.error_trees import compare_error_trees
from benchmarks.examples import compare_examples
from benchmarks.intervals import compare_intervals
from benchmarks.tables import Bar, show_bars
from benchmarks.timing import machine
from benchmarks.whole_review import compare_reviews
from rai.conduct import open_subject
from rai.subject import Subject

PARTS: dict[str, Callable[[Adult, Subject], list[Bar]]] = {
    "intervals": lambda _, subject: compare_intervals(subject),
    "shap": compare_attributions,
    "counterfactuals": compare_examples,
    "errors": compare_error_trees,
}
WHOLE = "review"


def main(wanted: list[str]) -> None:
    """Run the parts wanted, or all, and print every bar at the end."""
    if unknown := sorted({*wanted} - {*PARTS, WHOLE}):
        raise SystemExit(f"There is no part '{unknown[0]}'. Parts: {', '.join([*PARTS, WHOLE])}.")
    # What the packages compared with have to say about each other's versions is not about their speed.
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    data = adult()
    print(f"UCI Adult: trained on {len(data.train):,} rows, tested on {len(data.test):,}.")
    print(machine())
    chosen = wanted or [*PARTS, WHOLE]
    bars: list[Bar] = []
    with tempfile.TemporaryDirectory() as folder:
        given = material(data, Path(folder, "model"))
        with open_subject(given, keep=lambda record: record.digest, progress=lambda *_: None) as subject:
            for name in (name for name in PARTS if name in chosen):
                bars += PARTS[name](data, subject)
                print(f"  {machine()}", flush=True)
    if WHOLE in chosen:
        bars += compare_reviews(data)
    show_bars(bars)


if __name__ == "__main__":
    main(sys.argv[1:])
