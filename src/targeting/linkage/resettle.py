"""The exact links of a snapshot of which most has not changed: settled anew for all who are bound to a change."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.linkage.affected import Flags, Ground, bound_by_number
from targeting.linkage.align import Moved
from targeting.linkage.assemble import described
from targeting.linkage.exact import Settled, settle, with_doubt
from targeting.linkage.habits import Habits
from targeting.linkage.judgements import judged_pairs, spoken_of
from targeting.linkage.ledger import Recalled, recall
from targeting.linkage.prepare import numbered, with_forms, with_own_birth
from targeting.linkage.resolve import cut
from targeting.linkage.standing import DEFINING, ELSEWHERE, NOBODY, Places, Standing, coded, homes, told
from targeting.specs.linkage import LinkageSpec

Known = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Resettled:
    """The exact links of now: `rows` as of `Standing`, and what was settled of all who are bound to a change.

    `persons`: first units in the order of persons; `changed`: units whose number, link or text changed; `formed`: with forms, by
    unit, all persons and open records among those bound to a change.
    """

    rows: pl.DataFrame
    persons: Places
    recalled: Recalled
    described: pl.DataFrame
    judged: pl.DataFrame
    changed: Flags
    formed: pl.DataFrame
    homes: pl.DataFrame

    def index(self) -> Places:
        """For every unit the number of the person whose first unit it is, or -1."""
        found = np.full(self.rows.height, NOBODY, dtype=np.int64)
        found[self.persons] = np.arange(len(self.persons))
        return found


def judged_units(moves: Moved, before: Standing, judgements: pl.DataFrame, *, same_judgements: bool) -> Flags:
    """The units of which a judgement speaks now."""
    found = np.zeros(len(moves.came), dtype=bool)
    if judgements.is_empty():
        return found
    asked = np.ones(len(found), dtype=bool)
    if same_judgements:
        asked = moves.new | moves.carried(before.rows["judged"].to_numpy(), default=0).astype(bool)
    at = np.flatnonzero(asked)
    found[spoken_of(moves.units[at], judgements)["unit"].to_numpy()] = True
    return found


def resettled(
    moves: Moved,
    before: Standing,
    habits: Habits,
    ledger: pl.DataFrame,
    judgements: pl.DataFrame,
    judged: Flags,
    *,
    spec: LinkageSpec,
) -> Resettled:
    """The exact links, made again for all who are bound by number or booklet to what changed."""
    old = before.rows
    spoken = judged | moves.carried(old["judged"].to_numpy(), default=0).astype(bool)
    rows = _rows(moves, before, spec=spec)
    nobody = np.full(rows.height, NOBODY, dtype=np.int64)
    seeds = moves.new | spoken
    bound = bound_by_number(Ground(rows, nobody, nobody), seeds, old.filter(pl.Series(moves.gone)))
    prepared = with_own_birth(numbered(moves.units[np.flatnonzero(bound)]), habits.states_birth)
    settled = settle(prepared, defining_register=spec.defining_register)
    known = moves.carried(old["known"].to_numpy(), default=0).astype(np.uint8)
    known[bound] = 0
    for kind, name in ((DEFINING, "defining"), (ELSEWHERE, "elsewhere")):
        known[settled.persons.filter(pl.col("known_from") == name)["unit"].to_numpy()] = kind
    persons = np.concatenate([np.flatnonzero(known == kind) for kind in (DEFINING, ELSEWHERE)])
    settled = _numbered_anew(settled, persons)
    settled = _formed(settled, spec=spec)
    at_home = _homes(before, moves, settled.persons, known)
    everybody = _described(moves.units, persons, known, at_home)
    recalled = recall(everybody, ledger)
    said = judged_pairs(prepared.join(_units(judged), on="unit", how="semi"), recalled.known, judgements, ledger)
    settled = with_doubt(cut(settled, prepared, said, spec=spec))
    rows, differ = _with_links(rows, moves, old, settled, persons, known, bound)
    rows = rows.with_columns(judged=pl.Series(judged))
    formed = (
        pl.concat([settled.persons.select(settled.residue.columns), settled.residue]).unique("unit", keep="last").sort("unit")
    )
    return Resettled(rows, persons, recalled, everybody, said, seeds | differ, formed, at_home)


def _units(flags: Flags) -> pl.DataFrame:
    return pl.DataFrame({"unit": pl.Series(np.flatnonzero(flags).astype(np.uint32))})


def _rows(moves: Moved, before: Standing, *, spec: LinkageSpec) -> pl.DataFrame:
    """`rows` of now as far as a unit says it by itself; of what stayed they are taken from before."""
    fresh = told(numbered(moves.units[np.flatnonzero(moves.new)]), defining_register=spec.defining_register)
    both = pl.concat([before.rows.select(fresh.columns), fresh])
    at = np.where(moves.new, before.rows.height + np.cumsum(moves.new) - 1, moves.came)
    return both[at].with_columns(moves.prints, row=pl.Series(moves.row.astype(np.uint32)))


def _numbered_anew(settled: Settled, persons: Places) -> Settled:
    """The same with persons numbered among all persons."""
    at = np.full(int(persons.max(initial=-1)) + 1, 0, dtype=np.uint32)
    at[persons] = np.arange(len(persons), dtype=np.uint32)
    number = pl.Series(at[settled.persons["unit"].to_numpy()], dtype=pl.UInt32)
    links = settled.links.with_columns(person=number.gather(settled.links["person"]))
    return Settled(settled.persons.with_columns(person=number), links, settled.residue)


def _formed(settled: Settled, *, spec: LinkageSpec) -> Settled:
    readings = spec.names.surname_readings
    return replace(
        settled,
        persons=with_forms(settled.persons, surname_readings=readings),
        residue=with_forms(settled.residue, surname_readings=readings),
    )


def _homes(before: Standing, moves: Moved, persons: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Dwellings of persons without booklet: those of before who stayed, and those settled now."""
    stayed = before.homes.with_columns(unit=pl.Series(moves.now(before.homes["unit"]))).filter(pl.col("unit") != NOBODY)
    stayed = stayed.filter(pl.Series(known[stayed["unit"].to_numpy()] == DEFINING)).cast({"unit": pl.UInt32})
    stayed = stayed.join(persons.select("unit"), on="unit", how="anti")
    return pl.concat([stayed, homes(persons)]).sort("unit")


def _described(units: pl.DataFrame, persons: Places, known: Known, at_home: pl.DataFrame) -> pl.DataFrame:
    """All persons with what the ledger knows them by."""
    columns = ["unit", "register", "row", "role", "resident_id", "name", "name_key", "birth_date", "group"]
    frame = units.select(columns)[persons].with_row_index("person")
    defining = known[persons] == DEFINING
    frame = frame.join(at_home, on="unit", how="left", maintain_order="left")
    kind = pl.when(pl.Series(defining)).then(pl.lit("defining")).otherwise(pl.lit("elsewhere"))
    return described(frame.with_columns(known_from=kind, dwellings=pl.concat_list("home").list.drop_nulls()))


def _with_links(
    rows: pl.DataFrame, moves: Moved, old: pl.DataFrame, settled: Settled, persons: Places, known: Known, bound: Flags
) -> tuple[pl.DataFrame, Flags]:
    """`rows` with person, rule, known, doubtful and first; and the units of which one of the first four differs from before."""
    codes = {
        "person": moves.carried(moves.now(old["person"]), default=NOBODY),
        "rule": moves.carried(old["rule"].cast(pl.Int64).fill_null(NOBODY).to_numpy(), default=NOBODY),
        "known": moves.carried(old["known"].to_numpy(), default=0).astype(np.uint8),
        "doubtful": moves.carried(old["doubtful"].to_numpy(), default=0).astype(bool),
    }
    links, residue = settled.links, settled.residue
    now = {name: np.where(bound, False if name == "doubtful" else NOBODY, values) for name, values in codes.items()}
    now["known"] = known
    now["person"][links["unit"].to_numpy()] = persons[links["person"].to_numpy()]
    now["rule"][links["unit"].to_numpy()] = coded(links["rule"]).to_numpy()
    now["doubtful"][residue["unit"].to_numpy()] = residue["doubtful"].to_numpy()
    differ: Flags = np.zeros(len(bound), dtype=bool)
    for name, values in codes.items():
        differ |= now[name] != values
    first = moves.carried(moves.now(old["first"]), default=NOBODY)
    rule = pl.Series(now["rule"]).replace(NOBODY, None).cast(pl.UInt8)
    return rows.with_columns(
        person=places(now["person"]),
        rule=rule,
        known=pl.Series(known),
        doubtful=pl.Series(now["doubtful"].astype(bool)),
        first=places(first),
    ), differ


def places(at: Places) -> pl.Series:
    """Positions, null for -1."""
    return pl.Series(at).replace(NOBODY, None).cast(pl.UInt32)
