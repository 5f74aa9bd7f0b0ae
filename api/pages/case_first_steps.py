"""The first step to help somebody who may be missing out: what is at stake, what is known, what no register can supply."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from targeting.cases.dossier import CaseDetail
from targeting.specs.reasons import ReasonTexts, load_reasons

from ..texts import Texts
from .rule_list import rule_list


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One check that found something: cents a month (None: not known), the values it rests on, papers to ask for, what to do."""

    code: str
    name: str
    amount: int | None
    known: str
    papers: str
    steps: tuple[str, ...]


def first_steps(d: CaseDetail, t: Texts) -> list[FirstStep]:
    """One entry a check that applies, as the findings stand; none for a case of the over direction."""
    if d.case.direction != "missing":
        return []
    texts = _texts("en" if t.language == "en" else "zh")
    known = {line.code: line.formula for line in rule_list(d, t).hit}
    found: dict[str, FirstStep] = {}
    for finding in d.findings:
        code = finding.check
        if finding.result != "hit" or not finding.current or code in found:
            continue
        papers = t.of("check_proof", code, "")
        found[code] = FirstStep(
            code, t.of("check", code), finding.amount_month, known.get(code, ""), papers, texts.check(code).first_step
        )
    return list(found.values())


@cache
def _texts(language: Literal["zh", "en"]) -> ReasonTexts:
    return load_reasons(language)
