"""A jurisdiction extends another: what it declares replaces, what it adds stands beside, and LOCAL is its own instrument."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from targeting.errors import Misconfigured
from targeting.specs.jurisdictions import jurisdictions, policy_files
from targeting.specs.policy import Policy, load_policy, policy_from

INSTRUMENT = {"title_zh": "法", "title_en": "law", "effective_from": date(2020, 1, 1)}
TITLES = {"title_zh": "某", "title_en": "some"}


def value(number: float, document: str = "LAW") -> dict[str, Any]:
    sourced = {"document": document, "article": "art. 1", "status": "sample", "effective_from": date(2020, 1, 1)}
    return {"unit": "cents_person_month", "values": [{"value": number, **sourced}]}


def a_test(code: str, document: str) -> dict[str, Any]:
    return {"code": code, "measure": code, "operator": "<", "limit": "standard", "legal_basis": [[f"{document} art. 2"]]}


def extended(county: dict[str, Any], *, local: str = "COUNTY") -> Policy:
    """A nation with a standard and one benefit, and a county that extends it."""
    nation = {
        "instruments": {"LAW": INSTRUMENT, "LOCAL": INSTRUMENT},
        "parameters": {"standard": value(100), "other": value(7)},
        "benefits": {"aid": {**TITLES, "order": 1, "legal_basis": [["LAW art. 1"]], "tests": [a_test("income", "LOCAL")]}},
    }
    own = {"jurisdiction": {**TITLES, "extends": "nation", "local": local}, "instruments": {"COUNTY": INSTRUMENT}, **county}
    return policy_from({"nation/law": nation, "county/law": own}, jurisdiction="county", digest="d")


def test_what_the_county_declares_replaces_and_the_rest_holds() -> None:
    law = extended({"parameters": {"standard": value(120)}}).on(date(2026, 1, 1))
    assert (law.whole("standard"), law.whole("other")) == (120, 7)


def test_local_limbs_cite_the_instrument_that_the_county_names() -> None:
    assert extended({}).benefits["aid"].tests[0].legal_basis == (("COUNTY art. 2",),)


def test_a_county_that_names_no_rules_of_its_own_keeps_the_words() -> None:
    assert extended({}, local="").benefits["aid"].tests[0].legal_basis == (("LOCAL art. 2",),)


def test_a_county_adds_a_test_beside_the_inherited_ones() -> None:
    law = extended({"benefits": {"aid": {"also": [a_test("savings", "LOCAL")]}}})
    assert [one.code for one in law.benefits["aid"].tests] == ["income", "savings"]
    assert law.benefits["aid"].tests[1].legal_basis == (("COUNTY art. 2",),)


def test_a_test_added_to_nothing_is_a_fault() -> None:
    with pytest.raises(Misconfigured, match=r"benefits.nothing.*title_zh"):
        extended({"benefits": {"nothing": {"also": [a_test("savings", "LOCAL")]}}})


def test_the_same_name_twice_in_one_folder_is_a_fault() -> None:
    one, two = ({"instruments": {"LAW": INSTRUMENT}, "parameters": {"standard": value(n)}} for n in (1, 2))
    with pytest.raises(Misconfigured, match=r"parameters.standard is declared twice"):
        policy_from({"x/a": one, "x/b": {"parameters": two["parameters"]}}, jurisdiction="x", digest="d")


def test_a_benefit_may_not_ask_for_what_nobody_declares() -> None:
    aid = {**TITLES, "order": 1, "legal_basis": [["LAW art. 1"]], "tests": [{**a_test("income", "LAW"), "limit": "nowhere"}]}
    with pytest.raises(Misconfigured, match="benefit aid asks for parameter nowhere"):
        extended({"benefits": {"aid": aid}})


def test_an_abstract_jurisdiction_leaves_values_to_those_that_extend_it() -> None:
    assert load_policy("cn").of.abstract
    assert "dibao.standard" not in load_policy("cn").parameters
    assert "dibao.standard" in load_policy("cn-qinghe-sample").parameters


def test_the_hash_of_a_county_covers_the_nation() -> None:
    files, digest = policy_files("cn-qinghe-sample")
    assert {name.split("/")[0] for name in files} == {"cn", "cn-qinghe-sample"}
    assert digest != policy_files("cn")[1]


@pytest.mark.parametrize("jurisdiction", jurisdictions())
def test_every_shipped_jurisdiction_is_sound_and_tells_its_titles(jurisdiction: str) -> None:
    law = load_policy(jurisdiction)
    assert law.of.title_zh
    assert law.of.title_en
    assert law.benefits


def test_the_jurisdiction_written_down_in_the_guide_is_sound() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "policies.md").read_text("utf-8")
    whose, standard, series, dibao, savings, _situation = (
        tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", guide, re.S)
    )
    files, _ = policy_files("cn-qinghe-sample")
    bound = {name: value(number, "QH-RULES") for name, number in (("province.dibao_floor", 70000), ("finance.limit", 10))}
    declared = {"a": whose, "b": standard, "c": series, "d": dibao, "e": {"parameters": bound}}
    read = {f"guide/{name}": part for name, part in declared.items()}
    law = policy_from({**files, **read, "guide-2/also": savings}, jurisdiction="guide", digest="d")
    assert law.of.local == "QH-RULES"
    assert [test.code for test in law.benefits["dibao"].tests] == ["income", "finance"]
