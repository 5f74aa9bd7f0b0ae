"""Parameters, their values and their changes in the reader's words: one line each, money in whole units of the currency."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from targeting.specs.parameters import DatedValue, Parameter

from .laws import law_name
from .texts import Texts

MONEY = "cents"


@dataclass(frozen=True, slots=True)
class ParameterLine:
    """One parameter as the page lists it; `number` is set where it can be changed by itself."""

    name: str
    title: str
    value: str
    unit: str
    number: str
    since: date
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One difference: what, from when to when, old and new in words with their sources."""

    part: str
    title: str
    name: str
    kind: str
    start: str | None
    end: str | None
    old: str
    old_source: str
    new: str
    new_source: str
    reaches_back: bool


def parameter_line(parameter: Parameter, dated: DatedValue, t: Texts) -> ParameterLine:
    """The parameter with its value in force."""
    told = dated.model_dump(mode="json", exclude_none=True)
    single = isinstance(dated.value, int | float) and not isinstance(dated.value, bool)
    return ParameterLine(
        name=parameter.name,
        title=t.of("parameter", parameter.name),
        value=value_in_words(told, parameter.unit, t),
        unit=t.of("rule_unit", parameter.unit),
        number=_number(dated.value, parameter.unit) if single else "",
        since=dated.effective_from,
        source=law_name(f"{dated.document} {dated.article}", t),
        status=dated.status,
    )


def change_line(change: Mapping[str, Any], t: Texts) -> ChangeLine:
    """A change as it is stored with a proposal."""
    old, new = change["old"], change["new"]
    return ChangeLine(
        part=change["part"],
        title=t.of("parameter", change["name"]) if change["part"] == "parameters" else change["name"],
        name=change["name"],
        kind=change["kind"],
        start=change["from"],
        end=change["to"],
        old=_told(old, change["unit"], t),
        old_source=_source(old, t),
        new=_told(new, change["unit"], t),
        new_source=_source(new, t),
        reaches_back=change["reaches_back"],
    )


def tried_line(setting: Mapping[str, Any], t: Texts) -> ChangeLine:
    """A number that was tried, beside the one in force."""
    change = {
        "part": "parameters",
        "name": setting["parameter"],
        "kind": "value",
        "from": None,
        "to": None,
        "reaches_back": False,
    }
    sides = {side: {"value": setting[side]} for side in ("old", "new")}
    return change_line(change | sides | {"unit": setting["unit"]}, t)


def value_in_words(told: Mapping[str, Any], unit: str, t: Texts) -> str:
    """The value of a parameter in words: a number with its unit, a list, what it is worked out from, or a table in short."""
    value = told.get("value")
    if isinstance(value, bool):
        return t("rules.yes" if value else "rules.no")
    if isinstance(value, int | float):
        return f"{_number(value, unit)} {t.of('rule_unit', unit)}".strip()
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        if not value:
            return t("rules.none")
        if all(isinstance(word, str) for word in value):
            return t("word.comma").join(value)
        return t("rules.table", n=len(value))
    other = told.get("of") or told.get("series")
    return t("rules.worked_out", of=t.of("parameter", other) if other else "–")


def _told(told: Mapping[str, Any] | None, unit: str, t: Texts) -> str:
    if told is None:
        return t("rules.nothing")
    if not {"value", "of", "series", "by_size"} & set(told):
        return json.dumps(told, ensure_ascii=False, default=str)[:300]
    return value_in_words(told, unit, t)


def _source(told: Mapping[str, Any] | None, t: Texts) -> str:
    if told is None or "document" not in told:
        return ""
    basis = f"{told['document']} {told['article']}"
    return f"{law_name(basis, t)} · {t.of('rule_status', told['status'])}"


def _number(value: Any, unit: str) -> str:
    if not unit.startswith(MONEY):
        return f"{value:g}"
    whole = value / 100
    return f"{whole:.2f}" if value % 100 else f"{whole:.0f}"
