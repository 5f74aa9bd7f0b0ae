"""Training runs and model versions in MLflow, on SQLite under the home folder; the only place that imports mlflow.

A version's model, evaluation and gates are text artifacts of its run. `champion` and `challenger` are aliases of the registered
model; the champion's text is also published as `<home>/models/<name>/champion.json`, which is what screening reads: it needs no
MLflow, and no change in the tracking database alters a screening until somebody promotes. MLflow's telemetry is off, artifacts
never land in the working directory, and nothing here speaks to a network.
"""

import hashlib
import json
import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from targeting.errors import InvalidInput, NotAllowed, NotFound
from targeting.jobs.lake import write_text
from targeting.scoring.model import Model
from targeting.settings import refuse_telemetry

if TYPE_CHECKING:
    from mlflow import MlflowClient

CHAMPION, CHALLENGER = "champion", "challenger"
MODEL_FILE = "model.json"


@dataclass(frozen=True, slots=True)
class Version:
    """One registered version: its number, run, aliases and tags."""

    name: str
    version: str
    run_id: str
    aliases: tuple[str, ...]
    tags: Mapping[str, str]


def register(
    home: Path, model: Model, *, figures: Mapping[str, float], texts: Mapping[str, str], tags: Mapping[str, str]
) -> Version:
    """The model is a new version with alias `challenger`; its figures are metrics, its texts artifacts of one tracked run.

    The same model twice is one version: its bytes are its identity.
    """
    text = model.to_text()
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    with _client(home) as client:
        for known in _versions(client, model.name):
            if known.tags.get("sha256") == sha256:
                client.set_registered_model_alias(model.name, CHALLENGER, known.version)
                return _version(client, model.name, known.version)
        run = client.create_run(_experiment(client, home, model.name), run_name=f"{model.name} {sha256[:12]}")
        for name, value in sorted(figures.items()):
            client.log_metric(run.info.run_id, name, value)
        for name, content in sorted({MODEL_FILE: text, **texts}.items()):
            client.log_text(run.info.run_id, content, name)
        client.set_terminated(run.info.run_id)
        if not client.search_registered_models(filter_string=f"name = '{model.name}'"):
            client.create_registered_model(model.name)
        made = client.create_model_version(
            model.name,
            source=run.info.artifact_uri,
            run_id=run.info.run_id,
            tags={**tags, "sha256": sha256, "spec_sha256": model.spec_sha256},
        )
        client.set_registered_model_alias(model.name, CHALLENGER, made.version)
        return _version(client, model.name, str(made.version))


@dataclass(frozen=True, slots=True)
class Provision:
    """Why a version may rank although there is too little to measure a gate by, and until when (SCORING §5: three months)."""

    reason: str
    until: date


def promote(
    home: Path,
    name: str,
    version: str,
    *,
    approved_by: str,
    verdicts: Mapping[str, str],
    provision: Provision | None = None,
) -> Version:
    """The version is the champion, approved by a named person; screening uses it from the next run.

    `verdicts` is the answer of each gate: a failed one always stops, an insufficient one stops unless a named person gives a
    provision. To roll back, promote an earlier version.

    Raises:
        NotAllowed: nobody is named, or a gate was not passed.
        NotFound: there is no such version.
    """
    if not approved_by.strip():
        raise NotAllowed("A model is promoted by a named person only: say who approves.")
    accepted = ("pass", "insufficient") if provision and provision.reason.strip() else ("pass",)
    stopped = [f"{gate}: {answer}" for gate, answer in sorted(verdicts.items()) if answer not in accepted]
    if stopped:
        raise NotAllowed(f"{name} {version} cannot be promoted: gates were not passed.", faults=stopped)
    model = load_version(home, name, version)
    tags = {"approved_by": approved_by, "gates": json.dumps(dict(sorted(verdicts.items())))}
    if provision:
        tags |= {"provisional_reason": provision.reason, "provisional_until": provision.until.isoformat()}
    with _client(home) as client:
        for tag, value in tags.items():
            client.set_model_version_tag(name, version, tag, value)
        client.set_registered_model_alias(name, CHAMPION, version)
        promoted = _version(client, name, version)
    until = provision.until.isoformat() if provision else None
    published = {"version": version, "approved_by": approved_by, "until": until, "model": model.to_text()}
    write_text(_published(home, name), json.dumps(published, ensure_ascii=False, sort_keys=True, indent=1) + "\n")
    return promoted


def load_champion(home: Path, name: str = "over", *, on: date | None = None) -> Model | None:
    """The champion that was last promoted; None where none was, or its provision ended before `on`: the findings rank alone.

    Raises:
        InvalidInput: the published file is damaged.
    """
    path = _published(home, name)
    if not path.exists():
        return None
    try:
        published = json.loads(path.read_text("utf-8"))
        if on is not None and published.get("until") and date.fromisoformat(published["until"]) < on:
            return None
        return Model.from_text(published["model"], version=published["version"])
    except (ValueError, KeyError) as fault:
        raise InvalidInput(f"{path} is not a published model ({type(fault).__name__}). Promote the version again.") from fault


def load_version(home: Path, name: str, version: str) -> Model:
    """The model of one version, from its run's artifact.

    Raises:
        NotFound: there is no such version.
    """
    return Model.from_text(read_artifact(home, name, version, MODEL_FILE), version=version)


def read_artifact(home: Path, name: str, version: str, file: str) -> str:
    """The text that was stored with a version under this file name.

    Raises:
        NotFound: there is no such version.
    """
    with _client(home) as client:
        found = _version(client, name, version)
        return Path(client.download_artifacts(found.run_id, file)).read_text("utf-8")


def versions(home: Path, name: str) -> tuple[Version, ...]:
    """All versions, newest first, with the aliases that they hold now."""
    with _client(home) as client:
        found = _versions(client, name)
        return tuple(_version(client, name, version.version) for version in found)


@contextmanager
def _client(home: Path) -> "Iterator[MlflowClient]":
    """A client of the home's own tracking database; what MLflow says on the way is kept off the terminal, errors are not."""
    refuse_telemetry()
    folder = home.resolve() / "mlflow"
    folder.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlflow import MlflowClient

        logging.getLogger("mlflow").setLevel(logging.WARNING)
        logging.getLogger("alembic").setLevel(logging.WARNING)
        url = f"sqlite:///{folder / 'mlflow.db'}"
        yield MlflowClient(tracking_uri=url, registry_uri=url)


def _experiment(client: "MlflowClient", home: Path, name: str) -> str:
    known = client.get_experiment_by_name(name)
    if known is not None:
        return str(known.experiment_id)
    artifacts = (home.resolve() / "mlflow" / "artifacts" / name).as_uri()
    return str(client.create_experiment(name, artifact_location=artifacts))


def _versions(client: "MlflowClient", name: str) -> list[Version]:
    """All versions, newest first; without aliases, which a search does not return (MLflow 3.17)."""
    found = client.search_model_versions(f"name = '{name}'")
    plain = [Version(name, str(v.version), str(v.run_id), (), dict(v.tags)) for v in found]
    return sorted(plain, key=lambda version: -int(version.version))


def _version(client: "MlflowClient", name: str, version: str) -> Version:
    from mlflow.exceptions import MlflowException

    try:
        found: Any = client.get_model_version(name, version)
    except MlflowException as fault:
        known = ", ".join(v.version for v in _versions(client, name)) or "none"
        raise NotFound(f"There is no version {version} of model {name}. Versions: {known}.") from fault
    return Version(name, str(found.version), str(found.run_id), tuple(sorted(found.aliases)), dict(found.tags))


def _published(home: Path, name: str) -> Path:
    return home / "models" / name / "champion.json"
