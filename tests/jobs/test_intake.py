"""Snapshots: what goes into their key and manifest besides the rows."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from targeting.errors import InvalidInput
from targeting.jobs import intake
from targeting.jobs.lake import Lake

PRICES = "街道,成交年月,面积,总价,房屋用途\n柳林镇,2026-05,88.50,500000,住宅\n"


def taken(folder: Path, more: str = "") -> tuple[str, dict[str, object]]:
    (folder / "房价.csv").write_text(PRICES, encoding="utf-8")
    sources = folder / "sources.toml"
    sources.write_text(f'[[sources]]\nregister = "price"\npath = "房价.csv"\n{more}', encoding="utf-8")
    name = intake.take(sources, home=folder / "home", as_of=date(2026, 10, 31)).name
    return name, Lake(folder / "home").manifest("snapshots", name)


def test_the_manifest_says_what_each_register_was_asked_and_how_far_it_answers(tmp_path: Path) -> None:
    silent = '\n[[sources]]\nregister = "vehicle"\nauthorised = false\n'
    name, manifest = taken(tmp_path, f'covers_to = 2026-06-30\nauthorisation = "A 17"\n{silent}')
    assert manifest["asked"] == {
        "price": {
            "authorised": True,
            "authorisation": "A 17",
            "purpose": None,
            "answered": True,
            "covers_from": None,
            "covers_to": "2026-06-30",
            "offices": [],
        },
        "vehicle": {
            "authorised": False,
            "authorisation": None,
            "purpose": None,
            "answered": True,
            "covers_from": None,
            "covers_to": None,
            "offices": [],
        },
    }
    assert [row["register"] for row in manifest["registers"]] == ["price"]
    assert taken(tmp_path)[0] != name, "another extent is another snapshot"


def test_a_register_in_a_database_is_fetched_and_the_same_rows_are_the_same_snapshot(tmp_path: Path, monkeypatch) -> None:
    with sqlite3.connect(tmp_path / "office.db") as connection:
        connection.execute(
            'CREATE TABLE prices (id INTEGER PRIMARY KEY, "街道", "成交年月", "面积" REAL, "总价" REAL, "房屋用途")'
        )
        connection.execute("INSERT INTO prices VALUES (1, '柳林镇', '2026-05', 88.5, 500000, '住宅')")
    connection.close()
    sources = tmp_path / "sources.toml"
    sources.write_text('[[sources]]\nregister = "price"\ndatabase = "OFFICE_URL"\ntable = "prices"\n', encoding="utf-8")
    with pytest.raises(InvalidInput, match="OFFICE_URL, which the sources file names, is not set"):
        intake.take(sources, home=tmp_path / "home", as_of=date(2026, 10, 31))
    monkeypatch.setenv("OFFICE_URL", f"sqlite:///{tmp_path / 'office.db'}")
    first = intake.take(sources, home=tmp_path / "home", as_of=date(2026, 10, 31))
    assert first.summary.select("file", "rows", "rejected").row(0) == ("prices in the database of OFFICE_URL", 1, 0)
    assert Lake(tmp_path / "home").table("snapshots", first.name, "price")["price_cents"].to_list() == [50_000_000]
    assert intake.take(sources, home=tmp_path / "home", as_of=date(2026, 10, 31)).name == first.name
    kept = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())
    assert b"sqlite:" not in kept, "the address stays in the environment"


def test_every_fault_of_every_source_is_named_at_once(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("OFFICE_URL", "postgresql+psycopg://clerk:S3cret@127.0.0.1:1/x")
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04")
    (tmp_path / "b.dat").write_bytes(b"12345678901234567890\n" * 3)
    (tmp_path / "c.csv").write_text("甲,乙\n1,2\n", encoding="utf-16")
    text = """
[[sources]]
register = "property"
path = "a.xlsx"

[[sources]]
register = "deaths"
path = "b.dat"
layout = { fields = { deceased_id = [1, 9], deceased_name = [10, 12], death_date = [13, 15] } }

[[sources]]
register = "vehicle"
path = "c.csv"
"""
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        intake.take(tmp_path / "sources.toml", home=tmp_path / "home", as_of=date(2026, 10, 31))
    assert len(refused.value.faults) == 3
    (tmp_path / "sources.toml").write_text('[[sources]]\nregister = "price"\ndatabase = "OFFICE_URL"\ntable = "x"\n')
    with pytest.raises(InvalidInput) as refused:
        intake.take(tmp_path / "sources.toml", home=tmp_path / "home", as_of=date(2026, 10, 31))
    assert "does not answer" in str(refused.value)
    assert "S3cret" not in str(refused.value)
