"""The case of somebody who may be missing out says what is at stake, what is known, what to learn and what to do first."""

from collections.abc import Callable
from typing import Any

import pytest

from targeting.eligibility.checks import CHECKS
from targeting.specs.policy import load_policy
from targeting.specs.reasons import load_both


def page(caller: Callable[[str], Any], label: str, language: str) -> str:
    zhou = caller("zhou")
    zhou.client.cookies.set("targeting_language", language)
    text: str = zhou.get(f"/cases/{zhou.case(label)['case']['id']}").text
    return text


@pytest.mark.parametrize(
    ("language", "step", "papers"), [("zh", "入户走访", "家庭陈述与材料"), ("en", "Visit, explain", "statement")]
)
def test_a_missing_case_begins_with_the_first_step_to_help(
    caller: Callable[[str], Any], language: str, step: str, papers: str
) -> None:
    text = page(caller, "张桂兰", language)
    first = text.index('id="h-first"')
    assert first < text.index('id="rules"')
    part = text[first : text.index("</section>", first)]
    assert step in part
    assert papers in part
    assert "1,274" in part


def test_a_case_of_the_other_direction_has_no_first_step(caller: Callable[[str], Any]) -> None:
    assert 'id="h-first"' not in page(caller, "李秀英", "zh")


def test_every_missing_check_has_a_first_step_in_both_languages() -> None:
    checks = load_policy("cn-qinghe-sample").checks
    missing = [code for code in CHECKS if checks[code].direction == "missing"]
    assert len(missing) >= 10
    for texts in load_both():
        assert not [code for code in missing if not texts.check(code).first_step]
