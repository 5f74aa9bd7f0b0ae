"""What each blocking pass contributes: pairs, reduction ratio, pairs completeness, and what no other pass finds.

In: the residue of a link run, its declared blocking and, for completeness, a truth file. Measures of Christen 2012, ch. 7: the
reduction ratio is one less the share of all record-person pairs that are compared, pairs completeness the share of true pairs
among them. Both are of the residue: what an exact number settles needs no blocking.
"""

import polars as pl

from targeting.evaluation.intervals import wilson
from targeting.evaluation.links import POPULATION, with_roles
from targeting.linkage.block import block, block_sizes
from targeting.linkage.resolve import Residue
from targeting.specs.linkage import Blocking

TOGETHER, ALL = "company and relatives", "all together"
_PAIR = ["unit", "person"]


def passes(residue: Residue, *, blocking: Blocking, truth: pl.DataFrame | None = None) -> pl.DataFrame:
    """One row a pass, one for the pairs that company suggests, and one for all together.

    `only` counts the pairs that no other pass brings, `largest` the persons of its largest block, `left_out` those in blocks over
    the declared size. With a truth: `true` pairs, how many are `found`, `completeness` with interval, and `found_only` here.
    """
    persons = residue.settled.persons
    found = {
        one.name: block(residue.records, persons, blocking=blocking.model_copy(update={"passes": (one,)}))
        for one in blocking.passes
    }
    blocked = pl.concat([pairs.select(_PAIR) for pairs in found.values()])
    found[TOGETHER] = residue.pairs.select(_PAIR).join(blocked, on=_PAIR, how="anti")
    every = pl.concat([pairs.select(_PAIR) for pairs in found.values()])
    often = every.group_by(_PAIR).agg(times=pl.len())
    true = None if truth is None else true_pairs(residue, truth)
    sizes = {one.name: block_sizes(persons, one) for one in blocking.passes}
    all_pairs = max(residue.records.height * persons.height, 1)
    rows = []
    for name, pairs in {**found, ALL: often.select(_PAIR)}.items():
        alone = pairs.join(often.filter(pl.col("times") == 1), on=_PAIR, how="semi")
        row: dict[str, object] = {"pass": name, "pairs": pairs.height, "only": alone.height}
        row["reduction_ratio"] = 1 - pairs.height / all_pairs
        size = sizes.get(name)
        row["largest"] = None if size is None else size.max()
        row["left_out"] = None if size is None else int(size.filter(size > blocking.max_block).sum())
        if true is not None:
            met = true.join(pairs, on=_PAIR, how="semi").height
            interval = wilson(met, true.height)
            row |= {"true": true.height, "found": met, "found_only": true.join(alone, on=_PAIR, how="semi").height}
            row |= {"completeness": interval.value, "completeness_low": interval.low, "completeness_high": interval.high}
        rows.append(row)
    return pl.DataFrame(rows, infer_schema_length=None)


def true_pairs(residue: Residue, truth: pl.DataFrame) -> pl.DataFrame:
    """`unit` and `person` of every record left open by the exact links whose registered person the truth names."""
    return _meant(residue, residue.settled.residue, truth)


def _meant(residue: Residue, records: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    asked = with_roles(truth, residue.units).drop_nulls("population_row")
    units = residue.units.select("unit", "register", "row", "role")
    held = residue.settled.links.join(units.filter(pl.col("register") == POPULATION), on="unit")
    held = held.select("person", population_row="row")
    meant = units.join(records, on="unit", how="semi").join(asked, on=["register", "row", "role"]).join(held, on="population_row")
    return meant.select(_PAIR).unique().sort(_PAIR)


def judged_pairs(residue: Residue, truth: pl.DataFrame) -> pl.DataFrame:
    """The weighed pairs of records in the truth with registered persons, `same` where the truth says so, `link` as decided."""
    asked = with_roles(truth, residue.units).select("register", "row", "role")
    units = residue.units.select("unit", "register", "row", "role").join(asked, on=["register", "row", "role"], how="semi")
    registered = residue.settled.persons.filter(pl.col("known_from") == "defining").select("person")
    pairs = residue.pairs.join(units, on="unit", how="semi").join(registered, on="person", how="semi")
    same = _meant(residue, residue.records, truth).with_columns(same=pl.lit(value=True))
    kept = residue.decided.select(*_PAIR, link=pl.col("outcome") == "link")
    judged = pairs.join(same, on=_PAIR, how="left").join(kept, on=_PAIR, how="left", maintain_order="left")
    return judged.with_columns(pl.col("same", "link").fill_null(value=False))
