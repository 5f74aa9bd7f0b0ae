"""The newest run of a home measured against its county's truth."""

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
