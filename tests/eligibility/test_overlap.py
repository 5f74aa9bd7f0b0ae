"""X04 by the overlap table: not together costs the later award, the higher of two the lower one, together nothing."""

import pytest
from small_county import JURISDICTION, SmallCounty

from targeting.specs.jurisdictions import policy_files
from targeting.specs.policy import Policy, policy_from


def ruled(rule: str) -> Policy:
    """The county's law with another rule for the two disability subsidies."""
    files, _ = policy_files(JURISDICTION)
    pairs = files["cn/parameters"]["parameters"]["overlap.pairs"]["values"][0]
    pairs["value"] = [{"one": "dis_living", "other": "dis_care", "rule": rule}]
    return policy_from(files, jurisdiction=JURISDICTION, digest="ruled")


@pytest.mark.parametrize(
    ("rule", "result", "cents"), [("not_together", "hit", 13000), ("higher", "hit", 12000), ("together", "clear", None)]
)
def test_two_subsidies_in_one_month(rule: str, result: str, cents: int | None) -> None:
    # living subsidy of 120 since January, care subsidy of 130 since March
    county = SmallCounty()
    county.person("an")
    county.award({"an": "self"}, benefit="dis_living", amount=120, start="2026-01")
    later = county.award({"an": "self"}, benefit="dis_care", amount=130, start="2026-03")
    found = county.finding("X04", "dis_care", policy=ruled(rule))
    assert found["subject"] == f"dis_care:{later}"
    assert (found["result"], found["amount_month"]) == (result, cents)
