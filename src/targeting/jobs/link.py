"""Snapshot → links and persons, with the identity ledger carried forward.

A link run is keyed by snapshot, specification and judgements; the ledger that it left is kept with it, so that repeating it
changes nothing. The ledger's head is the newest link run's.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

import polars as pl

import targeting
from targeting.frames.identity import IDENTITIES, JUDGEMENTS, LEDGER
from targeting.jobs.lake import Lake, fingerprint, frame_fingerprint, write_text
from targeting.jobs.progress import step
from targeting.linkage import resolve
from targeting.linkage.align import NotPossible
from targeting.linkage.incremental import relink
from targeting.linkage.standing import Standing, load, standing
from targeting.linkage.weights import Weights
from targeting.specs.linkage import LinkageSpec, load_linkage

STANDING = "standing"


@dataclass(frozen=True, slots=True)
class LinkRun:
    """A link run in the lake."""

    name: str
    snapshot: str
    counts: dict[str, int]


def link(
    home: Path,
    *,
    snapshot: str | None = None,
    judgements: pl.DataFrame | None = None,
    retrain: bool = False,
    full: bool = False,
) -> LinkRun:
    """The identities of the snapshot (the newest, if none is named) are resolved to persons.

    The weights are those of the run before, if the specification is the same, and then only what changed since is decided:
    with the result of deciding everything, which `full` does. `retrain` learns the weights anew, from the judgements too, and
    keeps a second opinion on every pair (`opinions`).

    Raises:
        NotFound: there is no such snapshot.
    """
    lake = Lake(home)
    snapshot = snapshot or lake.newest("snapshots")
    judgements = JUDGEMENTS.empty() if judgements is None else judgements
    spec = load_linkage()
    anew = ["weights learnt anew"] * retrain + ["decided as a whole"] * full
    key = fingerprint([snapshot, spec.sha256, frame_fingerprint(judgements), targeting.__version__, *anew])
    name = f"{snapshot}-{key[:8]}"
    if name not in lake.names("links"):
        with step("link identities to persons"):
            done = _resolved(lake, snapshot, judgements, spec, retrain=retrain, full=full)
        _write(lake, snapshot, name, judgements, spec, done)
    lake.point("links", name)
    _carry_forward(lake, name)
    return LinkRun(name, snapshot, lake.manifest("links", name)["counts"])


@dataclass(frozen=True, slots=True)
class _Resolved:
    """What a link run made, what it leaves for the next (`standing`), and `how` it was done, as the manifest says it."""

    result: resolve.LinkResult
    standing: Standing
    how: dict[str, object]
    second_opinion: bool = False


def _resolved(lake: Lake, snapshot: str, judgements: pl.DataFrame, spec: LinkageSpec, *, retrain: bool, full: bool) -> _Resolved:
    identities = lake.table("snapshots", snapshot, "identities")
    ledger = _ledger(lake)
    trained = None if retrain else _trained(lake, spec.sha256)
    before = None if full or trained is None else _standing(lake)
    why = "asked for" if full else "weights learnt" if trained is None else "the run before left nothing to start from"
    if trained is not None and before is not None:
        same = lake.manifest("links", _head(lake) or "")["judgements"] == frame_fingerprint(judgements)
        try:
            done = relink(
                identities,
                before=before,
                spec=spec,
                ledger=ledger,
                judgements=judgements,
                same_judgements=same,
                snapshot=snapshot,
                trained=trained,
            )
        except NotPossible as reason:
            why = str(reason)
        else:
            how: dict[str, object] = {"decided": "what changed", "identities_changed": done.changed, "redecided": done.redecided}
            return _Resolved(done.result, done.standing, how)
    identities = IDENTITIES.conform(identities)
    found = resolve.residue(identities, spec=spec, ledger=ledger, judgements=judgements, trained=trained, every_pair=retrain)
    result = resolve.tables(found, identities, spec=spec, ledger=ledger, snapshot=snapshot, second_opinion=retrain)
    how = {"decided": "the whole", "why": why, "redecided": found.records.height, "weights_learnt": trained is None}
    return _Resolved(result, standing(found, judgements, spec=spec), how, second_opinion=retrain)


def _write(lake: Lake, snapshot: str, name: str, judgements: pl.DataFrame, spec: LinkageSpec, done: _Resolved) -> None:
    result = done.result
    levels = result.links.group_by("level").len().rows()
    counts = {
        "identities": result.links.height,
        "persons": result.persons.height,
        **{f"level_{level or 'none'}": count for level, count in sorted(levels, key=str)},
    }
    if done.second_opinion:
        counts |= {
            "second_opinions": result.opinions.height,
            "second_opinions_differ": int(result.opinions["differs"].sum()),
        }
    manifest = {
        "link_run": name,
        "snapshot": snapshot,
        "specification": spec.sha256,
        "judgements": frame_fingerprint(judgements),
        "weights": frame_fingerprint(result.weights),
        "weights_learnt": False,
        "ledger_before": _ledger_fingerprint(lake),
        "ledger_after": frame_fingerprint(result.ledger),
        "code": targeting.__version__,
        "counts": counts,
        **done.how,
    }
    tables = {
        "links": result.links,
        "evidence": result.evidence,
        "candidates": result.candidates,
        "persons": result.persons,
        "ledger": result.ledger,
        "weights": result.weights,
        "frequencies": result.frequencies,
        **({"opinions": result.opinions} if done.second_opinion else {}),
    }
    lake.write("links", name, tables, manifest, beside=lambda folder: done.standing.save(folder / STANDING))


def _head(lake: Lake) -> str | None:
    """The run that holds the newest ledger."""
    head = lake.home / "lake" / "identity" / "HEAD"
    return head.read_text("utf-8").strip() if head.exists() else None


def _ledger(lake: Lake) -> pl.DataFrame:
    head = _head(lake)
    return LEDGER.empty() if head is None else lake.table("links", head, "ledger")


def _ledger_fingerprint(lake: Lake) -> str:
    head = _head(lake)
    return frame_fingerprint(LEDGER.empty()) if head is None else str(lake.manifest("links", head)["ledger_after"])


def _trained(lake: Lake, specification: str) -> Weights | None:
    """The weights of the run that the ledger's head names, if they are of this specification."""
    name = _head(lake)
    if name is None or lake.manifest("links", name)["specification"] != specification:
        return None
    return Weights(lake.table("links", name, "weights"), lake.table("links", name, "frequencies"))


def _standing(lake: Lake) -> Standing | None:
    """What the run that the ledger's head names left, if the same code made it."""
    name = _head(lake)
    if name is None or lake.manifest("links", name)["code"] != targeting.__version__:
        return None
    return load(lake.folder("links", name) / STANDING)


def _carry_forward(lake: Lake, name: str) -> None:
    """The head moves only to a run that knows every person the present head knows; what others left is not needed any more."""
    follows = lake.manifest("links", name)["ledger_before"] == _ledger_fingerprint(lake)  # a ledger loses nobody
    if follows or _ledger(lake)["person_id"].is_in(lake.table("links", name, "ledger")["person_id"].implode()).all():
        write_text(lake.home / "lake" / "identity" / "HEAD", name)
    for other in lake.names("links"):
        if other != _head(lake):
            shutil.rmtree(lake.folder("links", other) / STANDING, ignore_errors=True)
