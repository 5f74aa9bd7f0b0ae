"""Who may call what: every route is walked; offices and roles bind; a form without its token does nothing."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import review_world
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from targeting_api.access import Needs, checked_form, checked_upload
from targeting_api.pages import PAGES
from targeting_api.routes import RESOURCES
from targeting_api.routes.changing import Changes

from targeting.cases.codes import POWERS, Power, Role

OPEN_TO_ANYBODY = {
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/sign-out"),
    ("POST", "/language"),
    ("POST", "/keys"),
    ("POST", "/session"),
    ("GET", "/session"),
    ("GET", "/catalogue/public"),
}
"""Routes that no power guards: signing in and out, how the pages look, and the public catalogue (G17)."""


def routes() -> Iterator[APIRoute]:
    for router in (*PAGES, *RESOURCES):
        for route in router.routes:
            assert isinstance(route, APIRoute)
            yield route


def calls(route: APIRoute) -> list[Any]:
    return [dependant.call for dependant in route.dependant.dependencies]


def guard_of(route: APIRoute) -> Needs | None:
    for call in calls(route):
        if isinstance(call, Needs):
            return call
        if isinstance(call, Changes):
            return call.needs
    return None


def test_every_route_names_the_power_it_needs() -> None:
    unguarded = {(method, route.path) for route in routes() if guard_of(route) is None for method in route.methods}
    assert unguarded == OPEN_TO_ANYBODY


def test_every_form_that_pages_send_is_checked_for_its_token() -> None:
    unchecked = [
        route.path
        for router in PAGES
        for route in router.routes
        if isinstance(route, APIRoute) and "POST" in route.methods and not {checked_form, checked_upload} & {*calls(route)}
    ]
    assert not unchecked


def test_every_changing_call_of_the_api_can_be_repeated_safely() -> None:
    bare = [
        (route.path, sorted(route.methods))
        for router in RESOURCES
        for route in router.routes
        if isinstance(route, APIRoute)
        and route.methods & {"POST", "PUT", "PATCH"}
        and not any(isinstance(call, Changes) for call in calls(route))
    ]
    assert bare == [("/session", ["POST"])]


def fill(path: str) -> str:
    for name in ("case_id", "notice_id", "dispute_id", "person_id", "key", "run"):
        path = path.replace("{" + name + "}", "0")
    return path.replace("{link_id}", "0" * 64)


@pytest.mark.parametrize("login", [None, "zhou", "lin", "shen", "data"])
def test_each_role_meets_a_closed_door_exactly_where_it_lacks_the_power(
    app: FastAPI, caller: Callable[[str], Any], login: str | None
) -> None:
    client = caller(login).client if login else TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
    token = client.get("/api/v1/session").json().get("csrf_token", "")
    role = next((role for name, _, role, _ in review_world.PEOPLE if name == login), None)
    wrong = []
    for prefix, routers in (("", PAGES), ("/api/v1", RESOURCES)):
        for router in routers:
            for route in router.routes:
                assert isinstance(route, APIRoute)
                guard = guard_of(route)
                if guard is None:
                    continue
                for method in route.methods - {"DELETE"}:
                    wrong += closed_or_open(client, prefix + fill(route.path), method, guard, role, token)
    assert not wrong


def closed_or_open(
    client: TestClient, path: str, method: str, guard: Needs, role: Role | None, token: str
) -> list[tuple[str, str, int]]:
    headers = {"X-CSRF-Token": token, "Idempotency-Key": str(uuid4()), "If-Match": '"1"'}
    form = {"csrf": token, "idempotency_key": str(uuid4()), "version": "1"}
    body: dict[str, Any] = {} if method == "GET" else {"json": {}} if path.startswith("/api/") else {"data": form}
    answer = client.request(method, path, headers=headers, **body)
    if role is None:
        refused = answer.status_code == 401 or answer.headers.get("location", "").startswith("/sign-in")
        return [] if refused or answer.status_code in (403, 422) else [(method, path, answer.status_code)]
    may = guard.power is None or guard.power in POWERS[role]
    says_power = answer.status_code == 403 and "needs the power" in answer.text
    return [] if says_power is not may else [(method, path, answer.status_code)]


def test_a_case_of_another_office_does_not_exist_for_the_caller(caller: Callable[[str], Any]) -> None:
    elsewhere = caller("he").case("马永康")["case"]["id"]
    mine = caller("zhou")
    assert mine.get(f"/api/v1/cases/{elsewhere}").status_code == 404
    assert mine.get(f"/cases/{elsewhere}").status_code == 404
    assert mine.post(f"/api/v1/cases/{elsewhere}/take", version=1).status_code == 404
    rows = mine.get("/api/v1/cases", params={"view": "all_open", "limit": 200}).json()["data"]
    assert rows
    assert {row["office"] for row in rows} == {review_world.OFFICE}


def test_a_form_without_the_sessions_token_changes_nothing(caller: Callable[[str], Any]) -> None:
    client = caller("zhou").client
    before = client.get("/api/v1/views").json()
    for token in ("", "0" * 64):
        answer = client.post("/queue/take-next", data={"csrf": token, "idempotency_key": str(uuid4())})
        assert answer.status_code == 403
    assert client.get("/api/v1/views").json() == before


def test_a_changing_call_without_the_header_token_is_refused(caller: Callable[[str], Any]) -> None:
    client = caller("zhou").client
    answer = client.post("/api/v1/cases/take-next", headers={"Idempotency-Key": str(uuid4())})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_roles_without_the_power_to_read_cases_come_to_the_runs(caller: Callable[[str], Any]) -> None:
    assert Power.READ_CASES not in POWERS[Role.DATA_SCIENTIST]
    assert caller("data").client.get("/").headers["location"] == "/runs"


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(app: FastAPI) -> None:
    client = TestClient(app, base_url="https://127.0.0.1")
    answer = client.post("/api/v1/session", json={"login": "zhou", "password": review_world.PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" in cookie


def test_a_wrong_password_and_an_unknown_login_are_refused_alike(app: FastAPI) -> None:
    client = TestClient(app, base_url="http://127.0.0.1")
    bodies = []
    for login in ("zhou", "nobody"):
        answer = client.post("/api/v1/session", json={"login": login, "password": "not the password"})
        assert answer.status_code == 401
        bodies.append({k: v for k, v in answer.json().items() if k != "trace_id"})
    assert bodies[0] == bodies[1]


def test_signing_out_ends_the_session_in_the_store_too(caller: Callable[[str], Any]) -> None:
    client = caller("zhou").client
    token = client.cookies["targeting_session"]
    page = client.get("/queue").text
    csrf = page.split('name="csrf" value="')[1].split('"')[0]
    assert client.post("/sign-out", data={"csrf": csrf}).status_code == 303
    client.cookies.set("targeting_session", token)
    assert client.get("/api/v1/views").status_code == 401


@pytest.mark.parametrize("target", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere", "/sign-out"])
def test_signing_in_leads_nowhere_else(app: FastAPI, target: str) -> None:
    client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
    csrf = client.get("/sign-in").text.split('name="csrf" value="')[1].split('"')[0]
    answer = client.post("/sign-in", data={"csrf": csrf, "login": "zhou", "password": review_world.PASSWORD, "next": target})
    assert answer.headers["location"] == "/"


def test_every_answer_carries_the_security_headers_and_nothing_is_inline(caller: Callable[[str], Any]) -> None:
    client = caller("zhou").client
    for path in ("/queue?view=all_open", "/help", "/api/v1/views", "/no-such-page"):
        answer = client.get(path)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert " style=" not in answer.text
        assert " onclick=" not in answer.text
