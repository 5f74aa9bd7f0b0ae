"""Snapshots: what goes into their key and manifest besides the rows."""

from datetime import date
from pathlib import Path

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
