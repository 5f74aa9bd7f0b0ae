"""Facts as lines of the table: declared | register says | date | linked to | strength | rule | my verdict (REVIEW §3.4).

Lines that stand behind a rule come first; registers without data or an answer are lines too (G27).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from targeting.cases.dossier import CaseDetail, FactRow, FindingRow
from targeting.specs.loading import declaration

from ..formats import day, money, month
from ..texts import Texts

INCOME_KINDS = ("wage_base", "self_paid_base", "pension", "unemployment")
DECLARED_KINDS = ("declared_income", "benefit")
AGREEMENTS = ("id", "name", "birth", "address", "relation")
ORDER = {"hit": 0, "unknown": 1, "clear": 2}


@dataclass(frozen=True, slots=True)
class FactLine:
    """One line of the facts table, in words; `key` is empty where a register lacks something."""

    key: str
    kind: str
    declared: str
    says: str
    more: tuple[str, ...]
    period: str
    register: str
    source: str
    of: str
    person: str
    level: str | None
    comparison: tuple[tuple[str, str], ...]
    rules: tuple[tuple[str, str, str], ...]
    mine: str | None
    others: tuple[tuple[str, str], ...]
    judgement: str | None
    disputed: str | None
    lacking: bool = False

    @property
    def behind_a_hit(self) -> bool:
        """Whether a rule that applies rests on it."""
        return any(result == "hit" for _, _, result in self.rules)


@dataclass(frozen=True, slots=True)
class FactsTable:
    """`main` is what the rules touch, `other` is what else is known."""

    main: tuple[FactLine, ...]
    other: tuple[FactLine, ...]

    def of(self, keys: Iterable[str]) -> list[FactLine]:
        """The lines of these facts, in the order of the table."""
        wanted = set(keys)
        return [line for line in (*self.main, *self.other) if line.key and line.key in wanted]

    @property
    def all(self) -> tuple[FactLine, ...]:
        """Every line that is a fact."""
        return tuple(line for line in (*self.main, *self.other) if line.key)


def facts_table(d: CaseDetail, t: Texts) -> FactsTable:
    """The current facts of the case as lines."""
    touching = _touching(d.findings, t)
    names = {m.person_id: m.name or "–" for m in d.members}
    declared = _declared_incomes(d, t)
    lines: list[tuple[tuple[int, str, str], FactLine]] = []
    for fact in d.facts:
        if not fact.current:
            continue
        rules = touching.get(fact.fact_key, ())
        if fact.kind in DECLARED_KINDS and not rules:
            continue
        line = _line(fact, rules, names, declared, t)
        strongest = min((ORDER.get(result, 3) for _, _, result in rules), default=9)
        lines.append(((strongest, fact.person_id or "", fact.fact_id), line))
    lines.sort(key=lambda pair: pair[0])
    main = [line for _, line in lines if any(result != "clear" for _, _, result in line.rules) or line.source == ""]
    other = [line for _, line in lines if line not in main]
    if not main and other:
        main, other = other, []
    return FactsTable((*main, *_lacking(d, t)), tuple(other))


def _touching(findings: Sequence[FindingRow], t: Texts) -> dict[str, tuple[tuple[str, str, str], ...]]:
    rules: dict[str, set[tuple[str, str, str]]] = {}
    for finding in findings:
        if finding.current:
            for key in finding.fact_keys:
                rules.setdefault(key, set()).add((finding.check, t.of("check", finding.check), finding.result))
    return {key: tuple(sorted(found, key=lambda r: (ORDER.get(r[2], 3), r[0]))) for key, found in rules.items()}


def _declared_incomes(d: CaseDetail, t: Texts) -> Mapping[str, str]:
    """What each person declared a month, in words."""
    amounts: dict[str, float] = {}
    for fact in d.facts:
        if fact.current and fact.kind == "declared_income" and fact.person_id and fact.value is not None:
            amounts[fact.person_id] = max(amounts.get(fact.person_id, 0), fact.value)
    for member in d.members:
        cents = member.detail.get("declared_income_month")
        if cents is not None:
            amounts.setdefault(member.person_id, float(cents))
    return {person: t("fact.declared_income_month", amount=money(round(cents))) for person, cents in amounts.items()}


def _line(
    fact: FactRow,
    rules: tuple[tuple[str, str, str], ...],
    names: Mapping[str, str],
    declared: Mapping[str, str],
    t: Texts,
) -> FactLine:
    person = fact.person_id or ""
    if fact.kind in INCOME_KINDS:
        said = declared.get(person, t("fact.declared_nothing"))
    elif fact.kind in DECLARED_KINDS:
        said = t("fact.on_roll")
    else:
        said = t("fact.not_declarable")
    register = t.of("register", fact.register) if fact.register else t.of("source", fact.source)
    return FactLine(
        key=fact.fact_key,
        kind=fact.kind,
        declared=said,
        says=says(fact, names, t),
        more=(*_more(fact.detail, t), *value_told(fact.detail, t)),
        period=period(fact.valid_from, fact.valid_to, t) if fact.kind not in ("birth", "death") else "",
        register=register,
        source=t("fact.row", row=fact.row) if fact.row is not None else "",
        of=t("fact.known", day=day(fact.known_at)) if fact.known_at else "",
        person=names.get(person, t("fact.outside") if person else "–"),
        level=fact.level,
        comparison=_comparison(fact.link, t),
        rules=rules,
        mine=fact.my_verdict,
        others=tuple(sorted(fact.verdicts.items())),
        judgement=fact.judgement,
        disputed=fact.disputed,
    )


def says(fact: FactRow, names: Mapping[str, str], t: Texts) -> str:
    """What the fact says, in one phrase: `Pension 1,234 yuan a month`."""
    word = t.of("fact_text", fact.text, vehicle_word(fact.text, t)) if fact.text else ""
    if fact.kind == "marriage" and fact.text:
        word = names.get(fact.text, t("fact.outside"))
    if fact.kind in ("birth", "death"):
        return " · ".join(part for part in (f"{t.of('fact_kind', fact.kind)} {day(fact.valid_from)}", word) if part)
    if fact.source != "register":
        return " ".join(part for part in (t.of("fact_kind", fact.kind), fact.text or "", quantity(fact, t)) if part)
    return " · ".join(part for part in (t.of("fact_kind", fact.kind), word, quantity(fact, t)) if part)


def vehicle_word(text: str, t: Texts) -> str:
    """The type of a vehicle as registered, in the reader's language where the reasons have a word for it."""
    return str(declaration("reasons", t.language)[0].get("words", {}).get("vehicle", {}).get(text, text))


def quantity(fact: FactRow, t: Texts) -> str:
    """The value of a fact with its unit; empty where it has none."""
    if fact.value is None or fact.unit in (None, "none"):
        return ""
    if fact.unit in ("cents", "cents_month"):
        return t(f"unit_of.{fact.unit}", amount=money(round(fact.value)))
    number = f"{fact.value:.2f}".rstrip("0").rstrip(".")
    return t(f"unit_of.{fact.unit}", amount=number) if t.has(f"unit_of.{fact.unit}") else number


def period(start: date | None, end: date | None, t: Texts) -> str:
    """From when until when a fact holds."""
    if start is None and end is None:
        return ""
    if end is None:
        return t("fact.since", start=day(start))
    return t("fact.until", end=day(end)) if start is None else t("fact.between", start=day(start), end=day(end))


def _more(detail: Mapping[str, Any], t: Texts) -> tuple[str, ...]:
    """The other columns of the row that a page shows: those that have a word."""
    shown = []
    for name in sorted(detail):
        value = detail[name]
        if value in (None, "") or isinstance(value, list | dict) or not t.has(f"detail.{name}"):
            continue
        if name.endswith("_cents") and isinstance(value, int | float):
            value = t("unit_of.cents", amount=money(round(value)))
        elif isinstance(value, bool):
            value = t("word.yes") if value else t("word.no")
        elif isinstance(value, str):
            value = t.of("code", value)
        shown.append(f"{t('detail.' + name)}: {value}")
    return tuple(shown)


ROUNDED_CENTS = 100_000
"""A value is told in thousands of yuan: its interval is hundreds of thousands wide."""


def value_told(detail: Mapping[str, Any], t: Texts) -> tuple[str, ...]:
    """What the whole unit is worth on the date, in which interval, by which source, how old that is; nothing where unknown."""
    if detail.get("value_cents") is None:
        return ()
    told = {
        name: money(round(int(detail[f"{entry}_cents"]) / ROUNDED_CENTS) * ROUNDED_CENTS)
        for name, entry in (("value", "value"), ("low", "value_low"), ("high", "value_high"))
    }
    source = t.of("value_source", str(detail.get("value_source")))
    return (t("fact.value", **told, source=source, month=month(detail.get("value_month")), lag=detail.get("value_lag_months")),)


def _comparison(link: Mapping[str, Any], t: Texts) -> tuple[tuple[str, str], ...]:
    """How the row's identity and the person agree, field by field."""
    fields = []
    for name in AGREEMENTS:
        agreement = link.get(f"{name}_agreement")
        if agreement and agreement != "not_compared":
            fields.append((t(f"agreement_field.{name}"), t.of("agreement", str(agreement))))
    rule = link.get("rule") or link.get("method")
    if rule:
        fields.append((t("agreement_field.rule"), t.of("link_rule", str(rule))))
    if link.get("probability") is not None:
        fields.append((t("agreement_field.probability"), f"{float(link['probability']):.4f}"))
    return tuple(fields)


def _lacking(d: CaseDetail, t: Texts) -> list[FactLine]:
    """Registers that could not answer, as lines: stale, not asked, not authorised …"""
    lines = []
    for register in sorted(d.detail.get("coverage", ()), key=lambda row: str(row.get("register"))):
        answer = str(register.get("answer"))
        if answer == "answered":
            continue
        until = register.get("data_until")
        says_what = t("fact.no_data_since", month=month(until)) if until else t.of("answer", answer)
        lines.append(lacking_line(t.of("register", str(register.get("register"))), says_what, t))
    return lines


def lacking_line(register: str, says_what: str, t: Texts) -> FactLine:
    """A line that says what a register could not say."""
    return FactLine(
        "", "", "–", says_what, (t("fact.no_inference"),), "", register, "", "", "–", None, (), (), None, (), None, None, True
    )
