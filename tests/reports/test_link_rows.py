"""Both sides of a link are read from the run's files, with every number masked."""

import doctest
import json
from datetime import date
from pathlib import Path

import pytest

from targeting.frames.identity import IDENTITIES, PERSONS
from targeting.reports import link_rows
from targeting.reports.link_rows import Side, link_sides

BORN = date(1968, 4, 12)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A lake in which row 7 of the property register was linked to the person of population row 3."""
    run, snapshot, links = (tmp_path / "lake" / kind / "one" for kind in ("runs", "snapshots", "links"))
    for folder in (run, snapshot, links):
        folder.mkdir(parents=True)
    (run / "manifest.json").write_text(json.dumps({"snapshot": "one", "link_run": "one"}), "utf-8")
    IDENTITIES.of(
        [
            {"register": "property", "row": 7, "role": "owner", "kind": "person", "id_form": "old15",
             "id_text": "139921680412001", "name": "李秀英", "address": "和平路12号"},
            {"register": "population", "row": 3, "role": "person", "kind": "person", "id_form": "valid18",
             "id_text": "139921196804120020", "name": "李秀英", "birth_date": BORN, "address": "和平路12号楼501"},
        ]
    ).write_parquet(snapshot / "identities.parquet")  # fmt: skip
    PERSONS.of([{"person_id": "p1", "population_row": 3, "since_snapshot": "one"}]).write_parquet(links / "persons.parquet")
    return tmp_path


def test_the_registers_row_and_the_persons_own_row_stand_side_by_side(home: Path) -> None:
    left, right = link_sides(home, "one", register="property", row=7, role="owner", person_id="p1")
    assert left == Side("李秀英", "139********2001", None, "和平路12号")
    assert right == Side("李秀英", "139***********0020", BORN, "和平路12号楼501")


def test_a_person_known_from_elsewhere_only_has_no_own_row(home: Path) -> None:
    _, right = link_sides(home, "one", register="property", row=7, role="owner", person_id="p2")
    assert right is None


@pytest.mark.parametrize("run", ["two", "../runs/one"])
def test_a_run_that_this_home_does_not_hold_has_no_sides(home: Path, run: str) -> None:
    assert link_sides(home, run, register="property", row=7, role="owner", person_id="p1") == (None, None)


def test_the_example_of_masking_holds() -> None:
    assert doctest.testmod(link_rows).failed == 0
