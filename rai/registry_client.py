"""Speaks to MLflow: a client set to answer within seconds, and its many ways to fail put into two sentences."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rai.errors import RegistryError
from rai.settings import Settings

# A registry that does not answer must not hold a page for minutes: MLflow's own defaults take 246 s to give up.
_PATIENCE = {
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "6",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "GIT_PYTHON_REFRESH": "quiet",
}
# What the system, SQLite, and MLflow when it passes on either of them, say of a disk without room.
_FULL = (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT), "disk is full")
_ABSENT = frozenset({"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE", "NOT_FOUND"})


class RegistrySilent(RegistryError):  # noqa: N818 - what it is, not what kind of class
    """The registry did not answer, or answered nonsense: nothing is known about what it holds."""


def connect(settings: Settings) -> Any:
    """Return MLflow's own client for an installation, set to answer within seconds and to keep quiet.

    MLflow resolves ``models:/`` addresses through its global settings only, so these are pointed at the installation
    each time; the environment, which MLflow would change as well, stays as it was.
    """
    for name, value in _PATIENCE.items():
        os.environ.setdefault(name, value)
    import mlflow

    before = {name: os.environ.get(name) for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI")}
    tracking, registry = settings.tracking_uri, settings.registry_uri or settings.tracking_uri
    mlflow.set_tracking_uri(tracking)
    mlflow.set_registry_uri(registry)
    for name, kept in before.items():
        os.environ.pop(name, None)
        os.environ |= {} if kept is None else {name: kept}
    return mlflow.MlflowClient(tracking, registry)


@contextmanager
def asking(settings: Settings, what: str) -> Iterator[None]:
    """Turn whatever goes wrong inside into one sentence about ``what`` was asked for.

    Raises
    ------
    RegistryError
        If the registry says that it has no such thing, or a disk was full.
    RegistrySilent
        If it did not answer, or its answer cannot be read.
    """
    from mlflow.exceptions import MlflowException
    from requests.exceptions import RequestException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (MlflowException, RequestException, SQLAlchemyError, OSError) as error:
        if isinstance(error, MlflowException) and error.error_code in _ABSENT:
            raise RegistryError(f"The registry {_shown(settings)} has no {what}. Check its name.") from error
        if any(words in str(error) for words in _FULL):
            raise RegistryError(_full(what)) from error
        raise RegistrySilent(_silent(settings, what)) from error


def _shown(settings: Settings) -> str:
    scheme, _, rest = settings.tracking_uri.partition("://")
    return f"{scheme}://{rest.rsplit('@', 1)[-1]}"


def _silent(settings: Settings, what: str) -> str:
    return (
        f"The registry {_shown(settings)} cannot be reached or did not give {what}. "
        "Check that it runs and that MLFLOW_TRACKING_URI names it."
    )


def _full(what: str) -> str:
    return f"A disk was full while the registry was asked for {what}. Nothing was recorded. Make room, then try again."


def pages(search: Any, *arguments: Any) -> Iterator[Any]:
    """Go through every page of a search."""
    token: str | None = None
    while True:
        found = search(*arguments, page_token=token) if token else search(*arguments)
        yield from found
        token = found.token
        if not token:
            return
