"""Link review over the API: list, evidence, words and undo; scope, masking, the read log; nothing personal in addresses."""

import logging
import re
from collections.abc import Callable
from typing import Any

import link_world
import pytest
from fastapi import FastAPI
from link_world import BO

LINKS = "/api/v1/links"
IDENTITY = re.compile(r"(?<![0-9a-f])\d{17}[\dXx](?![0-9a-f])")  # no part of a hash


def listed(caller: Any, **filters: str) -> list[dict[str, Any]]:
    answer = caller.get(LINKS, params={"view": "all", **filters})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


def link_in(caller: Any, register: str, row: int) -> dict[str, Any]:
    found = [one for one in listed(caller, said="all") if (one["register"], one["row"]) == (register, row)]
    assert len(found) == 1
    return dict(caller.get(f"{LINKS}/{found[0]['id']}").json())


def test_the_list_holds_what_needs_a_look_with_open_cases_first(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    rows = listed(zhou)
    kinds = {(row["register"], row["row"]): row["kind"] for row in rows}
    assert kinds == {
        ("property", 1): "probable", ("property", 2): "probable", ("disability", 1): "probable",
        ("social_security", 1): "ambiguous",
    }  # fmt: skip
    assert all(row["of_open_case"] for row in rows)
    assert [row["register"] for row in listed(zhou, register="property")] == ["property", "property"]
    assert listed(zhou, band="below_50")[0]["register"] == "social_security"
    assert zhou.get(LINKS, params={"view": "nonsense"}).status_code == 422


def test_a_page_goes_on_where_the_last_one_ended(caller: Callable[[str], Any]) -> None:
    zhou, found, cursor = caller("zhou"), [], None
    for _ in range(4):
        page = zhou.get(LINKS, params={"view": "all", "limit": 1, **({"cursor": cursor} if cursor else {})}).json()
        found += [row["id"] for row in page["data"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert found == [row["id"] for row in listed(zhou)]
    assert zhou.get(LINKS, params={"cursor": "e30"}).status_code == 422


def test_a_link_shows_levels_weights_and_only_the_digit_that_differs(caller: Callable[[str], Any]) -> None:
    link = link_in(caller("zhou"), "property", 1)
    number = next(field for field in link["fields"] if field["field"] == "id")
    record = "".join(piece["text"] for piece in number["record"])
    assert record == "139•••••••••" + str((int(BO[12]) + 1) % 10) + "•" + BO[-4:]
    assert [piece["text"] for piece in number["person"] if piece["kind"] == "differs"] == [BO[12]]
    assert (number["agreement"], number["state"], link["rule"], link["level"]) == ("one_digit", "partly", "id_one_digit", "B")
    steps = link["waterfall"]["steps"]
    assert abs(sum(step["bits"] for step in steps[:-1]) - link["weight"]) < 1e-6
    assert (steps[0]["step"], steps[-1]["step"], steps[-1]["bits"]) == ("prior", "total", pytest.approx(link["weight"]))
    assert (len(link["specification_sha256"]), link["snapshot"]) == (64, link_world.SNAPSHOT)
    assert [case["label"] for case in link["cases"]] == ["张文博"]


def test_what_is_unreadable_or_not_given_is_unknown_and_not_different(caller: Callable[[str], Any]) -> None:
    link = link_in(caller("zhou"), "property", 2)
    fields = {field["field"]: field for field in link["fields"]}
    assert [(piece["text"], piece["kind"]) for piece in fields["name"]["record"]] == [
        ("赵", "same"), ("?", "unknown"), ("华", "same"),
    ]  # fmt: skip
    assert [piece["kind"] for piece in fields["name"]["person"]] == ["same"]
    assert (fields["id"]["record"], fields["id"]["state"]) == ([], "unknown")


def test_a_tie_shows_the_other_person_unless_another_office_has_them(caller: Callable[[str], Any]) -> None:
    tie = link_in(caller("zhou"), "social_security", 1)
    (other,) = tie["alternatives"]
    assert (tie["kind"], tie["margin_bits"], other["weight"]) == ("ambiguous", 0, tie["weight"])
    assert (other["fields"], other["link_id"]) == ([], None)
    assert link_in(caller("shen"), "social_security", 1)["alternatives"][0]["fields"]


def test_a_word_binds_is_shown_with_its_author_and_can_be_taken_back(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    link = link_in(zhou, "property", 1)
    said = zhou.post(f"{LINKS}/{link['id']}/judgements", {"judgement": "different", "note": "Born elsewhere."}, key="once-only")
    again = zhou.post(f"{LINKS}/{link['id']}/judgements", {"judgement": "different", "note": "Born elsewhere."}, key="once-only")
    assert (said.status_code, again.json(), again.headers["idempotency-replayed"]) == (200, said.json(), "true")
    assert (said.json()["standing"]["judgement"], said.json()["standing"]["by"]) == ("different", "周敏")
    assert zhou.case("张文博")["case"]["rescreen_due"]
    assert [row["register"] for row in listed(zhou, said="different")] == ["property"]
    assert zhou.get(LINKS).json()["decided"] == 1
    assert zhou.post(f"{LINKS}/{link['id']}/undo").json() == {"link_id": link["id"], "standing": None}
    assert not zhou.case("张文博")["case"]["rescreen_due"]
    assert zhou.post(f"{LINKS}/{link['id']}/undo").status_code == 409


def test_the_record_said_to_be_somebody_leaves_no_open_question(caller: Callable[[str], Any]) -> None:
    lin = caller("lin")
    tie = link_in(lin, "social_security", 1)
    lin.post(f"{LINKS}/{tie['id']}/judgements", {"judgement": "same"})
    assert not [row for row in listed(lin) if row["register"] == "social_security"]


def test_links_of_another_office_do_not_exist_for_the_caller(caller: Callable[[str], Any]) -> None:
    mine = link_in(caller("zhou"), "property", 1)
    he = caller("he")
    assert listed(he, said="all") == []
    assert he.get(f"{LINKS}/{mine['id']}").status_code == 404
    assert he.post(f"{LINKS}/{mine['id']}/judgements", {"judgement": "same"}).status_code == 404
    assert he.get(f"/links/{mine['id']}").status_code == 404
    assert caller("shen").post(f"{LINKS}/{mine['id']}/judgements", {"judgement": "same"}).status_code == 403
    assert caller("data").get(LINKS).status_code == 403


def test_a_certain_link_of_a_case_is_opened_from_the_case_and_can_be_cut(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    case = zhou.case("张文博")
    fact = next(fact for fact in case["facts"] if fact["register"] == "vehicle")
    page = zhou.get(f"/cases/{case['case']['id']}/links/{fact['fact_key']}")
    assert page.headers["location"].startswith(f"/links/{fact['link_key']}?case=")
    shown = zhou.get(page.headers["location"], headers={"Accept-Language": "en"})
    assert "Number and name settle this link" in shown.text
    cut = zhou.post(f"{LINKS}/{fact['link_key']}/judgements", {"judgement": "different"})
    assert cut.json()["standing"]["judgement"] == "different"


def test_every_look_is_in_the_read_log_and_no_number_or_name_in_addresses_pages_or_logs(
    caller: Callable[[str], Any], app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    zhou = caller("zhou")
    with caplog.at_level(logging.DEBUG):
        link = link_in(zhou, "property", 1)
        page = zhou.get(f"/links/{link['id']}")
    assert page.status_code == 200
    assert not IDENTITY.search(page.text + str(link))
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("targeting")]
    assert not [message for message in ours if "张" in message or BO in message]
    for addressed in re.findall(r'(?:href|action)="([^"]*)"', page.text):
        assert "%E5%BC%A0" not in addressed
        assert "张" not in addressed
    reads = caller("shen").get("/api/v1/audit/reads").json()[:2]
    assert {(row["kind"], row["person_id"], row["case_id"]) for row in reads} == {
        ("view_link", link["person_id"], link["cases"][0]["id"])
    }


def test_the_address_of_a_protected_person_is_shown_to_nobody(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    link = link_in(zhou, "disability", 1)
    address = next(field for field in link["fields"] if field["field"] == "address")
    assert (address["record"], address["person"]) == ([], [])
    assert link_world.HOME["jing"] not in zhou.get(f"/links/{link['id']}").text
    assert link_world.HOME["bo"] in zhou.get(f"/links/{link_in(zhou, 'property', 1)['id']}").text


def test_whole_numbers_are_shown_for_a_purpose_and_logged(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    link = link_in(zhou, "property", 1)
    form = {"csrf": zhou.token, "purpose": "Reading the deed aloud on the telephone."}
    shown = zhou.client.post(f"/links/{link['id']}/numbers", data=form)
    assert (shown.status_code, BO in shown.text, shown.headers["cache-control"]) == (200, True, "no-store")
    read = caller("shen").get("/api/v1/audit/reads").json()[0]
    assert (read["kind"], read["person_id"], read["purpose"]) == ("reveal_identity", link["person_id"], form["purpose"])
    assert zhou.client.post(f"/links/{link['id']}/numbers", data={"csrf": zhou.token}).status_code == 422


def test_a_cut_link_that_no_run_has_any_more_is_still_found_and_can_be_taken_back(
    caller: Callable[[str], Any], app: FastAPI
) -> None:
    zhou = caller("zhou")
    link = link_in(zhou, "property", 1)
    zhou.post(f"{LINKS}/{link['id']}/judgements", {"judgement": "different"})
    link_world.screen_again(app.state.settings.home, app.state.store)
    assert not zhou.case("张文博")["case"]["rescreen_due"]
    assert not [fact for fact in zhou.case("张文博")["facts"] if fact["register"] == "property" and fact["current"]]
    (row,) = listed(zhou, said="different")
    assert (row["id"], row["kind"], row["name"]) == (link["id"], "judged", "张文博")
    shown = zhou.get(f"{LINKS}/{link['id']}").json()
    assert (shown["standing"]["judgement"], shown["waterfall"], shown["fields"][1]["state"]) == ("different", None, "unknown")
    undone = zhou.client.post("/links/undo", data={"csrf": zhou.token, "idempotency_key": "undo-the-last"})
    assert undone.headers["location"] == "/links?done=link_undone"
    assert listed(zhou, said="different") == []
