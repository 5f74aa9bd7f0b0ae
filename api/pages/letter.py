"""The draft of a letter to the household, in plain words, from the case: what was found, where, how to correct it, until when.

DOMAIN G03 (each item and how to contest it), G07 (no accusation), G09 (screened by which registers, and why), G24;
社会救助法 art. 48 (hear before deciding) and art. 76 (remedies). No ID number is in it, and no score.
"""

from collections.abc import Sequence
from datetime import date

from targeting.cases.dossier import CaseDetail

from ..formats import day
from ..texts import Texts
from .facts_table import FactLine, facts_table
from .rule_list import clearings, sentences


def noticeable(d: CaseDetail, t: Texts) -> list[FactLine]:
    """The facts that a notice can name: current, from a source, and not said to belong to somebody else."""
    return [line for line in facts_table(d, t).all if line.judgement != "different" and line.disputed != "parked"]


def suggested(d: CaseDetail, t: Texts) -> set[str]:
    """The facts behind the rules that apply: what a notice should name."""
    return {line.key for line in noticeable(d, t) if line.behind_a_hit}


def draft(d: CaseDetail, t: Texts, *, today: date, reply_until: date, officer: str) -> str:
    """The letter in the language of `t`; the officer reads and may change it before it is served."""
    chosen = suggested(d, t)
    facts = [line for line in noticeable(d, t) if line.key in chosen]
    gains = d.case.direction == "missing"
    blocks = [
        t("app.sample") if d.sample else "",
        t("letter.heading_missing" if gains else "letter.heading"),
        t("letter.to", household=d.case.household_label, number=d.case.number, day=day(today)),
        t("letter.why", benefit=t.of("benefit_long", d.case.benefit)),
        _found(d, facts, t),
        t("letter.nothing_changes"),
        _contest(d, t, reply_until),
        t("letter.rights"),
        t("letter.registers", registers=_registers(facts, t)),
        t("letter.sign", office=d.case.office or t("letter.office"), officer=officer, day=day(today)),
    ]
    return "\n\n".join(block for block in blocks if block)


def _found(d: CaseDetail, facts: Sequence[FactLine], t: Texts) -> str:
    standing = (sentence.text for sentence in sentences(d, t) if not sentence.cut)
    said = [f"{index}. {text}" for index, text in enumerate(standing, start=1)]
    rows = [
        t("letter.fact", says=line.says, register=line.register, of=line.of or line.period, person=line.person) for line in facts
    ]
    return "\n".join((t("letter.found"), *said, *rows))


def _contest(d: CaseDetail, t: Texts, reply_until: date) -> str:
    ways = [f"– {explanation}" for clearing in clearings(d, t) for explanation in clearing.explanations]
    return "\n".join((t("letter.contest", day=day(reply_until)), *ways))


def _registers(facts: Sequence[FactLine], t: Texts) -> str:
    return t("word.comma").join(dict.fromkeys(line.register for line in facts)) or "–"
