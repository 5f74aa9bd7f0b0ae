"""Failures of the API are problem+json with code and trace, and tell nothing about a person or the inside."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from targeting.cases.store import Store


def is_problem(answer: Any, status: int, code: str) -> bool:
    body = answer.json()
    return (
        answer.status_code == body["status"] == status
        and answer.headers["content-type"] == "application/problem+json"
        and body["code"] == code
        and bool(body["title"])
        and body["trace_id"] == answer.headers["x-trace-id"]
        and set(body) == {"type", "title", "status", "detail", "instance", "code", "errors", "trace_id"}
    )


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/cases/0", 404, "not_found"),
        ("/api/v1/no-such-thing", 404, "not_found"),
        ("/api/v1/cases?view=everything", 422, "invalid_input"),
        ("/api/v1/cases?limit=201", 422, "invalid_input"),
        ("/api/v1/cases?cursor=abc", 422, "invalid_input"),
        ("/api/v1/cases?text=139921196804120015", 422, "invalid_input"),
        ("/api/v1/audit/chain", 403, "not_allowed"),
    ],
)
def test_a_failure_is_a_problem(caller: Callable[[str], Any], path: str, status: int, code: str) -> None:
    answer = caller("zhou").get(path)
    assert is_problem(answer, status, code), answer.text
    assert "139921" not in answer.text


def test_each_fault_of_a_body_is_pointed_at(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    case = zhou.case("王建国")["case"]
    answer = zhou.post(
        f"/api/v1/cases/{case['id']}/hearings",
        {"held_on": "31.10.2026", "channel": "pigeon", "surplus": 1},
        version=case["version"],
    )
    assert is_problem(answer, 422, "invalid_input")
    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "/body/held_on", "/body/channel", "/body/outcome", "/body/text", "/body/surplus",
    }  # fmt: skip


def test_a_body_that_is_too_large_is_refused_before_it_is_read(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    answer = zhou.post("/api/v1/cases/0/notes", {"text": "x" * 600_000}, version=1)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unforeseen_failure_tells_only_a_trace(app: FastAPI) -> None:
    app.state.store.close()
    app.state.store = None
    client = TestClient(app, cookies={"targeting_session": "x"})
    answer = client.get("/api/v1/views")
    app.state.store = Store(app.state.settings.store_url)
    assert is_problem(answer, 500, "internal")
    assert "NoneType" not in answer.text


def test_somebody_elses_change_in_between_is_told_apart(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    case = zhou.case("王建国")["case"]
    path = f"/api/v1/cases/{case['id']}/notes"
    assert is_problem(zhou.post(path, {"text": "first"}), 428, "precondition_required")
    first = zhou.post(path, {"text": "first"}, version=case["version"])
    assert first.status_code == 200
    assert first.headers["etag"] == f'"{case["version"] + 1}"'
    assert is_problem(zhou.post(path, {"text": "second"}, version=case["version"]), 412, "outdated")


def test_a_repeated_call_is_answered_once(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    case = zhou.case("王建国")["case"]
    path = f"/api/v1/cases/{case['id']}/notes"
    answers = [zhou.post(path, {"text": "once"}, version=case["version"], key="note-0001") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotency-replayed"] == "true"
    notes = zhou.get(f"/api/v1/cases/{case['id']}").json()["notes"]
    assert len(notes) == 1
    other = zhou.post(path, {"text": "another"}, version=case["version"] + 1, key="note-0001")
    assert is_problem(other, 409, "conflict")


def test_a_page_that_fails_says_what_to_do_and_keeps_what_was_typed(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    case = zhou.case("王建国")["case"]
    form = {"csrf": zhou.token, "version": "99", "idempotency_key": "page-0001", "text": "words that took long"}
    answer = zhou.client.post(f"/cases/{case['id']}/note", data=form)
    assert answer.status_code == 412
    assert "words that took long" in answer.text
    assert f"/cases/{case['id']}" in answer.text
