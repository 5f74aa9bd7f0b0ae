"""The pairs of a snapshot of which most has not changed: blocked and compared anew where either side changed."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from targeting.linkage.affected import Flags
from targeting.linkage.align import Moved
from targeting.linkage.block import keyed, meet, stacked, told_apart
from targeting.linkage.frequency import Counted, with_counts
from targeting.linkage.prepare import numbered, pinyin, surname, with_forms, with_own_birth
from targeting.linkage.resettle import Resettled
from targeting.linkage.rounds import LEVELS, PAIR, alone, leveled
from targeting.linkage.standing import ELSEWHERE, NOBODY, Places, Standing
from targeting.linkage.weigh import Learnt
from targeting.specs.linkage import LinkageSpec


@dataclass(slots=True)
class Forms:
    """The units with the forms by which they are compared, made when they are asked for, once."""

    units: pl.DataFrame
    doubtful: pl.Series
    made: pl.DataFrame
    learnt: Learnt
    spec: LinkageSpec
    counted: Counted = field(init=False)
    _at: Places = field(init=False)

    def __post_init__(self) -> None:
        self.counted = Counted.of(self.learnt.rates.frequencies)
        self._at = np.full(self.units.height, NOBODY, dtype=np.int64)
        self._at[self.made["unit"].to_numpy()] = np.arange(self.made.height)

    def of(self, units: Places) -> pl.DataFrame:
        """The forms of these units, in this order."""
        missing = np.unique(units[self._at[units] == NOBODY])
        if len(missing):
            prepared = with_own_birth(numbered(self.units[missing]), self.learnt.habits.states_birth)
            formed = with_forms(prepared, surname_readings=self.spec.names.surname_readings)
            formed = formed.with_columns(self.doubtful.gather(missing).alias("doubtful"))
            self._at[missing] = self.made.height + np.arange(len(missing))
            self.made = pl.concat([self.made, formed.select(self.made.columns)])
        return self.made[self._at[units]]

    def persons(self, units: Places, numbers: Places) -> pl.DataFrame:
        """The persons whose first units these are, with these numbers."""
        return self.of(units).with_columns(person=pl.Series(numbers.astype(np.uint32)))

    def named(self, units: Places, numbers: Places) -> pl.DataFrame:
        """The same with what weighing asks of persons: how frequent their names are."""
        names = self.units.select("name_key")[units].with_columns(surname())
        names = names.with_columns(pinyin=pinyin(names["name_key"], surname_readings=self.spec.names.surname_readings))
        return with_counts(names.with_columns(person=pl.Series(numbers.astype(np.uint32))), self.counted)


@dataclass(frozen=True, slots=True)
class Repaired:
    """`keys` and `pairs` of now, as of `Standing`; `dirty`: open records whose pairs that count are others than before."""

    keys: pl.DataFrame
    pairs: pl.DataFrame
    dirty: Flags


def repaired(moves: Moved, before: Standing, now: Resettled, forms: Forms, *, spec: LinkageSpec) -> Repaired:
    """The pairs of now that count by themselves."""
    known = now.rows["known"].to_numpy()
    record = now.rows["person"].is_null().to_numpy() | (known == ELSEWHERE)
    fresh = now.changed & (record | (known > 0))
    keys = _keys(moves, before, fresh, record | (known > 0), forms, spec=spec)
    persons = keys.filter(pl.Series(known[keys["unit"].to_numpy()] > 0))
    was_known = before.rows["known"].to_numpy()
    left_out = (was_known > 0) & (moves.gone | ~(known > 0)[moves.to] | fresh[moves.to])
    then = before.keys.filter(pl.Series(was_known[before.keys["unit"].to_numpy()] > 0))
    less = then.filter(pl.Series(left_out[then["unit"].to_numpy()]))
    more = persons.filter(pl.Series(fresh[persons["unit"].to_numpy()]))
    records = keys.filter(pl.Series(record[keys["unit"].to_numpy()]))
    blocks = _Blocks.around(then, persons, less, more, spec=spec)
    again = fresh & record
    again[blocks.crossed(records)] = True
    asked = pl.Series(again[records["unit"].to_numpy()])
    met = pl.concat(
        [
            meet(records.filter(asked), persons.rename({"unit": "person"}), blocking=spec.blocking),
            blocks.joined(records.filter(~asked), more),
        ]
    )
    met = met.unique().filter(pl.col("unit") != pl.col("person")).sort(PAIR)
    new = _counting(met, forms, spec=spec)
    old = before.pairs.with_columns(
        unit=pl.Series(moves.now(before.pairs["unit"])), person=pl.Series(moves.now(before.pairs["person"]))
    )
    old = old.filter(pl.col("unit") != NOBODY)
    unit, person = old["unit"].to_numpy(), old["person"].to_numpy()
    kept = record[unit] & ~again[unit] & (person != NOBODY) & (known[person] > 0) & ~fresh[person]
    left_over, came = old.filter(pl.Series(~kept)), new.cast(old.schema)
    dirty = fresh.copy()
    for one, other in ((left_over, came), (came, left_over)):
        dirty[one.join(other, on=list(LEVELS), how="anti", nulls_equal=True)["unit"].to_numpy()] = True
    pairs = pl.concat([old.filter(pl.Series(kept)).cast(pl.Schema(LEVELS)), new]).sort(PAIR)
    return Repaired(keys, pairs, dirty & record)


def _keys(moves: Moved, before: Standing, fresh: Flags, entry: Flags, forms: Forms, *, spec: LinkageSpec) -> pl.DataFrame:
    unit = moves.now(before.keys["unit"])
    kept = (unit != NOBODY) & entry[unit] & ~fresh[unit]
    stayed = before.keys.with_columns(unit=pl.Series(unit)).filter(pl.Series(kept)).cast({"unit": pl.UInt32})
    made = keyed(forms.of(np.flatnonzero(fresh)), identity="unit", blocking=spec.blocking)
    return pl.concat([stayed, made]).sort("unit")


def _counting(met: pl.DataFrame, forms: Forms, *, spec: LinkageSpec) -> pl.DataFrame:
    records = forms.of(met["unit"].unique().sort().to_numpy())
    units = met["person"].unique().sort().to_numpy()
    levels = leveled(met, records, forms.persons(units, units), spec=spec)
    return alone(levels, records, forms.named(units, units), forms.learnt, spec=spec)


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Of every pass the keys of persons who came or went that are small enough now, and those that became or ceased to be so."""

    small: list[pl.Series]
    across: list[pl.Series]

    @classmethod
    def around(
        cls, then: pl.DataFrame, now: pl.DataFrame, less: pl.DataFrame, more: pl.DataFrame, *, spec: LinkageSpec
    ) -> "_Blocks":
        found = cls([], [])
        for at in range(len(spec.blocking.passes)):
            touched = pl.concat([stacked(frame, at)["key"] for frame in (less, more)]).unique()
            counts = pl.DataFrame({"key": touched})
            for name, frame in (("then", then), ("now", now)):
                keys = stacked(frame, at).select("key").filter(pl.col("key").is_in(touched.implode()))
                counts = counts.join(keys.group_by("key").len(name), on="key", how="left")
            fits = [(pl.col(name).fill_null(0) <= spec.blocking.max_block) for name in ("then", "now")]
            found.small.append(counts.filter(fits[1])["key"])
            found.across.append(counts.filter(fits[0] != fits[1])["key"])
        return found

    def crossed(self, records: pl.DataFrame) -> Places:
        """The records with a block that became, or ceased to be, small enough."""
        found = [pl.Series([], dtype=pl.UInt32)]
        for at, across in enumerate(self.across):
            if len(across):
                found.append(stacked(records, at).filter(pl.col("key").is_in(across.implode()))["unit"])
        return pl.concat(found).unique().to_numpy().astype(np.int64)

    def joined(self, records: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
        """Pairs of these records and persons, who are among those that came."""
        found = [pl.DataFrame(schema={"unit": pl.UInt32, "person": pl.UInt32})]
        for at, small in enumerate(self.small):
            right = stacked(persons.rename({"unit": "person"}), at).filter(pl.col("key").is_in(small.implode()))
            pairs = stacked(records, at).join(right, on="key", suffix="_of_person").filter(~told_apart())
            found.append(pairs.select(PAIR))
        return pl.concat(found)
