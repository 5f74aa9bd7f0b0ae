"""Chinese and English say the same things, and templates ask for nothing that is not said."""

import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import pytest
from targeting_api.filters import BENEFITS, CHECKS
from targeting_api.texts import texts

from targeting.cases import codes
from targeting.cases.queue import View
from targeting.errors import Misconfigured
from targeting.frames.assessment import FACT_KINDS

API = Path(__file__).resolve().parents[2] / "api"
PLACEHOLDER = re.compile(r"\{(\w+)\}")
IN_TEMPLATE = re.compile(r"\bt\('([a-zA-Z0-9_.]+)'[,)]")
IN_CODE = re.compile(r"""\bt\("([a-zA-Z0-9_.]+)"[,)]""")


def asked_for() -> Iterable[str]:
    for path in API.rglob("*.html"):
        yield from IN_TEMPLATE.findall(path.read_text("utf-8"))
    for path in API.rglob("*.py"):
        yield from IN_CODE.findall(path.read_text("utf-8"))


def test_both_languages_have_the_same_keys() -> None:
    zh, en = texts("zh").entries, texts("en").entries
    assert set(zh) == set(en)


def test_both_languages_fill_in_the_same_values() -> None:
    zh, en = texts("zh").entries, texts("en").entries
    differing = [key for key in zh if set(PLACEHOLDER.findall(zh[key])) != set(PLACEHOLDER.findall(en[key]))]
    assert not differing


def test_every_text_that_a_page_asks_for_exists() -> None:
    missing = sorted({key for key in asked_for() if not texts("zh").has(key)})
    assert not missing


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("finding", codes.Finding),
        ("finding_def", codes.Finding),
        ("cause", codes.Cause),
        ("cause_def", codes.Cause),
        ("state", codes.State),
        ("channel", codes.Channel),
        ("role", codes.Role),
        ("verdict", codes.Verdict),
        ("judgement", codes.Judgement),
        ("strength", codes.Strength),
        ("direction", codes.Direction),
        ("skip", codes.Skip),
        ("read", codes.ReadKind),
        ("view", View),
        ("dispute_route", codes.DisputeRoute),
        ("hearing_outcome", codes.HearingOutcome),
        ("visit_outcome", codes.VisitOutcome),
    ],
)
def test_every_code_of_the_store_has_a_word(section: str, words: type[StrEnum]) -> None:
    for language in ("zh", "en"):
        missing = [code.value for code in words if not texts(language).has(f"{section}.{code.value}")]
        assert not missing


def test_every_fact_kind_check_benefit_and_gate_fault_has_a_word() -> None:
    wanted = [f"fact_kind.{kind}" for kind in FACT_KINDS]
    wanted += [f"{section}.{check}" for check in CHECKS for section in ("check", "check_asks", "check_proof")]
    wanted += [f"{section}.{benefit}" for benefit in BENEFITS for section in ("benefit", "benefit_long")]
    wanted += [str(fault) for fault in codes.GateFault]
    for language in ("zh", "en"):
        assert not [key for key in wanted if not texts(language).has(key)]


def test_a_code_without_a_word_is_shown_as_it_is_and_an_empty_default_stays_empty() -> None:
    assert texts("en").of("finding", "brand_new") == "brand_new"
    assert texts("en").of("finding_def", "brand_new", "") == ""
    assert texts("en").of("finding", None) == "–"


def test_a_key_that_is_not_declared_is_named() -> None:
    with pytest.raises(Misconfigured, match=r"has no text 'no\.such'"):
        texts("en")("no.such")
