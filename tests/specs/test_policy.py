"""Dated law: one value a day, never a default, every fault at once."""

from datetime import date
from typing import Any

import pytest

from targeting.errors import Misconfigured, ParameterNotInForce
from targeting.specs.loading import declared_names
from targeting.specs.policy import Policy, load_policy, policy_from

LAW = {"title_zh": "法", "title_en": "law", "effective_from": date(2020, 1, 1)}


def policy(values: list[dict[str, Any]], **parts: Any) -> Policy:
    sourced = [{"document": "LAW", "article": "art. 1", "status": "sample", **value} for value in values]
    parameters = {"dibao.standard": {"unit": "cents", "values": sourced}}
    return policy_from({"f": {"instruments": {"LAW": LAW}, "parameters": parameters, **parts}}, jurisdiction="x", digest="d")


def test_a_value_holds_from_its_first_to_its_last_day() -> None:
    law = policy(
        [
            {"value": 1, "effective_from": date(2020, 1, 1), "effective_to": date(2025, 12, 31)},
            {"value": 2, "effective_from": date(2026, 1, 1)},
        ]
    )
    assert [law.on(day).whole("dibao.standard") for day in (date(2025, 12, 31), date(2026, 1, 1), date(2030, 1, 1))] == [1, 2, 2]


def test_a_day_without_a_value_is_an_error_that_names_parameter_day_and_file() -> None:
    law = policy([{"value": 1, "effective_from": date(2025, 1, 1)}])
    with pytest.raises(ParameterNotInForce, match=r"dibao.standard has no value in force on 2024-12-31.*models/policies/x"):
        law.on(date(2024, 12, 31)).whole("dibao.standard")


def test_two_values_on_one_day_are_refused() -> None:
    with pytest.raises(Misconfigured) as refused:
        policy([{"value": 1, "effective_from": date(2020, 1, 1)}, {"value": 2, "effective_from": date(2026, 1, 1)}])
    assert "two values are in force on 2026-01-01" in str(refused.value)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(Misconfigured) as refused:
        policy([{"value": 1, "effective_from": date(2020, 1, 1), "document": "GONE"}], paramters={}, checks={"X99": {}})
    told = str(refused.value)
    assert "cites GONE" in told
    assert "unknown part paramters" in told
    assert "checks.X99.title_zh" in told


@pytest.mark.parametrize("jurisdiction", sorted({name.split("/")[0] for name in declared_names("policies")}))
def test_every_shipped_value_is_labelled_a_sample_and_cites_an_instrument(jurisdiction: str) -> None:
    law = load_policy(jurisdiction)
    for parameter in law.parameters.values():
        for value in parameter.values:
            assert value.status == "sample"
            assert law.instrument(value.document)


def test_an_unknown_jurisdiction_names_the_known_ones() -> None:
    with pytest.raises(Misconfigured, match="cn-qinghe-sample"):
        load_policy("atlantis")
