"""The checked-in OpenAPI description is what the service answers; a difference is a change of the contract to be looked at."""

from pathlib import Path

from fastapi import FastAPI
from targeting_api.description import description

CHECKED_IN = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"


def test_the_description_checked_in_is_the_services(app: FastAPI) -> None:
    assert description(app) == CHECKED_IN.read_text("utf-8"), (
        "The API has changed. Look at the difference; if it is meant: python -m targeting_api.description > docs/openapi.json"
    )


def test_no_address_of_the_api_or_of_a_page_takes_an_identity_number(app: FastAPI) -> None:
    described = app.openapi()
    parameters = {
        parameter["name"]
        for path in described["paths"].values()
        for call in path.values()
        for parameter in call.get("parameters", [])
        if parameter["in"] in ("path", "query")
    }
    assert not {name for name in parameters if "resident" in name or "identity" in name or name == "id_number"}


def test_every_call_documents_its_failures_as_problems(app: FastAPI) -> None:
    for path, calls in app.openapi()["paths"].items():
        for method, call in calls.items():
            content = call["responses"]["422"]["content"]
            assert list(content) == ["application/problem+json"], f"{method} {path}"
