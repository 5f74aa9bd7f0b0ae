"""One person is looked up: found with level and reasons, hidden outside the offices, logged with a purpose, in no address."""

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from link_world import BO, HUA, JING

IDENTITY = re.compile(r"(?<![0-9a-f])\d{17}[\dXx](?![0-9a-f])")  # no part of a hash


def test_one_person_is_found_with_level_and_reasons(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")

    def found(**given: str) -> list[dict[str, Any]]:
        answer = zhou.post("/api/v1/lookup", {"purpose": "New applicant.", **given})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["found"])

    (sure,) = found(name="钱静怡", number=JING)
    assert (sure["level"], sure["office"]) == ("A", "清河街道")
    (named,) = found(name="赵丽华", birth_date="1981-07-02")
    assert (named["level"], named["rule"]) == ("B", "name_and_birth")
    fields = {field["field"]: field for field in named["fields"]}
    assert (fields["name"]["agreement"], fields["birth"]["agreement"], fields["id"]["agreement"]) == ("exact", "exact", "absent")
    assert named["waterfall"]["steps"][-1]["bits"] == pytest.approx(named["weight"])
    by_office = {one["office"]: one["fields"] for one in found(name="郑国强")}
    shown = {office: any(field["person"] for field in fields) for office, fields in by_office.items()}
    assert shown == {"清河街道": True, "白石镇": False}
    assert found(number=HUA)
    assert zhou.post("/api/v1/lookup", {"purpose": "x"}).status_code == 422
    assert zhou.post("/api/v1/lookup", {"name": "钱静怡", "purpose": " "}).status_code == 422


def test_a_search_is_logged_with_its_purpose_and_gives_no_number_away(
    caller: Callable[[str], Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = caller("zhou").post(
            "/api/v1/lookup", {"name": "张文博", "number": BO, "purpose": "New applicant at the counter."}
        )
    assert answer.status_code == 200
    assert not IDENTITY.search(answer.text)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("targeting")]
    assert not [message for message in ours if "张" in message or BO in message]
    (read, *_) = caller("shen").get("/api/v1/audit/reads").json()
    assert (read["kind"], read["purpose"]) == ("lookup", "New applicant at the counter.")
    assert read["person_id"] == answer.json()["found"][0]["person_id"]
    assert caller("shen").post("/api/v1/lookup", {"name": "张文博", "purpose": "curious"}).status_code == 403
