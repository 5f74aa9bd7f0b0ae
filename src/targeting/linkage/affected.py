"""Whom a change can reach: those bound to what changed by a number, a booklet, a row or a group, and by their relatives.

Each answer may be too large, never too small: whoever is decided again is decided by the rules of a whole run.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.linkage.standing import NOBODY, Places, pair_of

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ground:
    """The units of one snapshot by position: row (counted), group, booklet, number, defining and name, as `Standing.rows`.

    `person`: whose a unit is by exact link, by first unit of the person; `owner`: by exact link or the first round; -1: nobody.
    """

    rows: pl.DataFrame
    person: Places
    owner: Places

    @property
    def row(self) -> Places:
        """The row of each unit, counted."""
        return self.rows["row"].to_numpy().astype(np.int64)

    def sharing_row(self, units: Flags) -> Flags:
        """The units of the rows of these."""
        row = self.row
        touched = np.zeros(int(row.max(initial=-1)) + 1, dtype=bool)
        touched[row[units]] = True
        found: Flags = touched[row]
        return found

    def sharing(self, column: str, keys: pl.Series) -> Flags:
        """The units that have one of these keys."""
        keys = keys.drop_nulls().unique()
        if keys.is_empty():
            return np.zeros(self.rows.height, dtype=bool)
        return self.rows[column].is_in(keys.implode()).fill_null(value=False).to_numpy()

    def of(self, column: str, units: Flags) -> pl.Series:
        """The keys of these units."""
        return self.rows[column].filter(pl.Series(units))

    def owned(self, persons: Flags) -> Flags:
        """The units of these persons (by first unit)."""
        found: Flags = (self.owner != NOBODY) & persons[self.owner]
        return found


def bound_by_number(ground: Ground, seeds: Flags, gone: pl.DataFrame) -> Flags:
    """All units that exact links could join to these, or to the `gone`: by number or booklet, in as many steps as it takes."""
    reached = seeds.copy()
    fresh = {key: pl.concat([ground.of(key, seeds), gone[key]]) for key in ("number", "booklet")}
    while True:
        more = ground.sharing("number", fresh["number"]) | ground.sharing("booklet", fresh["booklet"])
        more &= ~reached
        if not more.any():
            return reached
        reached |= more
        fresh = {key: ground.of(key, more) for key in fresh}


def relatives_changed(ground: Ground, touched: Flags) -> Places:
    """Persons who may have other relatives than before: those of the rows and the booklets of what was touched, by first unit."""
    booklets = touched & ground.rows["defining"].to_numpy()
    beside = ground.sharing_row(touched) | ground.sharing("group", ground.of("group", booklets))
    owners = ground.owner[beside]
    found: Places = np.unique(owners[owners != NOBODY])
    return found


def in_changed_company(
    ground: Ground, touched: Flags, groups: pl.Series, kin: Flags, names: pl.Series, *, max_group: int
) -> Flags:
    """Units whose company may say something else.

    They share a row or a group (`groups`: those of what is gone too) with what was touched or with a person of `kin`, bear the
    number of one, or stand beside somebody open whose name and theirs are among `names`.
    """
    present = ground.owned(kin)
    groups = pl.concat([groups, ground.of("group", touched | (present & ~ground.rows["defining"].to_numpy()))])
    reached = ground.sharing_row(touched | present) | ground.sharing("group", groups)
    reached |= ground.sharing("number", ground.of("number", kin))
    two = open_together(ground, ground.person == NOBODY, max_group=max_group)
    named = two.filter(pl.col("names").is_in(names.drop_nulls().unique().implode()))["unit"].unique().to_numpy()
    reached[named] = True
    return reached


def open_together(ground: Ground, open_units: Flags, *, max_group: int) -> pl.DataFrame:
    """`unit`, `names` (hash of its name and the other's) of every two open units of one row or one group."""
    at = np.flatnonzero(open_units & ~ground.rows["defining"].to_numpy())
    frame = ground.rows.select("row", "group", "name")[at].with_columns(unit=pl.Series(at.astype(np.uint32))).drop_nulls("name")
    found = [pl.DataFrame(schema={"unit": pl.UInt32, "names": pl.UInt64})]
    for bond in ("row", "group"):
        few = frame.drop_nulls(bond).filter(pl.len().over(bond).is_between(2, max_group)).select(bond, "unit", "name")
        two = few.join(few, on=bond, suffix="_other").filter(pl.col("name") != pl.col("name_other"))
        found.append(two.select("unit", names=pair_of(two["name"], two["name_other"])))
    return pl.concat(found)
