"""All of MLflow: registered models, their versions and files, and what is written back beside a model."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rai.digests import RESERVED
from rai.errors import InputError, RegistryError
from rai.registry_client import asking, connect, pages
from rai.registry_records import AttachedProfile, RegisteredModel, VersionMarks, VersionRecord
from rai.settings import Settings
from rai.versions import ModelVersionRef, Target

__all__ = ["ATTACHED", "PREFIX", "Registry", "connect"]

#: Where everything this program writes lies, beside the model.
PREFIX = RESERVED[0]
#: Where a team logs its profile and data, in the version's run.
ATTACHED = "review"


class Registry:
    """One MLflow registry.

    Parameters
    ----------
    settings
        Names its address.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def _client(self) -> Any:
        return connect(self._settings)

    def _download(self, uri: str, folder: str | Path) -> Path:
        _ = self._client
        import mlflow.artifacts

        return Path(mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=str(folder)))

    @contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        with asking(self._settings, what):
            yield

    def models(self) -> tuple[RegisteredModel, ...]:
        """Return every registered model."""
        client = self._client
        with self._asking("list of models"):
            found = list(pages(client.search_registered_models))
        return tuple(_model(item) for item in found)

    def versions(self, name: str) -> tuple[ModelVersionRef, ...]:
        """Return the versions of a model, newest first."""
        client = self._client
        quoted = name.replace("'", "\\'")
        with self._asking(f"model '{name}'"):
            found = list(pages(client.search_model_versions, f"name='{quoted}'"))
        numbers = sorted((int(item.version) for item in found), reverse=True)
        return tuple(ModelVersionRef(name=name, version=str(number)) for number in numbers)

    def marks(self) -> tuple[VersionMarks, ...]:
        """Return the tags of every version of every model, in one search."""
        client = self._client
        with self._asking("list of versions"):
            found = list(pages(client.search_model_versions))
        return tuple(
            VersionMarks(
                ref=ModelVersionRef(name=item.name, version=str(item.version)), tags=dict(item.tags),
                created=_moment(item.creation_timestamp), run_id=item.run_id or "",
            )
            for item in found
        )  # fmt: skip

    def resolve(self, target: Target) -> ModelVersionRef:
        """Find the version a target names.

        Raises
        ------
        RegistryError
            If there is no such version or alias.
        """
        client = self._client
        if target.kind == "alias":
            with self._asking(f"alias '{target.selector}' of a model '{target.name}'"):
                found = client.get_model_version_by_alias(target.name, target.selector)
        else:
            with self._asking(f"version {target.selector} of a model '{target.name}'"):
                found = client.get_model_version(target.name, target.selector)
        return ModelVersionRef(name=target.name, version=str(found.version))

    def version(self, ref: ModelVersionRef) -> VersionRecord:
        """Return what is known about a version and its run."""
        client = self._client
        with self._asking(f"version {ref.version} of a model '{ref.name}'"):
            found = client.get_model_version(ref.name, ref.version)
            run = client.get_run(found.run_id) if found.run_id else None
        source = self._origin(found)
        return VersionRecord(
            ref=ref,
            created=_moment(found.creation_timestamp),
            description=found.description or "",
            run_id=found.run_id or "",
            user=(run.info.user_id or "") if run else "",
            creator=found.user_id or "",
            source=source,
            model_id=source.removeprefix("models:/") if source.startswith("models:/m-") else "",
            tags=dict(found.tags),
            aliases=tuple(sorted(found.aliases)),
            parameters=dict(run.data.params) if run else {},
            metrics=dict(run.data.metrics) if run else {},
            datasets=_datasets(run) if run else (),
        )

    def _origin(self, found: Any) -> str:
        """Follow copies (``models:/name/version``) to where the files were first logged."""
        seen: set[str] = set()
        while found.source.startswith("models:/") and not found.source.startswith("models:/m-"):
            if found.source in seen:
                raise RegistryError(f"Version {found.version} of '{found.name}' is a copy of itself in the registry.")
            seen.add(found.source)
            name, _, number = found.source.removeprefix("models:/").partition("/")
            with self._asking(f"version {number} of a model '{name}'"):
                found = self._client.get_model_version(name, number)
        return str(found.source)

    def fetch(self, ref: ModelVersionRef, folder: Path) -> Path:
        """Download the version's files as bytes; what this program wrote beside them is left out.

        Returns
        -------
        Path
            The folder with ``MLmodel`` in it.
        """
        with self._asking(f"files of {ref.uri}"):
            local = self._download(ref.uri, folder)
        for name in RESERVED:
            path = local / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        if not (local / "MLmodel").is_file():
            raise InputError(f"{ref.uri} holds no file MLmodel. Log the model with an MLflow flavour and register it.")
        return local

    def download(self, uri: str) -> bytes:
        """Download one file by an address MLflow knows (``runs:/``, ``models:/``, ``s3://`` and so on)."""
        with tempfile.TemporaryDirectory() as folder, self._asking(f"file {uri}"):
            return self._download(uri, folder).read_bytes()

    def attached_profile(self, ref: ModelVersionRef) -> AttachedProfile | None:
        """Read the folder ``review/`` of the version's run; ``None`` if there is no ``review.toml`` in it."""
        client, record = self._client, self.version(ref)
        if not record.run_id:
            return None
        with self._asking(f"files of the run of {ref.uri}"), tempfile.TemporaryDirectory() as folder:
            names = [item.path for item in client.list_artifacts(record.run_id, ATTACHED) if not item.is_dir]
            files = {
                Path(name).name: Path(client.download_artifacts(record.run_id, name, folder)).read_bytes()
                for name in names
            }
        text = files.pop("review.toml", None)
        return None if text is None else AttachedProfile(text.decode(errors="replace"), files)

    def write(self, ref: ModelVersionRef, files: Mapping[str, bytes]) -> None:
        """Write files below ``rai_review/`` beside the model, where anybody who can read the model finds them.

        Raises
        ------
        RegistryError
            If they cannot be written, or the version has neither a LoggedModel nor a run to hold them.
        """
        client, record = self._client, self.version(ref)
        with tempfile.TemporaryDirectory() as folder, self._asking(f"place for the files of {ref.uri}"):
            for name, data in files.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            if record.model_id:
                client.log_model_artifacts(record.model_id, folder, PREFIX)
            elif record.run_id:
                client.log_artifacts(record.run_id, folder, PREFIX)
            else:
                raise RegistryError(
                    f"{ref.uri} has no run and no logged model to keep its card. Register it from a run."
                )

    def read(self, ref: ModelVersionRef, path: str) -> bytes:
        """Read back a file that :meth:`write` wrote."""
        record = self.version(ref)
        root = ref.uri if record.model_id else f"runs:/{record.run_id}"
        return self.download(f"{root}/{PREFIX}/{path}")

    def read_folder(self, ref: ModelVersionRef, folder: str) -> dict[str, bytes]:
        """Read back everything that lies in a folder, by the paths :meth:`write` took; empty if there is none."""
        names = self.listing(ref, folder)
        if not names:
            return {}
        record = self.version(ref)
        root = ref.uri if record.model_id else f"runs:/{record.run_id}"
        with tempfile.TemporaryDirectory() as place, self._asking(f"files of {ref.uri}"):
            local = self._download(f"{root}/{PREFIX}/{folder}", place)
            return {name: (local / Path(name).name).read_bytes() for name in names}

    def listing(self, ref: ModelVersionRef, folder: str) -> tuple[str, ...]:
        """Name the files that :meth:`write` wrote into a folder, as paths :meth:`read` takes."""
        client, record = self._client, self.version(ref)
        path = f"{PREFIX}/{folder}"
        with self._asking(f"files of {ref.uri}"):
            if record.model_id:
                found = client.list_logged_model_artifacts(record.model_id, path)
            else:
                found = client.list_artifacts(record.run_id, path)
        return tuple(item.path.removeprefix(f"{PREFIX}/") for item in found)

    def set_tag(self, ref: ModelVersionRef, key: str, value: str) -> None:
        """Set a tag on the version: a mirror for people, never read for a decision."""
        client = self._client
        with self._asking(f"version {ref.version} of a model '{ref.name}'"):
            client.set_model_version_tag(ref.name, ref.version, key, value)

    def delete_tag(self, ref: ModelVersionRef, key: str) -> None:
        """Take a tag off the version; one that is not there is no fault."""
        client = self._client
        with self._asking(f"version {ref.version} of a model '{ref.name}'"):
            client.delete_model_version_tag(ref.name, ref.version, key)

    def set_alias(self, ref: ModelVersionRef, alias: str) -> None:
        """Move an alias to the version."""
        client = self._client
        with self._asking(f"version {ref.version} of a model '{ref.name}'"):
            client.set_registered_model_alias(ref.name, alias, ref.version)

    def aliases(self, name: str) -> dict[str, str]:
        """Return the versions of a model by alias."""
        client = self._client
        with self._asking(f"model '{name}'"):
            return {alias: str(number) for alias, number in client.get_registered_model(name).aliases.items()}


def _moment(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="seconds")


def _model(item: Any) -> RegisteredModel:
    return RegisteredModel(
        name=item.name,
        description=item.description or "",
        aliases={alias: str(number) for alias, number in item.aliases.items()},
        latest=str(max((int(found.version) for found in item.latest_versions), default="")),
    )


def _datasets(run: Any) -> tuple[str, ...]:
    found = []
    for item in run.inputs.dataset_inputs:
        context = next((tag.value for tag in item.tags if tag.key == "mlflow.data.context"), "")
        found.append(f"{item.dataset.name} ({context})" if context else item.dataset.name)
    return tuple(found)
