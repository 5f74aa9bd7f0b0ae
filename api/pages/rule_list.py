"""Findings as sentences and rules as text with the household's real values; rules that could not be evaluated are listed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from targeting.cases.codes import Judgement
from targeting.cases.dossier import CaseDetail, FindingRow, ReasonRow
from targeting.eligibility.standing import Standing
from targeting.specs.checks import load_words

from ..formats import money
from ..laws import law_name
from ..standing_words import standing_words
from ..texts import Texts

MOST_UP, MOST_DOWN = 5, 3
UNSHOWN_VALUES = ("facts_sha256", "clears_if_")
SHOWN_WITH_FINDINGS = (Standing.REGISTER_SILENT,)
"""A check whose register is silent has answered "unknown" about the case itself, with that reason."""
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One finding in one sentence with its law, link level and what is at stake."""

    check: str
    text: str
    law: str
    level: str | None
    amount: int | None
    disposition: str | None
    cut: bool
    """It rests on a link that was judged to be another person: it counts no more."""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule: what it asks, the values it used, its effect, the smallest changes that clear it, and ordinary explanations."""

    code: str
    name: str
    result: str
    law: str
    description: str
    effect: str
    formula: str
    values: tuple[tuple[str, str], ...]
    smallest: str
    not_if: str
    why: str


@dataclass(frozen=True, slots=True)
class IdleRule:
    """A rule of the case's benefit and direction that did not run, and why: it is neither clear nor a finding."""

    code: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class RuleList:
    """Rules that apply, those that could not be evaluated, those that do not apply."""

    hit: tuple[RuleLine, ...]
    unknown: tuple[RuleLine, ...]
    clear: tuple[RuleLine, ...]


@dataclass(frozen=True, slots=True)
class Clearing:
    """What clears one rule: the smallest changes of fact, the ordinary explanations to check, and the papers that prove them."""

    code: str
    name: str
    smallest: tuple[str, ...]
    explanations: tuple[str, ...]
    proof: str


@dataclass(frozen=True, slots=True)
class ModelPart:
    """What the model said: shown after the viewer's own finding only."""

    allowed: bool
    rank: str = ""
    chance: str = ""
    up: tuple[str, ...] = ()
    down: tuple[str, ...] = ()


def own_language(reason: ReasonRow, language: str) -> str:
    """The reason in the reader's language."""
    return reason.en if language == "en" else reason.zh


def sentences(d: CaseDetail, t: Texts) -> list[Sentence]:
    """The findings that apply, strongest first, one sentence each; possibly none (random arm)."""
    reasons = _by_check(d.reasons)
    cut = {fact.fact_key for fact in d.facts if fact.judgement == Judgement.DIFFERENT}
    found = []
    for finding in d.findings:
        if finding.result != "hit" or not finding.current:
            continue
        spoken = reasons.get(finding.check, [])
        reason = spoken.pop(0) if len(spoken) > 1 else spoken[0] if spoken else None
        text = own_language(reason, t.language) if reason else t.of("check_says", finding.check, t.of("check", finding.check))
        found.append(
            Sentence(
                finding.check,
                text,
                law_name(finding.legal_basis, t),
                finding.link_level,
                finding.amount_month,
                finding.disposition,
                bool(cut & set(finding.fact_keys)),
            )
        )
    return found


def rule_list(d: CaseDetail, t: Texts) -> RuleList:
    """The rules of the case with their values, by result."""
    reasons = {reason.code: reason for reason in d.reasons if reason.source == "finding"}
    lines: dict[str, list[RuleLine]] = {"hit": [], "unknown": [], "clear": []}
    for finding in d.findings:
        if finding.current:
            lines.setdefault(finding.result, []).append(_rule(finding, reasons.get(finding.check), t))
    return RuleList(*(tuple(lines[result]) for result in ("hit", "unknown", "clear")))


def idle_rules(d: CaseDetail, run: Mapping[str, Any], t: Texts) -> list[IdleRule]:
    """The rules about the case's benefit and direction that the run (its manifest) did not evaluate."""
    words = load_words()
    return [
        IdleRule(
            one["check"],
            one["title_en"] if t.language == "en" else one["title_zh"],
            standing_words(one["state"], one["because"], t, words),
        )
        for one in run.get("not_evaluated", [])
        if one["direction"] == d.case.direction and d.case.benefit in one["benefits"] and one["state"] not in SHOWN_WITH_FINDINGS
    ]


def clearings(d: CaseDetail, t: Texts) -> list[Clearing]:
    """What would clear the flag: per rule that applies, each ordinary explanation with what proves it, once."""
    hits = {finding.check for finding in d.findings if finding.result == "hit" and finding.current}
    smallest: dict[str, dict[str, None]] = {}
    found: dict[str, dict[str, None]] = {}
    for reason in d.reasons:
        if reason.source == "finding" and reason.code in hits:
            computed, ordinary = _clears(reason, t)
            smallest.setdefault(reason.code, {}).update(dict.fromkeys([computed] if computed else []))
            found.setdefault(reason.code, {}).update(dict.fromkeys(_parts(ordinary)))
    return [
        Clearing(code, t.of("check", code), tuple(smallest[code]), tuple(explanations), t.of("check_proof", code, ""))
        for code, explanations in found.items()
    ]


def model_part(d: CaseDetail, t: Texts) -> ModelPart:
    """Rank and the model's reasons, or that they are shown after an own finding."""
    placed = d.placement
    if placed is None:
        return ModelPart(allowed=False)
    model = [reason for reason in d.reasons if reason.source == "model"]
    up = [own_language(r, t.language) for r in model if (r.contribution or 0) > 0][:MOST_UP]
    down = [own_language(r, t.language) for r in model if (r.contribution or 0) < 0][:MOST_DOWN]
    if placed.arm == "random":
        rank = t("model.random", of=f"{placed.ranked_of:,}")
    else:
        rank = t("model.rank", rank=f"{placed.rank:,}", of=f"{placed.ranked_of:,}")
    chance = "" if placed.probability is None else t("model.chance", n=round(placed.probability * 100))
    return ModelPart(True, rank, chance, tuple(up), tuple(down))


def _by_check(reasons: Sequence[ReasonRow]) -> dict[str, list[ReasonRow]]:
    grouped: dict[str, list[ReasonRow]] = {}
    for reason in reasons:
        if reason.source == "finding":
            grouped.setdefault(reason.code, []).append(reason)
    return grouped


def _parts(text: str) -> list[str]:
    """The explanations of one text: they are set apart by semicolons or line breaks."""
    return [part.strip() for part in text.replace("；", "\n").replace(";", "\n").splitlines() if part.strip()]


def _rule(finding: FindingRow, reason: ReasonRow | None, t: Texts) -> RuleLine:
    smallest, ordinary = ("", "") if reason is None else _clears(reason, t)
    return RuleLine(
        code=finding.check,
        name=t.of("check", finding.check),
        result=finding.result,
        law=law_name(finding.legal_basis, t),
        description=t.of("check_asks", finding.check, t.of("check", finding.check)),
        effect=t("case.effect_any"),
        formula=_filled("formula", finding, t),
        values=() if t.has(f"formula.{finding.check}") else _values(finding.detail, t),
        smallest=smallest,
        not_if=ordinary or _filled("not_if", finding, t),
        why=_why(finding, t),
    )


def _clears(reason: ReasonRow, t: Texts) -> tuple[str, str]:
    """The computed changes that clear a reason (empty where there is none), and its ordinary explanations."""
    text = reason.clears_en if t.language == "en" else reason.clears_zh
    smallest, newline, ordinary = text.partition("\n")
    return (smallest, ordinary) if newline else ("", text)


def _filled(section: str, finding: FindingRow, t: Texts) -> str:
    """The declared sentence of the rule with the household's real values; empty where none is declared."""
    key = f"{section}.{finding.check}"
    if not t.has(key):
        return ""
    names = PLACEHOLDER.findall(t.entries[key])
    return t(key, **{name: spoken_value(name, finding.detail.get(name), t) for name in names})


def _values(detail: Mapping[str, Any], t: Texts) -> tuple[tuple[str, str], ...]:
    """The values and limits that the rule used, each with its word and unit."""
    shown = []
    for name, value in detail.items():
        if name.startswith(UNSHOWN_VALUES) or value is None or isinstance(value, list | dict):
            continue
        shown.append((t.of("value", name), spoken_value(name, value, t)))
    return tuple(shown)


def spoken_value(name: str, value: object, t: Texts) -> str:
    """A value of a rule in words: cents as yuan, yes and no, codes as declared; what is unknown as a dash."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return t("word.yes") if value else t("word.no")
    if isinstance(value, int | float):
        if name.endswith(("_cents", "_cents_month", "_month")) and float(value).is_integer():
            return t("unit_of.cents", amount=money(int(value)))
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    text = str(value)
    benefit, colon, number = text.partition(":")
    if colon and t.has(f"benefit.{benefit}"):
        return f"{t('benefit.' + benefit)} {number}"
    return t.of("fact_text", text, t.of("code", text, t.of("benefit", text)))


def _why(finding: FindingRow, t: Texts) -> str:
    """Why a rule could not be evaluated, or until when a clear answer holds."""
    reasons = t("word.comma").join(_reason(reason, t) for reason in finding.unknown_because)
    return reasons or ("" if finding.result == "clear" else t("case.unknown_plain"))


def _reason(reason: str, t: Texts) -> str:
    """A reason in words, with the register that it is about or the month until which it holds."""
    code, colon, about = reason.partition(":")
    if code.endswith("_until"):
        return t(f"unknown_reason.{code}", month=about)
    said = t.of("unknown_reason", code, t.of("disposition", code))
    return f"{t.of('register', about)}{t('word.colon')}{said}" if colon else said
