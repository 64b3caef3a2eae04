"""The inside of the model process: shuts itself in, loads the submitted model, and answers questions about rows.

It never sees labels, sensitive columns the model does not take, credentials, or this program's environment.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import warnings
from pathlib import Path
from typing import BinaryIO

from rai.model.wire import BrokenPipe, Header, receive, send

ISOLATION = "separate process, empty environment, resource limits; no file-system or network sandbox"


def main() -> None:
    """Answer until the pipe is closed."""
    # The real standard output belongs to the protocol; whatever the model prints goes to standard error.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    options = json.loads(sys.argv[1])
    _limit(options)
    warnings.simplefilter("ignore")
    from rai.model.flavours import Loaded, load

    try:
        model: Loaded = load(Path(options["directory"]), kind=options["kind"], positive=options["positive"])
        info = model.describe(ISOLATION)
    except BaseException as error:  # noqa: BLE001 - a model may raise anything; it becomes a sentence
        send(answers, {"error": _sentence(error)})
        return
    send(answers, {"info": info.model_dump(mode="json")})
    _serve(model, sys.stdin.buffer, answers)


def _serve(model: object, questions: BinaryIO, answers: BinaryIO) -> None:
    from rai.model.flavours import Loaded

    assert isinstance(model, Loaded)
    while True:
        try:
            question, rows = receive(questions)
        except BrokenPipe:
            return
        assert rows is not None
        try:
            header, frame = model.answer(str(question["ask"]), rows)
        except BaseException as error:  # noqa: BLE001 - as above
            header, frame = Header(error=_sentence(error)), None
        send(answers, header, frame)


def _limit(options: dict[str, int]) -> None:
    for kind, name in (
        (resource.RLIMIT_AS, "memory_bytes"),
        (resource.RLIMIT_CPU, "cpu_seconds"),
        (resource.RLIMIT_FSIZE, "file_bytes"),
        (resource.RLIMIT_NOFILE, "open_files"),
    ):
        resource.setrlimit(kind, (options[name], options[name]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _sentence(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError):
        return f"it needs the package '{error.name}', which is not installed here"
    if isinstance(error, MemoryError):
        return "it needs more memory than it may use"
    first = str(error).strip().splitlines()
    return f"{type(error).__name__}{': ' + first[0][:300] if first else ''}"


if __name__ == "__main__":
    main()
