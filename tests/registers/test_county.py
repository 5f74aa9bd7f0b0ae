"""The county's own files: every row accounted for, every kind of defect met, and the same register in other clothes."""

import csv
import io
import re
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from targeting.registers.draft import draft
from targeting.registers.intake import RegisterIntake, read_register
from targeting.specs.registers import load_register
from targeting.specs.sources import Source, load_sources
from targeting.specs.values import load_values

pytestmark = pytest.mark.county
# Columns that other counties' registers have.
NOT_KEPT = {"business": ("holds", "profit_year_cents")}
SOURCES = Path(__file__).parents[1] / "county" / "sources.toml"


@cache
def county() -> dict[str, RegisterIntake]:
    values = load_values()
    return {spec.name: read_register(source, spec, values=values) for source, spec in load_sources(SOURCES).pairs()}


@pytest.fixture
def taken(county_dir) -> dict[str, RegisterIntake]:
    return county()


def test_every_row_of_every_file_is_accounted_for(taken, county_dir) -> None:
    for register, found in taken.items():
        [name] = found.summary["file"].to_list()
        lines = (county_dir / name).read_bytes().decode("gb18030").removesuffix("\r\n").split("\r\n")
        rows, accepted, repaired, rejected = found.summary.select("rows", "accepted", "repaired", "rejected").row(0)
        assert rows == len(lines) - 1, register
        assert accepted + repaired + rejected == rows, register
        assert accepted + repaired == len(found.table), register
        assert found.rejects["row"].n_unique() == rejected, register


def test_all_headers_are_known_and_only_what_the_county_does_not_keep_is_absent(taken) -> None:
    for register, found in taken.items():
        assert found.unread_headers == (), register
        assert found.absent_columns == NOT_KEPT.get(register, ()), register


def test_no_value_of_a_code_list_is_unknown(taken) -> None:
    for register, found in taken.items():
        assert found.repairs.filter(rule="unknown_code").is_empty(), register


def test_less_than_two_rows_in_a_hundred_are_refused(taken) -> None:
    for register, found in taken.items():
        rows, rejected = found.summary.select("rows", "rejected").row(0)
        assert rejected <= 0.02 * rows, register


def test_no_impossible_amount_or_date_is_left(taken) -> None:
    assert taken["property"].table["price_cents"].max() < 99_999_999 * 100
    assert taken["social_security"].table["benefit_cents"].min() >= 0
    for found in taken.values():
        for name, dtype in found.table.schema.items():
            if dtype == pl.Date:
                assert found.table[name].dt.year().is_between(1901, 2090).all(), name


def test_nearly_every_number_of_the_population_is_a_valid_one(taken) -> None:
    forms = taken["population"].identities["id_form"].value_counts()
    counts = dict(forms.iter_rows())
    assert counts["valid18"] > 0.99 * forms["count"].sum()
    assert set(counts) <= {"valid18", "old15", "invalid18", "absent", "mangled", "masked"}


def test_the_birth_date_of_the_register_agrees_with_that_of_the_number(taken) -> None:
    persons = taken["population"].identities.drop_nulls(["resident_id", "birth_date"])
    in_number = persons["resident_id"].str.slice(6, 8).str.to_date("%Y%m%d")
    assert (in_number == persons["birth_date"]).mean() > 0.99


def test_firms_among_holders_are_organisations(taken) -> None:
    for register in ("property", "vehicle"):
        holders = taken[register].identities
        named = holders["name"].str.ends_with("公司").fill_null(value=False)
        assert (holders.filter(named)["kind"] == "organisation").all()
        persons = holders.filter(kind="person")["name"].drop_nulls()
        assert persons.str.replace_all("·", "").str.len_chars().max() <= 12


def in_other_clothes(path: Path, headers: dict[str, str], *, encoding: str, delimiter: str) -> bytes:
    """The whole rows of a file with other headers, columns turned round, every field quoted."""
    lines = path.read_bytes().decode("gb18030").removesuffix("\r\n").split("\r\n")
    rows = [next(csv.reader([line])) if line else [] for line in lines]
    whole = [row for row in rows if len(row) == len(rows[0]) and '"' not in "".join(row)]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow([headers.get(header, header) for header in reversed(rows[0])])
    writer.writerows(row[::-1] for row in whole[1:])
    return out.getvalue().encode(encoding)


@pytest.mark.parametrize("register", ["property", "assistance_roll", "disability"])
@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", "\t"), ("gb18030", ";")])
def test_a_register_under_other_headers_order_encoding_and_delimiter_is_the_same(
    taken, county_dir, specs, values, tmp_path, register, encoding, delimiter
) -> None:
    spec = specs[register]
    other = {column.headers[0]: column.headers[1] for column in spec.columns if len(column.headers) > 1}
    [name] = taken[register].summary["file"].to_list()
    path = tmp_path / "other.txt"
    path.write_bytes(in_other_clothes(county_dir / name, other, encoding=encoding, delimiter=delimiter))
    found = read_register(Source(register_name=register, path=path), spec, values=values)
    realigned = taken[register].repairs.filter(action="realigned")["row"]
    expected = taken[register].table.filter(~pl.col("row").is_in(realigned.implode())).drop("row")
    assert found.table.drop("row").equals(expected)


def test_a_draft_for_each_file_with_headers_that_say_nothing_is_read_after_review(
    taken, county_dir, specs, values, tmp_path
) -> None:
    for register in ("assistance_roll", "business", "disability", "reviews"):
        spec = specs[register]
        [name] = taken[register].summary["file"].to_list()
        header, rest = (county_dir / name).read_bytes().split(b"\r\n", 1)
        file = tmp_path / f"{register}.csv"
        file.write_bytes(",".join(f"c{place}" for place in range(header.count(b",") + 1)).encode() + b"\r\n" + rest)
        made = draft(file, register="boats", place=file.name, specs=specs, values=values)
        text = re.sub(r'(purpose|legal_basis) = ""', r'\1 = "stated"', made.specification)
        (tmp_path / "boats.toml").write_text(text, encoding="utf-8")
        drafted = load_register(tmp_path / "boats.toml")
        found = read_register(Source(register_name="boats", path=file), drafted, values=values)
        expected = taken[register]
        assert found.summary["rows"].item() == expected.summary["rows"].item()
        persons = {identity for identity in expected.identities["resident_id"].drop_nulls() if identity in text}
        assert not persons, register
        titles = header.decode("gb18030").split(",")
        places = {c.name: titles.index(c.headers[0]) for c in spec.columns if c.headers[0] in titles}
        assert made.like.register == register
        assert made.like.columns.items() <= places.items(), register
