"""The company of a few units, with all that it depends on and nothing else, and the kin of a few persons."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from targeting.linkage.affected import Flags, Ground
from targeting.linkage.habits import Habits
from targeting.linkage.relate import Company, company
from targeting.linkage.standing import NOBODY, Places, kin_of
from targeting.specs.linkage import LinkageSpec


@dataclass(frozen=True, slots=True)
class Circle:
    """Makes the company of units of one snapshot: `units` as they are, `index`: numbers of persons by first unit."""

    units: pl.DataFrame
    ground: Ground
    index: Places
    habits: Habits
    spec: LinkageSpec

    def beside(self, asked: Flags) -> Flags:
        """The units of all rows and groups of these."""
        return self.ground.sharing_row(asked) | self.ground.sharing("group", self._groups(asked))

    def company(self, asked: Flags, owner: Places) -> Company:
        """What stands beside the units asked about, and the kin of whoever stands there or holds their numbers."""
        beside = self.beside(asked)
        holders = np.flatnonzero(self.ground.sharing("number", self.ground.of("number", asked)) & (self.index != NOBODY))
        persons = np.zeros(len(self.index), dtype=bool)
        persons[self.ground.owner[beside & (self.ground.owner != NOBODY)]] = True
        persons[holders] = True
        return self._company(beside, persons, self._groups(asked), owner)

    def kin(self, persons: Flags, owner: Places) -> pl.DataFrame:
        """All couples of which one is among these persons, as `standing.kin_of`."""
        nobody = np.zeros(len(self.index), dtype=bool)
        kin = self._company(nobody, persons, pl.Series([], dtype=pl.UInt64), owner).kin
        first_unit = np.flatnonzero(self.index != NOBODY)
        first_unit = first_unit[np.argsort(self.index[first_unit])]
        both = kin_of(kin, pl.Series(first_unit.astype(np.uint32)), self.ground.rows["name"])
        return both.filter(pl.Series(persons[both["person"].to_numpy()] | persons[both["relative"].to_numpy()]))

    def _groups(self, asked: Flags) -> pl.Series:
        return self.ground.of("group", asked & ~self.ground.rows["defining"].to_numpy()).drop_nulls().unique()

    def _company(self, beside: Flags, persons: Flags, groups: pl.Series, owner: Places) -> Company:
        ground = self.ground
        theirs = ground.owned(persons)
        booklets = ground.of("group", theirs & ground.rows["defining"].to_numpy()).drop_nulls().unique()
        at = np.flatnonzero(beside | ground.sharing_row(theirs) | ground.sharing("group", booklets))
        whole = pl.col("group").is_in(pl.concat([groups, booklets]).implode())
        units = self.units.select("unit", "register", "row")[at]
        units = units.with_columns(ground.rows[at].select(group=pl.when(whole).then("group")).to_series())
        linked = at[owner[at] != NOBODY]
        links = pl.DataFrame(
            {"unit": linked.astype(np.uint32), "person": self.index[owner[linked]].astype(np.uint32)},
            schema={"unit": pl.UInt32, "person": pl.UInt32},
        )
        return company(
            units,
            links,
            defining_register=self.spec.defining_register,
            max_group=self.spec.blocking.max_group,
            wide_groups=self.habits.wide_groups,
        )


def with_couples(known: Company, kin: pl.DataFrame, names: pl.Series, index: Places) -> Company:
    """The company with all couples of these names, whoever they are."""
    some = kin.filter(pl.col("names").is_in(names.unique().implode()))
    numbered = {side: pl.Series(index[some[side].to_numpy()].astype(np.uint32)) for side in ("person", "relative")}
    return replace(known, couples=pl.DataFrame(numbered, schema={"person": pl.UInt32, "relative": pl.UInt32}))
