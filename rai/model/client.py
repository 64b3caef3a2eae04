"""Starts the model process, asks it, and checks its answers: the only door to a submitted model."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
from pydantic import ValidationError

from rai.cohorts import as_text
from rai.errors import DataError, ModelError
from rai.model.answers import Contributions, ModelInfo, Predictions
from rai.model.wire import BrokenPipe, Header, receive, to_arrow
from rai.profile import Task

_ROOT = Path(__file__).resolve().parent.parent.parent
_GIB = 1 << 30


@dataclass(frozen=True)
class Limits:
    """What the model process may use.

    Attributes
    ----------
    load_seconds, answer_seconds
        Wall-clock deadlines for loading and for one question.
    cpu_seconds, memory_bytes, file_bytes, open_files
        Limits the kernel holds the process to.
    """

    load_seconds: float = 120.0
    answer_seconds: float = 120.0
    cpu_seconds: int = 1800
    memory_bytes: int = 8 * _GIB
    file_bytes: int = 256 << 20
    open_files: int = 512


class ModelProcess:
    """A submitted model in a process of its own.

    Use it as a context manager; leaving it ends the process and everything it started.

    Parameters
    ----------
    directory
        The model in MLflow's format.
    task
        Names the target, which is never sent, and the positive label, which is explained.

    Raises
    ------
    ModelError
        On entering, if the model will not load in time.
    """

    def __init__(self, directory: Path, *, task: Task, limits: Limits | None = None) -> None:
        self._directory = directory
        self._task = task
        self._limits = limits or Limits()
        self._home = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._info: ModelInfo | None = None

    def __enter__(self) -> Self:
        self._home = tempfile.mkdtemp(prefix="rai-model-")
        self._errors = Path(self._home, "stderr").open("w+b")
        try:
            self._process = self._start()
            header, _ = self._hear(self._limits.load_seconds, "The model did not finish loading")
            self._info = ModelInfo.model_validate(_right(header, "The model will not load").get("info"))
        except ValidationError as error:
            self.close()
            raise ModelError("The model process described the model in a way that makes no sense.") from error
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> subprocess.Popen[bytes]:
        # Nothing of this process's environment is passed on: no credentials, no addresses.
        environment = {
            "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": self._home, "TMPDIR": self._home,
            "PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
            "NUMBA_CACHE_DIR": self._home, "MPLCONFIGDIR": self._home, "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip
        positive = None if self._task.positive is None else str(as_text(pd.Series([self._task.positive])).iloc[0])
        options = {
            "directory": str(self._directory),
            "kind": self._task.kind,
            "positive": positive,
            **asdict(self._limits),
        }
        return subprocess.Popen(
            [sys.executable, "-m", "rai.model.worker", json.dumps(options)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, env=environment, cwd=self._home,
            start_new_session=True, bufsize=0,
        )  # fmt: skip

    def close(self) -> None:
        """End the process and everything it started; closing twice does nothing."""
        process, self._process = self._process, None
        if process is not None:
            # It may have ended by itself, and its group with it.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
            process.wait()
        if self._home:
            self._errors.close()
            shutil.rmtree(self._home, ignore_errors=True)
            self._home = ""

    @property
    def info(self) -> ModelInfo:
        """What the model is."""
        assert self._info is not None, "enter the model process first"
        return self._info

    def predict(self, rows: pd.DataFrame) -> Predictions:
        """Ask for predictions.

        Raises
        ------
        DataError
            If the rows lack a column the model takes.
        ModelError
            If it fails, answers nonsense or does not answer in time.
        """
        header, frame = self._ask("predict", rows)
        if frame is None or "label" not in frame or len(frame) != len(rows):
            found = 0 if frame is None else len(frame)
            raise ModelError(f"The model gave {found} answers to {len(rows)} rows. It must answer each row once.")
        names = [f"score {number}" for number in range(len(self.info.classes))]
        if not header.get("scores") or any(name not in frame for name in names):
            return Predictions(frame["label"].to_numpy())
        return Predictions(frame["label"].to_numpy(), frame[names].to_numpy(dtype=float))

    def contributions(self, rows: pd.DataFrame) -> Contributions | None:
        """Ask for exact SHAP contributions; ``None`` where the flavour has none. Errors as in :meth:`predict`."""
        if not self.info.has_contributions:
            return None
        header, frame = self._ask("contributions", rows)
        if frame is None:
            return None
        columns = tuple(column.name for column in self.info.inputs)
        if list(frame.columns) != [*columns, "base value"] or len(frame) != len(rows):
            raise ModelError("The model process answered with contributions that do not fit the rows.")
        values = frame.to_numpy(dtype=float)
        if not np.isfinite(values).all():
            raise ModelError("The model process answered with contributions that are not finite.")
        texts = [str(header.get(name, "")) for name in ("unit", "output", "method")]
        return Contributions(values[:, :-1], values[:, -1], columns, *texts)

    def _ask(self, question: str, rows: pd.DataFrame) -> tuple[Header, pd.DataFrame | None]:
        self._say({"ask": question}, self._inputs(rows))
        header, frame = self._hear(self._limits.answer_seconds, "The model did not answer")
        return _right(header, "The model failed at predict"), frame

    def _inputs(self, rows: pd.DataFrame) -> pd.DataFrame:
        names = [column.name for column in self.info.inputs]
        if not names:
            return rows.drop(columns=[self._task.target], errors="ignore")
        if absent := [name for name in names if name not in rows.columns]:
            raise DataError(
                f"The model takes {', '.join(map(repr, absent[:5]))}, which the data do not have. "
                f"Columns: {', '.join(map(str, rows.columns[:40]))}. Add it to the evaluation data."
            )
        return rows[names]

    def _say(self, header: Header, frame: pd.DataFrame) -> None:
        head, body = json.dumps(header).encode(), to_arrow(frame)
        data = memoryview(len(head).to_bytes(8, "big") + len(body).to_bytes(8, "big") + head + body)
        process = self._running()
        assert process.stdin is not None
        end = time.monotonic() + self._limits.answer_seconds
        os.set_blocking(process.stdin.fileno(), False)
        while data:
            _wait(end, "The model did not take the rows", writing=process.stdin.fileno())
            try:
                data = data[os.write(process.stdin.fileno(), data[: 1 << 16]) :]
            except BrokenPipeError:
                raise ModelError(self._ended()) from None

    def _hear(self, seconds: float, sentence: str) -> tuple[Header, pd.DataFrame | None]:
        process = self._running()
        assert process.stdout is not None
        try:
            return receive(_Timed(process.stdout.fileno(), time.monotonic() + seconds, f"{sentence} in {seconds:g} s"))
        except (BrokenPipe, ValueError, OSError) as error:
            raise ModelError(self._ended()) from error

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise ModelError("The model process has ended.")
        return self._process

    def _ended(self) -> str:
        """Say why the process is gone, from its exit status and the last line it wrote."""
        code = self._process.wait(timeout=5) if self._process else None
        self._errors.seek(max(0, self._errors.seek(0, os.SEEK_END) - 2000))
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        why = f": {lines[-1][:200]}" if lines else ""
        if code is not None and code < 0:
            return f"The model process was ended by signal {signal.Signals(-code).name} (memory or time limit){why}"
        return f"The model process ended while it was asked{why}"


def _right(header: Header, sentence: str) -> Header:
    if "error" in header:
        raise ModelError(f"{sentence}: {str(header['error'])[:500]}")
    return header


def _wait(end: float, sentence: str, *, reading: int | None = None, writing: int | None = None) -> None:
    left = end - time.monotonic()
    ready = select.select([] if reading is None else [reading], [] if writing is None else [writing], [], max(left, 0))
    if not any(ready):
        raise ModelError(f"{sentence}. It was ended. Make it faster, or allow it more time.")


@dataclass(frozen=True)
class _Timed:
    """Reads from a pipe until a deadline."""

    descriptor: int
    end: float
    sentence: str

    def read(self, size: int, /) -> bytes:
        _wait(self.end, self.sentence, reading=self.descriptor)
        return os.read(self.descriptor, size)
