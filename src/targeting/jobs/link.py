"""Snapshot → links and persons, with the identity ledger carried forward.

A link run is keyed by snapshot, specification and judgements; the ledger that it left is kept with it, so that repeating it
changes nothing. The ledger's head is the newest link run's.
"""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

import targeting
from targeting.frames.identity import JUDGEMENTS, LEDGER
from targeting.jobs.lake import Lake, fingerprint, frame_fingerprint, write_text
from targeting.jobs.progress import step
from targeting.linkage import resolve
from targeting.linkage.weights import Weights
from targeting.specs.linkage import load_linkage


@dataclass(frozen=True, slots=True)
class LinkRun:
    """A link run in the lake."""

    name: str
    snapshot: str
    counts: dict[str, int]


def link(home: Path, *, snapshot: str | None = None, judgements: pl.DataFrame | None = None, retrain: bool = False) -> LinkRun:
    """The identities of the snapshot (the newest, if none is named) are resolved to persons.

    The weights are those of the run before, if the specification is the same: `retrain` learns them anew, from the judgements
    too, and keeps a second opinion on every pair (`opinions`).

    Raises:
        NotFound: there is no such snapshot.
    """
    lake = Lake(home)
    snapshot = snapshot or lake.newest("snapshots")
    judgements = JUDGEMENTS.empty() if judgements is None else judgements
    spec = load_linkage()
    anew = ["weights learnt anew"] if retrain else []
    key = fingerprint([snapshot, spec.sha256, frame_fingerprint(judgements), targeting.__version__, *anew])
    name = f"{snapshot}-{key[:8]}"
    if name not in lake.names("links"):
        _resolve(lake, snapshot, name, judgements, None if retrain else _trained(lake, spec.sha256), second_opinion=retrain)
    lake.point("links", name)
    _carry_forward(lake, name)
    return LinkRun(name, snapshot, lake.manifest("links", name)["counts"])


def _resolve(
    lake: Lake, snapshot: str, name: str, judgements: pl.DataFrame, trained: Weights | None, *, second_opinion: bool
) -> None:
    spec = load_linkage()
    identities = lake.table("snapshots", snapshot, "identities")
    ledger = _ledger(lake)
    with step("link identities to persons"):
        done = resolve.link(
            identities,
            spec=spec,
            ledger=ledger,
            judgements=judgements,
            snapshot=snapshot,
            trained=trained,
            second_opinion=second_opinion,
        )
    levels = done.links.group_by("level").len().rows()
    counts = {
        "identities": identities.height,
        "persons": done.persons.height,
        **{f"level_{level or 'none'}": count for level, count in sorted(levels, key=str)},
    }
    if second_opinion:
        counts |= {"second_opinions": done.opinions.height, "second_opinions_differ": int(done.opinions["differs"].sum())}
    manifest = {
        "link_run": name,
        "snapshot": snapshot,
        "specification": spec.sha256,
        "judgements": frame_fingerprint(judgements),
        "weights": frame_fingerprint(done.weights),
        "weights_learnt": trained is None,
        "ledger_before": frame_fingerprint(ledger),
        "ledger_after": frame_fingerprint(done.ledger),
        "code": targeting.__version__,
        "counts": counts,
    }
    tables = {
        "links": done.links,
        "evidence": done.evidence,
        "candidates": done.candidates,
        "persons": done.persons,
        "ledger": done.ledger,
        "weights": done.weights,
        "frequencies": done.frequencies,
        **({"opinions": done.opinions} if second_opinion else {}),
    }
    lake.write("links", name, tables, manifest)


def _ledger(lake: Lake) -> pl.DataFrame:
    head = lake.home / "lake" / "identity" / "HEAD"
    return lake.table("links", head.read_text("utf-8").strip(), "ledger") if head.exists() else LEDGER.empty()


def _trained(lake: Lake, specification: str) -> Weights | None:
    """The weights of the run that the ledger's head names, if they are of this specification."""
    head = lake.home / "lake" / "identity" / "HEAD"
    if not head.exists():
        return None
    name = head.read_text("utf-8").strip()
    if lake.manifest("links", name)["specification"] != specification:
        return None
    return Weights(lake.table("links", name, "weights"), lake.table("links", name, "frequencies"))


def _carry_forward(lake: Lake, name: str) -> None:
    """The head moves only to a run that knows every person the present head knows."""
    head = lake.home / "lake" / "identity" / "HEAD"
    known = _ledger(lake)["person_id"]
    if known.is_in(lake.table("links", name, "ledger")["person_id"].implode()).all():
        write_text(head, name)
