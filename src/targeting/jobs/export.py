"""Tables for others (DESIGN §5.2): fixed column names, written as Parquet, CSV or XLSX.

All but `cases` come from the lake and are the same bytes wherever the same inputs were run; `cases` reads what the screen shows.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import polars as pl
import xlsxwriter

from targeting.errors import InvalidInput
from targeting.frames.register import REJECTS
from targeting.jobs.lake import Lake

LINKS = ("register", "row", "role", "person_id", "level", "probability", "weight", "method")
PERSONS = ("person_id", "resident_id", "name", "birth_date", "population_row", "since_snapshot")
FINDINGS = (
    "run", "subject_kind", "subject", "benefit", "person_id", "household_id", "direction", "check", "result", "link_level",
    "effective_from", "legal_basis", "facts", "amount_month",
)  # fmt: skip
REFERRALS = (
    "run", "subject_kind", "subject", "direction", "benefit", "rank", "arm", "opened", "probability", "amount_month", "checks",
    "reasons", "household_id", "person_ids",
)  # fmt: skip


def export(name: str, *, home: Path, to: Path, **beside: Callable[[], pl.DataFrame]) -> int:
    """The table stands in the file; gives the number of its rows.

    Args:
        name: links, persons, rejects, findings, referrals, cells, visits, cases or catalogue.
        beside: by their names, what does not come from the lake: `cases` as the screen shows them, the public `catalogue`.

    Raises:
        InvalidInput: the name or the file's ending is not one that can be exported.
        NotFound: nothing has been run yet.
    """
    frame = table(name, home=home, **beside)
    write(frame, to)
    return frame.height


def write(frame: pl.DataFrame, to: Path) -> None:
    """The frame stands in the file.

    Raises:
        InvalidInput: the file's ending is not one that can be exported.
    """
    written_as = WRITERS.get(to.suffix.lower())
    if written_as is None:
        raise InvalidInput(f"Cannot export to {to.name}: the ending is {to.suffix!r}; expected one of {', '.join(WRITERS)}.")
    to.parent.mkdir(parents=True, exist_ok=True)
    written_as(frame, to)


def table(name: str, *, home: Path, **beside: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """The table of that name, from the newest run, with the columns and order of DESIGN §5.2."""
    lake = Lake(home)
    readers: dict[str, Callable[[], pl.DataFrame]] = {
        "links": lambda: lake.table("links", lake.newest("links"), "links").select(LINKS),
        "persons": lambda: lake.table("links", lake.newest("links"), "persons").select(PERSONS),
        "rejects": lambda: lake.table("snapshots", lake.newest("snapshots"), "rejects").select(REJECTS.schema.names()),
        "findings": lambda: lake.table("runs", lake.newest("runs"), "findings").select(FINDINGS),
        "referrals": lambda: lake.table("runs", lake.newest("runs"), "referrals").select(REFERRALS).sort("rank"),
        "cells": lambda: lake.table("runs", lake.newest("runs"), "cells"),
        "visits": lambda: lake.table("runs", lake.newest("runs"), "visits"),
        **beside,
    }
    if name not in readers:
        raise InvalidInput(f"There is no table {name!r} to export; expected one of {', '.join(readers)}.")
    return readers[name]()


TEXT_STAYS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""A name that begins with an equals sign is a name, not a formula that runs where the file is opened (OWASP, CSV injection)."""


def _write_xlsx(frame: pl.DataFrame, to: Path) -> None:
    with xlsxwriter.Workbook(str(to), TEXT_STAYS_TEXT) as workbook:
        workbook.set_properties({"created": datetime(2000, 1, 1)})  # the same bytes for the same table
        frame.write_excel(workbook)


WRITERS: Mapping[str, Callable[[pl.DataFrame, Path], None]] = {
    ".parquet": lambda frame, to: frame.write_parquet(to),
    ".csv": lambda frame, to: frame.write_csv(to, include_bom=True),
    ".xlsx": _write_xlsx,
}
