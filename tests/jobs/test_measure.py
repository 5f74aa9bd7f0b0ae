"""The newest run of a home measured against its county's truth."""

import json
from pathlib import Path

import pytest

from targeting.errors import InvalidInput
from targeting.jobs import measure


def test_links_are_measured_by_group_of_people(small_home: Path, small_county: Path) -> None:
    truth = small_county / "2026-10" / "truth" / "links.csv"
    measured = measure.links(small_home, truth, by="group")["measures"]
    both = {(row["attribute"], row["group"]): row for row in measured if row["level"] == "A+B"}
    assert {attribute for attribute, _ in both} >= {"age", "sex", "ethnicity", "hukou_type"}
    women, men = both["sex", "female"], both["sex", "male"]
    assert min(women["recall_high"], men["recall_high"]) > max(women["recall_low"], men["recall_low"])
    with pytest.raises(InvalidInput, match="register or group"):
        measure.links(small_home, truth, by="colour")


def test_a_clerical_sample_is_drawn_annotated_and_measured(small_home: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.json"
    drawn = measure.sample_links(small_home, 60, to=sheet)
    assert {row["level"] for row in drawn["strata"]} == {"A", "B", "C"}
    with pytest.raises(InvalidInput, match="exists already"):
        measure.sample_links(small_home, 60, to=sheet)
    pairs = json.loads(sheet.read_text("utf-8"))
    for pair in pairs["pairs"]:
        pair["label"] = int(
            all(field["a"]["value"] == field["b"]["value"] for field in pair["fields"] if field["a"]["name"] == "name")
        )
    sheet.write_text(json.dumps(pairs), "utf-8")
    measured = {row["level"]: row for row in measure.reviewed_links(sheet)["measures"]}
    assert measured["A"]["precision"] > 0.8
    assert 0 < measured["A+B"]["recall_low"] < measured["A+B"]["recall"] <= 1
