"""One register as a department extracts it: text columns, the person behind each identity, and the order of rows.

`assemble` adds the faults of whole rows (duplicates, empty ones, too few or too many fields) and gives every row its number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from targeting.simulate.chance import chance, choice
from targeting.simulate.clock import NOBODY, Ints
from targeting.simulate.defects import Clerk

EMPTY = -1
CLEAN_ROWS = ("grid", "reviews")  # one office keeps these by hand: cells are spoilt, never whole rows


@dataclass(slots=True)
class Extract:
    """A register's rows before whole-row faults; `person` by role, `key` the same for a record in every snapshot."""

    register: str
    file: str
    columns: dict[str, pl.Series]
    key: Ints
    person: dict[str, Ints] = field(default_factory=dict)
    group: Ints | None = None  # rows that stand together, such as a household's
    sort: Ints | None = None  # registers that are kept in order


@dataclass(slots=True)
class Written:
    """A register's file: its lines and, for every data row, the position in the extract (-1 for an empty row)."""

    extract: Extract
    lines: list[str]
    at: Ints

    def rows_of(self, role: str) -> tuple[Ints, Ints]:
        """Row numbers (from 1) and the persons in that role, -1 where nobody in particular."""
        rows = np.flatnonzero(self.at != EMPTY)
        return rows + 1, self.extract.person[role][self.at[rows]]

    def save(self, folder: Path) -> None:
        """Write the file as received: GB 18030, CRLF, one header line."""
        header = ",".join(self.extract.columns)
        text = "\r\n".join([header, *self.lines]) + "\r\n"
        (folder / self.extract.file).write_bytes(text.encode("gb18030"))


def assemble(extract: Extract, clerk: Clerk) -> Written:
    """The register with the faults of whole rows, in this snapshot's order."""
    kept_by_hand = extract.register in CLEAN_ROWS
    rates, key = {name: 0.0 if kept_by_hand else rate for name, rate in clerk.defects.row.items()}, extract.key
    every = np.arange(len(key), dtype=np.int64)
    twice = every[clerk.hits("row.duplicate", key, rates["duplicate"])]
    empties = int(len(key) * rates["empty"] + clerk.luck("row.empty", np.array([len(key)]))[0])
    at = np.concatenate([every, twice, np.full(empties if rates["empty"] else 0, EMPTY, dtype=np.int64)])
    at = at[_order(extract, clerk, at)]
    columns = [_quoted(series) for series in extract.columns.values()]
    frame = pl.DataFrame([series.alias(str(place)) for place, series in enumerate(columns)])
    lines = frame.select(pl.concat_str(pl.all(), separator=",")).to_series()
    lines = clerk.spoil(lines, "few", key, clerk.hits("row.few", key, rates["too_few_fields"]), _fewer)
    lines = clerk.spoil(lines, "many", key, clerk.hits("row.many", key, rates["too_many_fields"]), lambda line, _: line + ",")
    lines = clerk.spoil(lines, "comma", key, clerk.hits("row.comma", key, rates["stray_comma"]), _comma)
    lines = clerk.spoil(lines, "quote", key, clerk.hits("row.quote", key, rates["stray_quote"]), _quote)
    blank = "," * (len(columns) - 1)
    text = pl.concat([lines, pl.Series([blank])]).gather(pl.Series(np.where(at == EMPTY, len(lines), at).astype(np.uint32)))
    return Written(extract, text.to_list(), at)


def _order(extract: Extract, clerk: Clerk, at: Ints) -> Ints:
    """A new order of rows in every snapshot; grouped rows stay together, sorted registers stay sorted."""
    place = np.where(at == EMPTY, 0, at)
    copies = np.arange(len(at), dtype=np.int64)
    name = f"order.{clerk.snapshot}"
    if extract.sort is not None:
        main = np.where(at == EMPTY, choice(clerk.seed, name, copies, 2**31), extract.sort[place])
        return np.lexsort((copies, main))
    group = extract.key if extract.group is None else extract.group
    luck = chance(clerk.seed, name, np.where(at == EMPTY, copies, group[place]))
    second = np.arange(len(at)) >= len(extract.key)
    luck = np.where(second, chance(clerk.seed, name + ".copy", copies), luck)
    return np.lexsort((copies, luck))


def _quoted(texts: pl.Series) -> pl.Series:
    needs = texts.str.contains(r'[,"]')
    if not needs.any():
        return texts
    return ('"' + texts.str.replace_all('"', '""', literal=True) + '"').zip_with(needs, texts)


def _fewer(line: str, luck: int) -> str:
    return line.rsplit(",", 1 + luck % 3)[0]


def _comma(line: str, luck: int) -> str:
    at = 3 + luck % 6
    return line[:at] + "," + line[at:]


def _quote(line: str, luck: int) -> str:
    commas = [place for place, sign in enumerate(line) if sign == ","]
    at = commas[luck % len(commas)] + 1
    return line[:at] + '"' + line[at:]


def population_rows(population: Written, persons: int) -> Ints:
    """By person the first row in the population register, 0 where there is none."""
    rows, person = population.rows_of("person")
    first = np.zeros(persons, dtype=np.int64)
    known = person != NOBODY
    first[person[known][::-1]] = rows[known][::-1]
    return first
