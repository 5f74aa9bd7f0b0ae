"""What a link run leaves for the next one: of every unit its fingerprint, whose it is, and the pairs that count.

Persons are named by the position of their first unit here, so that a table of one snapshot becomes one of the next by one change
of positions. Fingerprints and keys are hashes of Polars, which promises them for one version only.
"""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.linkage.block import keyed
from targeting.linkage.exact import DEFINES, EXACT, NAMED_IN_GROUP
from targeting.linkage.judgements import spoken_of
from targeting.linkage.resolve import Residue
from targeting.linkage.rounds import LEVELS, PAIR, alone
from targeting.specs.linkage import LinkageSpec

Places = npt.NDArray[np.int64]
NOBODY = -1
_MADE_BY = "made_by"
RULES = (DEFINES, EXACT, NAMED_IN_GROUP)
DEFINING, ELSEWHERE = 1, 2
_TEXTS = ("register", "role", "id_form", "id_text", "name", "name_key", "birth_date", "address", "other_address", "group")
_OF_UNIT, _OF_ROW = np.uint64(3), np.uint64(0x9E3779B97F4A7C14)


@dataclass(frozen=True, slots=True)
class Standing:
    """The tables by which a later run knows what has not changed.

    `rows`, one a unit: print, row (counted), number, booklet, group (hashes), defining, name (hash); person (its first unit),
    rule, known (1 the first unit of a person of the defining register, 2 of one from elsewhere), doubtful, judged, first (person
    that the first round linked). `keys`: unit and blocking keys of persons and open records. `homes`: dwelling of persons without
    booklet. `pairs`: those that blocking brings and that count by themselves. `decided`: of both rounds. `kin`, `later_kin`:
    person, relative, in how many ways, and names (hash of both), in the first and in the second round.
    """

    rows: pl.DataFrame
    keys: pl.DataFrame
    homes: pl.DataFrame
    pairs: pl.DataFrame
    decided: pl.DataFrame
    kin: pl.DataFrame
    later_kin: pl.DataFrame

    def save(self, folder: Path) -> None:
        """The tables lie in the folder, in files that are mapped into memory."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _MADE_BY).write_text(pl.__version__, "utf-8")
        for one in fields(self):
            getattr(self, one.name).write_ipc(folder / f"{one.name}.arrow", compression="uncompressed")


def load(folder: Path) -> Standing | None:
    """The tables that `save` put there; None where there are none, or another version of Polars made them."""
    made_by = folder / _MADE_BY
    if not made_by.exists() or made_by.read_text("utf-8") != pl.__version__:
        return None
    return Standing(*(pl.read_ipc(folder / f"{one.name}.arrow") for one in fields(Standing)))


def prints(units: pl.DataFrame, row: Places) -> npt.NDArray[np.uint64]:
    """A fingerprint of every unit and of the whole row that it stands in (`row`: counted), whatever the row's number is."""
    own: npt.NDArray[np.uint64] = units.select(pl.struct(_TEXTS).hash(seed=0)).to_series().to_numpy()
    if not len(own):
        return own
    starts = np.flatnonzero(np.diff(row, prepend=-1))
    whole = np.add.reduceat(own, starts)[row]
    return np.asarray(own * _OF_UNIT + whole * _OF_ROW, dtype=np.uint64)


def counted_rows(units: pl.DataFrame) -> Places:
    """The row of each unit, rows of all registers counted from 0."""
    new = (pl.col("register") != pl.col("register").shift(1)) | (pl.col("row") != pl.col("row").shift(1))
    return units.select(new.fill_null(value=False).cast(pl.Int64).cum_sum()).to_series().to_numpy()


def told(units: pl.DataFrame, *, defining_register: str) -> pl.DataFrame:
    """What binds units, hashed: verified number, booklet with name and birth day, group; and the name."""
    defining = pl.col("register") == defining_register
    whole = defining & pl.all_horizontal(pl.col("name_key", "birth", "group").is_not_null())
    return units.select(
        number=pl.when("verified").then(pl.col("number").hash(seed=0)),
        booklet=pl.when(whole).then(pl.struct("name_key", "birth", "group").hash(seed=0)),
        group=pl.when(pl.col("group").is_not_null()).then(pl.struct("register", "group").hash(seed=0)),
        defining=defining,
        name=pl.when(pl.col("name_key").is_not_null()).then(pl.col("name_key").hash(seed=0)),
    )


def standing(found: Residue, judgements: pl.DataFrame, *, spec: LinkageSpec) -> Standing:
    """What a whole run with these judgements leaves."""
    units, persons = found.units, found.settled.persons
    first_unit = persons["unit"].cast(pl.UInt32)
    row = counted_rows(units)
    judged = spoken_of(units, judgements)["unit"]
    rows = told(units, defining_register=spec.defining_register).with_columns(
        unit=units["unit"],
        print=pl.Series(prints(units, row)),
        row=pl.Series(row.astype(np.uint32)),
        judged=units["unit"].is_in(judged.implode()),
    )
    links = found.settled.links.select(
        "unit", person=first_unit.gather(found.settled.links["person"]), rule=coded(found.settled.links["rule"])
    )
    known = persons.select(
        "unit", known=pl.when(pl.col("known_from") == "defining").then(DEFINING).otherwise(ELSEWHERE).cast(pl.UInt8)
    )
    doubt = found.settled.residue.select("unit", "doubtful")
    first = found.first.select("unit", first=first_unit.gather(found.first["person"]))
    for told_of in (links, known, doubt, first):
        rows = rows.join(told_of, on="unit", how="left", maintain_order="left")
    rows = rows.with_columns(pl.col("known").fill_null(0), pl.col("doubtful").fill_null(value=False)).drop("unit")
    entries = pl.concat([persons.select(found.records.columns), found.settled.residue]).unique("unit", keep="last")
    strong = alone(found.blocked, found.records, persons, found.learnt, spec=spec)
    return Standing(
        rows,
        keyed(entries.sort("unit"), identity="unit", blocking=spec.blocking),
        homes(persons),
        renamed(strong, first_unit, ["person"]).select(list(LEVELS)).sort(PAIR),
        renamed(found.by_itself, first_unit, ["person", "next_person"]),
        kin_of(found.known.kin, first_unit, rows["name"]),
        kin_of(found.met.kin, first_unit, rows["name"]),
    )


def coded(rules: pl.Series) -> pl.Series:
    """The places of rules in RULES."""
    return rules.replace_strict({rule: at for at, rule in enumerate(RULES)}, return_dtype=pl.UInt8)


def homes(persons: pl.DataFrame) -> pl.DataFrame:
    """`unit`, `home` of the persons of the defining register who stand in no booklet."""
    alone_there = (pl.col("known_from") == "defining") & pl.col("group").is_null()
    return persons.filter(alone_there).select("unit", home=pl.col("dwellings").list.first()).drop_nulls().sort("unit")


def renamed(table: pl.DataFrame, names: pl.Series, columns: list[str]) -> pl.DataFrame:
    """The table with the numbers in these columns read as places in `names`; null stays null."""
    return table.with_columns(names.gather(table[column]).alias(column) for column in columns)


def kin_of(kin: pl.DataFrame, first_unit: pl.Series, name: pl.Series) -> pl.DataFrame:
    """`person`, `relative` (first units), `ways` and `names` of the kin of numbered persons; `name` is that of every unit."""
    both = kin.group_by("person", "relative").agg(ways=pl.len().cast(pl.UInt32))
    both = renamed(both, first_unit, ["person", "relative"])
    return both.with_columns(names=pair_of(name.gather(both["person"]), name.gather(both["relative"])))


def pair_of(one: pl.Series, other: pl.Series) -> pl.Series:
    """The hash of two names in this order; null where one is."""
    return (
        pl.DataFrame({"one": one, "other": other})
        .select(pl.when(pl.all_horizontal(pl.all().is_not_null())).then(pl.struct("one", "other").hash(seed=0)))
        .to_series()
    )
