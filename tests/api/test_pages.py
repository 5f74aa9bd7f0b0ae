"""Each page in both languages: it answers, says what it must, hides what it must, and leads on."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import review_world

IDENTITY = re.compile(r"(?<![0-9a-f])\d{17}[\dXx](?![0-9a-f])")  # no part of a hash


def form(caller: Any, case: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"csrf": caller.token, "idempotency_key": str(uuid4()), "version": case["version"], **fields}


def say(caller: Any, language: str) -> None:
    caller.client.cookies.set("targeting_language", language)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "path",
    ["", "/decide", "/notice", "/hearing", "/visit", "/reply", "/evidence", "/snooze", "?done=verdicts"],
)
def test_every_page_of_a_case_answers_in_both_languages(caller: Callable[[str], Any], language: str, path: str) -> None:
    zhou = caller("zhou")
    say(zhou, language)
    case = zhou.case("李秀英")["case"]
    answer = zhou.get(f"/cases/{case['id']}{path}")
    assert answer.status_code == 200
    assert "李秀英" in answer.text
    assert f'<body lang="{language}">' in answer.text
    assert not IDENTITY.search(answer.text)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/queue",
        "/queue?view=all_open",
        "/queue?view=link_to_check&direction=over",
        "/help",
        "/runs",
        "/audit",
        "/queue?view=closed",
    ],
)
def test_every_page_beside_the_cases_answers_in_both_languages(caller: Callable[[str], Any], language: str, path: str) -> None:
    lin = caller("lin")
    say(lin, language)
    lin.case("王建国")
    answer = lin.get(path)
    assert answer.status_code == 200
    assert not IDENTITY.search(answer.text)


def test_the_parts_of_a_case_stand_in_the_order_of_work(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    text = zhou.get(f"/cases/{zhou.case('王建国')['case']['id']}").text
    parts = [
        'class="casehead"',
        'id="h-findings"',
        'id="facts"',
        'id="rules"',
        'id="own"',
        'id="model"',
        'id="clears"',
        'id="people"',
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_the_queue_shows_no_score_no_rank_and_not_how_a_case_was_selected(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    say(zhou, "en")
    page = zhou.get("/queue?view=all_open").text
    columns = re.findall(r"<th[^>]*>([^<]+)</th>", page)
    shown = "Household and case, Direction, Programme, Main reason, Evidence, Yuan a month, Deadline, Status, Assigned to"
    assert columns == shown.split(", ")
    assert "random" not in page.lower()
    assert "0.61" not in page


def test_a_case_drawn_by_lot_looks_like_any_other_before_an_own_finding(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    say(zhou, "en")
    case = zhou.case("刘洋")["case"]
    page = zhou.get(f"/cases/{case['id']}").text
    assert "No rule found anything" in page
    assert "Drawn at random" not in page
    answer = zhou.client.post(f"/cases/{case['id']}/marks", data=form(zhou, case, own_finding="entitled_as_paid"))
    assert answer.status_code == 303
    assert "Drawn at random from" in zhou.get(f"/cases/{case['id']}").text


def test_facts_show_declared_register_date_link_and_rule(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    say(zhou, "en")
    page = zhou.get(f"/cases/{zhou.case('王建国')['case']['id']}").text
    for said in ("Income 600 yuan a month", "Contribution base, employer", "4,500 yuan a month", "Social insurance", "row 4411",
                 "known 2026-10-20", "Certain", "X07", "X11"):  # fmt: skip
        assert said in page


def test_rules_show_their_values_their_law_and_what_would_change_them(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    say(zhou, "en")
    page = zhou.get(f"/cases/{zhou.case('李秀英')['case']['id']}").text
    assert "Dwellings by share 1.5 ≥ 1.5 and area a head 67.1 m² ≥ 42 m² (134.2 m² ÷ 2 members" in page
    assert "Would not apply if:</strong> smaller share than registered; undivided inheritance; sold" in page
    assert "Measures for Examining and Confirming Dibao (2021), art. 14" in page
    assert "smaller share than registered" in page


def test_rules_that_could_not_be_evaluated_are_listed_with_the_reason(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    say(zhou, "en")
    page = zhou.get(f"/cases/{zhou.case('王建国')['case']['id']}").text
    unknown = page[page.index("Could not be evaluated") :]
    assert "X11" in unknown
    assert "out of date" in unknown


def test_registers_that_lack_data_are_lines_of_the_facts_table(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    say(zhou, "en")
    page = zhou.get(f"/cases/{zhou.case('王建国')['case']['id']}").text
    facts = page[page.index('id="facts"') : page.index('id="rules"')]
    assert "No data since 2026-06" in facts
    assert "not authorised for this purpose" in facts
    assert "No record does not mean that there is nothing." in facts


def test_a_disputed_fact_is_parked_until_the_register_has_answered(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    say(zhou, "en")
    found = zhou.case("王建国")
    case, path = found["case"], f"/cases/{found['case']['id']}"
    key = next(finding for finding in found["findings"] if finding["check"] == "X10")["fact_keys"][0]
    sent = form(zhou, case, route="register_error", text="The car was sold in June.")
    assert zhou.client.post(f"{path}/disputes/{key}", data=sent).status_code == 303
    assert "Disputed, not used" in zhou.get(path).text
    dispute = zhou.case("王建国")["disputes"][0]["id"]
    assert zhou.get(f"{path}/disputes/{dispute}/answer").status_code == 200
    sent = form(zhou, case, state="upheld", text="The register has corrected the entry.")
    assert zhou.client.post(f"{path}/disputes/{dispute}/answer", data=sent).status_code == 303
    assert "Register was wrong" in zhou.get(path).text


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("visit", {"attempted_on": "today", "outcome": "not_reached", "second_visitor": "钱海涛", "text": "Nobody at home."}),
        ("evidence", {"source": "document", "text": "Transfer contract of 2026-06-02."}),
        ("snooze", {"until": "2099-01-01", "text": "x"}),
        ("note", {"text": "Call again on Thursday."}),
        ("take", {}),
    ],
)
def test_a_record_is_kept_or_refused_with_the_reason(caller: Callable[[str], Any], kind: str, fields: dict[str, str]) -> None:
    zhou = caller("zhou")
    case = zhou.case("刘洋")["case"]
    sent = form(zhou, case, **{name: review_world.today() if value == "today" else value for name, value in fields.items()})
    answer = zhou.client.post(f"/cases/{case['id']}/{kind}", data=sent)
    assert answer.status_code == (422 if kind == "snooze" else 303)
    again = zhou.client.post(f"/cases/{case['id']}/{kind}", data=sent)
    assert again.status_code == answer.status_code
    assert len(zhou.case("刘洋")["timeline"]) == (1 if kind == "snooze" else 2)


def test_a_case_is_handed_on_by_a_supervisor_and_withdrawn(caller: Callable[[str], Any]) -> None:
    lin = caller("lin")
    case = lin.case("刘洋")["case"]
    assert lin.get(f"/cases/{case['id']}/assign").status_code == 200
    assert lin.client.post(f"/cases/{case['id']}/assign", data=form(lin, case, to_login="qian")).status_code == 303
    case = lin.case("刘洋")["case"]
    assert case["assignee"]["label"] == "钱海涛"
    assert (
        lin.client.post(f"/cases/{case['id']}/withdraw", data=form(lin, case, text="Register load was bad.")).status_code == 303
    )
    assert lin.case("刘洋")["case"]["state"] == "withdrawn"


def test_an_id_number_is_shown_once_for_a_purpose_and_logged(caller: Callable[[str], Any]) -> None:
    zhou, shen = caller("zhou"), caller("shen")
    case = zhou.case("王建国")
    person = case["members"][0]["person_id"]
    path = f"/cases/{case['case']['id']}/reveal/{person}"
    assert "139****0012" in zhou.get(path).text.replace("*" * 11, "****")
    refused = zhou.client.post(path, data={"csrf": zhou.token, "purpose": ""})
    assert refused.status_code == 422
    shown = zhou.client.post(path, data={"csrf": zhou.token, "purpose": "Telephone call with the bank"})
    assert review_world.resident_id(1) in shown.text
    assert shown.headers["cache-control"] == "no-store"
    reads = shen.get("/api/v1/audit/reads").json()
    assert any(entry["kind"] == "reveal_identity" and entry["purpose"] == "Telephone call with the bank" for entry in reads)


def test_searching_by_an_id_number_keeps_it_out_of_every_address(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    answer = zhou.client.post("/search", data={"csrf": zhou.token, "text": review_world.resident_id(1)})
    assert answer.status_code == 200
    assert "王建国" in answer.text
    assert not IDENTITY.search(answer.text)


def test_a_name_and_a_case_number_find_cases_open_and_closed(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    number = zhou.case("张桂兰")["case"]["number"]
    for text in ("桂兰", number):
        answer = zhou.client.post("/search", data={"csrf": zhou.token, "text": text})
        assert answer.status_code == 200
        assert "张桂兰" in answer.text


def test_take_next_gives_the_most_urgent_case_and_a_lease(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    answer = zhou.client.post("/queue/take-next", data={"csrf": zhou.token, "idempotency_key": str(uuid4())})
    assert answer.status_code == 303
    say(zhou, "en")
    page = zhou.get(answer.headers["location"]).text
    assert "yours for 30 minutes" in page
    assert zhou.get("/api/v1/views").json()["my_open"] == 1


def test_clearing_in_bulk_shows_the_list_first(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    say(zhou, "en")
    ids = [row["id"] for row in zhou.get("/api/v1/cases", params={"view": "all_open"}).json()["data"]][:2]
    fields = {"csrf": zhou.token, "idempotency_key": str(uuid4()), "case": ids, "act": "clear", "text": "Checked on site."}
    shown = zhou.client.post("/queue/bulk", data=fields)
    assert "These 2 cases will be closed" in shown.text
    assert zhou.get("/api/v1/views").json()["closed"] == 0
    done = zhou.client.post("/queue/bulk", data={**fields, "idempotency_key": str(uuid4()), "confirmed": "yes"})
    assert done.status_code == 200
    assert zhou.get("/api/v1/views").json()["closed"] == 2


def test_nothing_adverse_can_be_done_in_bulk(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    ids = [row["id"] for row in zhou.get("/api/v1/cases", params={"view": "all_open"}).json()["data"]][:2]
    for act in ("stop", "reduce", "not_entitled"):
        fields = {"csrf": zhou.token, "case": ids, "act": act, "text": "x", "confirmed": "yes"}
        assert zhou.client.post("/queue/bulk", data=fields).status_code == 404


def test_an_export_is_what_the_filter_shows_with_flag_and_outcome_apart(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    answer = zhou.get("/queue/export?view=all_open&direction=missing")
    header, *lines = answer.text.lstrip("\ufeff").strip().splitlines()
    assert {"flag_checks", "outcome_finding"} <= set(header.split(","))
    total = zhou.get("/api/v1/cases", params={"view": "all_open", "direction": "missing", "with_total": True}).json()["total"]
    assert len(lines) == total > 0


def test_a_letter_says_what_was_found_how_to_answer_and_names_no_number(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    case = zhou.case("王建国")["case"]
    for language, said in (
        ("zh", ("现在什么都不变", "机动车登记", "行政复议")),
        ("en", ("Nothing changes now", "Vehicle register", "reconsideration")),
    ):
        draft = zhou.get(f"/api/v1/cases/{case['id']}/notice-draft", params={"language": language}).json()
        assert all(words in draft["letter"] for words in said)
        assert not IDENTITY.search(draft["letter"])
        assert "0.61" not in draft["letter"]
        assert len(draft["fact_keys"]) == 2


def test_a_letter_that_reaches_the_household_on_one_way_only_is_refused(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    case = zhou.case("王建国")["case"]
    served = form(zhou, case, letter="…", language="zh", **{"channel-1": "letter", "on-1": "2026-11-02"})
    served |= {"channel-2": "letter", "on-2": "2026-11-02"}
    assert zhou.client.post(f"/cases/{case['id']}/notice", data=served).status_code == 422


def test_keys_are_switched_off_for_who_does_not_want_them(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    assert "/static/keys.js" in zhou.get("/queue").text
    zhou.client.post("/keys", data={"csrf": zhou.token, "keys": "off", "back": "/queue"})
    assert "/static/keys.js" not in zhou.get("/queue").text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_proposed_decision_is_read_with_its_letter_and_evidence_by_the_second_person(
    caller: Callable[[str], Any], language: str
) -> None:
    zhou, lin = caller("zhou"), caller("lin")
    case_id = propose(zhou)
    say(zhou, language)
    say(lin, language)
    notice = zhou.get(f"/api/v1/cases/{case_id}").json()["notices"][0]["id"]
    key = zhou.get(f"/api/v1/cases/{case_id}").json()["facts"][0]["fact_key"]
    for reader, path in (
        (zhou, f"/cases/{case_id}"),
        (zhou, f"/cases/{case_id}/notices/{notice}"),
        (zhou, f"/cases/{case_id}/disputes/{key}"),
        (lin, f"/cases/{case_id}/approve"),
        (lin, "/queue?view=to_approve"),
        (lin, f"/runs/{review_world.RUN}"),
    ):
        answer = reader.get(path)
        assert answer.status_code == 200, path


def propose(zhou: Any) -> str:
    """The car case with all that the law asks for, waiting for a second person."""
    found = zhou.case("王建国")
    case_id = str(found["case"]["id"])
    hit = next(finding for finding in found["findings"] if finding["check"] == "X10")
    today = review_world.today()
    steps = (
        (
            "notices",
            {"letter": "…", "language": "zh", "services": {"letter": today, "visit": today}, "fact_keys": hit["fact_keys"]},
        ),
        ("replies", {"received_on": today, "channel": "office", "text": "…", "waives_window": True}),
        ("hearings", {"held_on": today, "channel": "office", "outcome": "heard", "text": "…"}),
        (
            "decisions",
            {
                "finding": "not_entitled",
                "cause": "change_not_reported",
                "reason": "…",
                "grounds": [{"text": "…", "check": "X10", "fact_keys": hit["fact_keys"]}],
                "months": [{"month": "2026-10", "paid_cents": 96000, "due_cents": 0}],
            },
        ),
    )
    for step, body in steps:
        version = zhou.get(f"/api/v1/cases/{case_id}").json()["case"]["version"]
        answer = zhou.post(f"/api/v1/cases/{case_id}/{step}", body, version=version)
        assert answer.status_code == 200, answer.text
    return case_id
