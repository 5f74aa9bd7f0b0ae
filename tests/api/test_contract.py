"""What the description promises holds for whatever is sent (schemathesis): no failure of ours, answers of the declared form."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

pytestmark = pytest.mark.slow

EXAMPLES = 3
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
IDENTITY = re.compile(r"(?<![0-9a-f])\d{17}[\dXx](?![0-9a-f])")  # no part of a hash
PATHS = json.loads((Path(__file__).resolve().parents[2] / "docs" / "openapi.json").read_text("utf-8"))["paths"]
CALLS = [(path, method) for path, calls in PATHS.items() for method in calls]


@pytest.fixture(scope="session")
def described(built: FastAPI) -> Any:
    """The service as schemathesis reads it from its own description."""
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", built)


@pytest.mark.parametrize(("path", "method"), CALLS, ids=[f"{method} {path}" for path, method in CALLS])
def test_a_call_keeps_to_its_description_whatever_is_sent(
    described: Any, caller: Callable[[str], Any], path: str, method: str
) -> None:
    lin = caller("lin")
    operation = described[path][method]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def holds(case: Any) -> None:
        headers = {"X-CSRF-Token": lin.token, "Idempotency-Key": str(uuid4()), "If-Match": '"1"'}
        answer = case.call(cookies={"targeting_session": lin.client.cookies["targeting_session"]}, headers=headers)
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= 400:
            assert answer.headers["content-type"][0] == "application/problem+json"
        assert not IDENTITY.search(answer.text)

    holds()
