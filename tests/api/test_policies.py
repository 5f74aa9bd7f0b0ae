"""Parameter sets over the API and on pages: proposed, looked at, approved by somebody else; samples marked, letters held back."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from targeting.specs.parameter_sets import shipped

VALUE = {
    "parameter": "dibao.standard", "number": "860", "effective_from": "2099-01-01", "document": "QH-RULES",
    "article": "dibao standard", "note": "Notice of the county",
}  # fmt: skip


def proposed(caller: Callable[[str], Any], **values: Any) -> Any:
    return caller("data").post("/api/v1/policies/values", VALUE | values)


def test_a_value_is_proposed_and_a_second_person_approves_it(caller: Callable[[str], Any]) -> None:
    made = proposed(caller).json()
    assert made["state"] == "waiting"
    assert [(change["old"]["value"], change["new"]["value"]) for change in made["changes"]] == [(78000, 86000)]
    done = caller("lin").post(f"/api/v1/policies/{made['sha256'][:12]}/approve")
    assert (done.status_code, done.json()["state"], done.json()["approver"]) == (200, "in_use", "林晓")
    listed = caller("zhou").get("/api/v1/policies").json()
    assert (listed["in_use"], listed["published"], listed["sample"]) == (made["sha256"], True, True)


def test_nobody_approves_an_own_proposal(caller: Callable[[str], Any]) -> None:
    lin = caller("lin")
    made = lin.post("/api/v1/policies/values", VALUE).json()
    refused = lin.post(f"/api/v1/policies/{made['sha256']}/approve")
    assert refused.status_code == 403
    assert "a second person" in refused.json()["detail"]
    assert "somebody else has to approve it" in lin.get(f"/policies/{made['sha256']}", headers={"accept-language": "en"}).text


def test_a_data_scientist_proposes_only(caller: Callable[[str], Any]) -> None:
    made = caller("lin").post("/api/v1/policies/values", VALUE).json()
    assert caller("data").post(f"/api/v1/policies/{made['sha256']}/approve").status_code == 403
    assert caller("zhou").post("/api/v1/policies/values", VALUE).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"number": "86000"}, 200),  # a proposal may be large: the second person sees it
        ({"number": "860.001"}, 422),
        ({"parameter": "vehicle.effects"}, 422),
        ({"document": "NOWHERE"}, 422),
        ({"effective_from": "2026-01-01"}, 422),
        ({"effective_from": "2026-01-01", "past_reason": "The notice came late."}, 200),
    ],
)
def test_what_cannot_be_proposed_is_told(caller: Callable[[str], Any], wrong: dict[str, str], status: int) -> None:
    assert proposed(caller, **wrong).status_code == status


def test_files_with_faults_are_not_proposed(caller: Callable[[str], Any]) -> None:
    body = {"files": {"parameters": "[parameters"}, "note": "n"}
    refused = caller("data").post("/api/v1/policies/files", body)
    assert refused.status_code == 422
    assert "not valid TOML" in refused.text


def test_every_page_says_that_its_rules_are_samples(caller: Callable[[str], Any]) -> None:
    zhou = caller("zhou")
    case = zhou.get("/api/v1/cases", params={"view": "all_open"}).json()["data"][0]
    for path in ("/queue", "/runs", "/policies", "/whatif", f"/cases/{case['id']}", f"/cases/{case['id']}/notice"):
        answer = zhou.get(path, headers={"accept-language": "en"})
        assert answer.status_code == 200, path
        assert "Sample rules, not law." in answer.text, path
    letter = zhou.get(f"/cases/{case['id']}/notice", params={"language": "zh"}).text.partition("<textarea")[2]
    assert "样例规则，不是法律依据。" in letter.partition("</textarea>")[0]


def test_in_production_no_letter_is_drafted_on_sample_rules(
    app: FastAPI, caller: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state.store, "production", True)
    zhou = caller("zhou")
    case = zhou.get("/api/v1/cases", params={"view": "all_open"}).json()["data"][0]
    answer = zhou.get(f"/cases/{case['id']}/notice", headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert "no letter may be sent" in answer.text


def test_uploaded_files_are_proposed_from_the_page(caller: Callable[[str], Any]) -> None:
    data = caller("data")
    own = {name.split("/")[1]: text for name, text in shipped("cn-qinghe-sample").files.items() if name.startswith("cn-qinghe")}
    own["parameters"] = own["parameters"].replace(b"value = 78000", b"value = 79000")
    files = [("files", (f"{name}.toml", text)) for name, text in own.items()]
    form = {"csrf": data.token, "idempotency_key": "0" * 20, "note": "Upload", "past_reason": "The notice came late."}
    answer = data.client.post("/policies/files", data=form, files=files)
    assert answer.status_code == 303
    shown = data.get(answer.headers["location"], headers={"accept-language": "en"})
    assert "790 yuan a person a month" in shown.text
    assert data.client.post("/policies/files", data=form | {"csrf": "x"}, files=files).status_code == 403
