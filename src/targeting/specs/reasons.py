"""Typed form of models/reasons/{zh,en}.toml: the sentences of a referral, and how values are written in a language.

A sentence has variants, the fullest first: the first whose values are all known is used, so a missing plate or date never makes a
wrong sentence. A placeholder is `{name}` or `{name:kind}`; kinds are those of `WRITTEN`.
"""

import json
import string
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from targeting.errors import Misconfigured
from targeting.specs.declared import Declared
from targeting.specs.loading import declaration
from targeting.specs.scoring import typed

Sentences = Annotated[tuple[str, ...], Field(min_length=1)]
FORBIDDEN = ("fraud", "suspect", "cheat", "guilty", "bad ", "骗", "嫌疑", "可疑", "作假", "违法")
"""Words that no reason may use of anybody (DESIGN §1, STYLE): the law speaks after people have heard the household."""


class CheckTexts(Declared):
    """What a hit of one check says, which kinds of facts it tells, and what would clear it.

    `clears_if`: the computed changes, each way with its variants; `clears`: the ordinary explanations to test first;
    `first_step`: what helps somebody who may be missing out, to be done first.
    """

    title: str
    tells: tuple[str, ...] = ()
    hit: Sentences
    clears: Sentences
    clears_if: tuple[Sentences, ...] = ()
    first_step: tuple[str, ...] = ()


class FamilyTexts(Declared):
    """What it means that a reason family raised or lowered a score."""

    raises: str
    lowers: str


class ReasonTexts(Declared):
    """All sentences of one language."""

    language: Literal["zh", "en"]
    join: str
    more: str
    unconfirmed: str
    month: str
    day: str
    no_detail: str
    score_clears: str
    clears_if: str
    either: str
    words: dict[str, dict[str, str]]
    facts: dict[str, Sentences]
    checks: dict[str, CheckTexts]
    families: dict[str, FamilyTexts]
    features: dict[str, Sentences]
    sha256: str

    def check(self, code: str) -> CheckTexts:
        """The texts of a check; those of `other` where the check has none of its own."""
        return self.checks.get(code, self.checks["other"])

    def family(self, code: str) -> FamilyTexts:
        """The texts of a reason family; those of `other` where it has none of its own."""
        return self.families.get(code, self.families["other"])

    def sentence(self, variants: Iterable[str], values: Mapping[str, object]) -> str | None:
        """The first variant whose values are all known, or None."""
        writer = _Writer(self)
        for variant in variants:
            needed = [name for _, name, _, _ in writer.parse(variant) if name]
            if all(values.get(name) is not None for name in needed):
                return writer.vformat(variant, (), values)
        return None

    def word(self, group: str, code: str) -> str:
        """The word for a code; the code itself where it is a word of the register already."""
        return self.words.get(group, {}).get(code, code)


def load_reasons(language: Literal["zh", "en"]) -> ReasonTexts:
    """The sentences of one language.

    Raises:
        Misconfigured: the file is not of this form, or a sentence uses a forbidden word or an unknown way of writing.
    """
    content, sha256 = declaration("reasons", language)
    return reasons_from({**content, "sha256": sha256}, where=f"models/reasons/{language}.toml")


def reasons_from(content: Mapping[str, object], *, where: str) -> ReasonTexts:
    """The sentences of one declaration, each allowed and writable.

    Raises:
        Misconfigured: the content is not of this form, or a sentence uses a forbidden word or an unknown way of writing.
    """
    texts = typed(ReasonTexts, content, where=where)
    faults = [f"{where}: {fault}" for fault in _faults(texts)]
    if faults:
        raise Misconfigured(f"{where} has sentences that may not be used. Correct them.", faults=faults)
    return texts


def load_both() -> tuple[ReasonTexts, ReasonTexts]:
    """The Chinese and the English sentences."""
    return load_reasons("zh"), load_reasons("en")


class _Writer(string.Formatter):
    """Writes values as a language writes them."""

    def __init__(self, texts: ReasonTexts) -> None:
        self.texts = texts

    def format_field(self, value: object, format_spec: str) -> str:
        if format_spec in WRITTEN:
            return WRITTEN[format_spec](value, self.texts)
        if format_spec in self.texts.words:
            return self.texts.word(format_spec, str(value))
        return str(value)


def _number(value: object, _: ReasonTexts, *, digits: int = 0) -> str:
    text = f"{float(str(value)):,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _yuan(value: object, texts: ReasonTexts) -> str:
    return _number(float(str(value)) / 100, texts)


def _money(value: object, texts: ReasonTexts) -> str:
    return _number(float(str(value)) / 100, texts, digits=2)


def _dated(value: object, texts: ReasonTexts, *, form: str) -> str:
    day = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    pattern: str = getattr(texts, form)
    return pattern.format(year=day.year, month=day.month, day=day.day)


def _tail(value: object, _: ReasonTexts) -> str:
    return str(value)[-2:]


WRITTEN: Mapping[str, Callable[[object, ReasonTexts], str]] = {
    "yuan": _yuan,
    "money": _money,
    "whole": _number,
    "share": partial(_number, digits=2),
    "tail": _tail,
    "month": partial(_dated, form="month"),
    "day": partial(_dated, form="day"),
}
"""Ways of writing: cents as whole yuan, or to the cent (limits), whole numbers, shares, the last two signs, a month, a day; any
group of `words` is one more."""


def _faults(texts: ReasonTexts) -> list[str]:
    said = json.dumps(texts.model_dump(mode="json", exclude={"sha256"}), ensure_ascii=False).lower()
    faults = [f'the word "{word.strip()}" is used' for word in FORBIDDEN if word in said]
    missing = [f"checks.{name} is missing" for name in ("other",) if name not in texts.checks]
    missing += [f"families.{name} is missing" for name in ("other",) if name not in texts.families]
    ways = {*WRITTEN, *texts.words, ""}
    sentences = [
        *(variant for variants in texts.facts.values() for variant in variants),
        *(variant for variants in texts.features.values() for variant in variants),
        *(variant for check in texts.checks.values() for variant in (*check.hit, *check.clears)),
        *(variant for check in texts.checks.values() for way in check.clears_if for variant in way),
    ]
    used = {spec or "" for text in sentences for _, name, spec, _ in string.Formatter().parse(text) if name}
    unknown = sorted(used - ways)
    return faults + missing + [f"the way of writing {spec} is unknown" for spec in unknown]
