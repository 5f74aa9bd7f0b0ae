"""Two link runs of the lake, compared: which rows are linked otherwise, and what of the inputs was another."""

from pathlib import Path
from typing import Any

import polars as pl

from targeting.errors import NotFound
from targeting.jobs.lake import Lake
from targeting.linkage.changes import changes, summary

_INPUTS = ("snapshot", "specification", "weights", "judgements", "code")


def links_diff(home: Path, *, before: str, after: str | None = None, to: Path | None = None) -> dict[str, Any]:
    """How many rows of each register changed between two link runs (`after`: the newest), and which inputs differ.

    All changed rows are written to `to` as CSV, where one is given.

    Raises:
        NotFound: there is no such link run.
    """
    lake = Lake(home)
    after = after or lake.newest("links")
    manifests = [lake.manifest("links", name) for name in (before, after)]
    tables = [_tables(lake, name, manifest) for name, manifest in zip((before, after), manifests, strict=True)]
    changed = changes(tables[0], tables[1], ledger=lake.table("links", after, "ledger"))
    if to is not None:
        changed.write_csv(to)
    differing = [name for name in _INPUTS if manifests[0].get(name) != manifests[1].get(name)]
    return {"before": before, "after": after, "inputs_that_differ": differing, "changes": summary(changed).to_dicts()}


def _tables(lake: Lake, name: str, manifest: dict[str, Any]) -> tuple[pl.DataFrame, pl.DataFrame]:
    snapshot = str(manifest["snapshot"])
    if snapshot not in lake.names("snapshots"):
        raise NotFound(f"Link run {name} was made of snapshot {snapshot}, which is no longer there.")
    return lake.table("snapshots", snapshot, "identities"), lake.table("links", name, "links")
