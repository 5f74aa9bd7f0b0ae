"""Findings, contributions and facts → REASONS: why a subject deserves a look, in Chinese and English, and what would clear it.

A finding's sentence tells the register rows behind it; what a sentence cannot say for want of a value it leaves out. A model's
reason says what moved the place in the order: it is no evidence (DOMAIN G12).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from targeting.explain.clearing import clearing
from targeting.explain.contributions import BIAS
from targeting.frames.referral import REASONS
from targeting.specs.reasons import ReasonTexts

KEY = ["subject_kind", "subject", "benefit", "direction"]
TOLD_AT_MOST = 3
RAISING, LOWERING = 3, 1
SMALLEST = 0.02
"""Log odds below which a family did not move the place in the order: half a percentage point at even odds."""

Row = Mapping[str, Any]


def reasons(
    findings: pl.DataFrame, contributions: pl.DataFrame, facts: pl.DataFrame, *, texts: tuple[ReasonTexts, ReasonTexts]
) -> pl.DataFrame:
    """Every hit of every subject is a reason; then what raised and lowered its score, where it was scored. Strongest first.

    `contributions` may be empty (no model). Clear and unknown findings are not reasons; the case page lists them as answers.
    """
    hits = findings.filter(pl.col("result") == "hit").with_columns(
        certain=pl.col("link_level").fill_null("A") == "A",
        fact_ids=pl.col("facts").map_elements(_ids, return_dtype=pl.List(pl.String)),
    )
    named = _facts_of(hits, facts)
    rows = [_of_finding(hit, [named[i] for i in hit["fact_ids"] if i in named], texts=texts) for hit in _by_strength(hits)]
    rows += [_of_family(row, texts=texts) for row in _moving(contributions).iter_rows(named=True)]
    return _numbered(rows)


def _by_strength(hits: pl.DataFrame) -> list[dict[str, Any]]:
    order = hits.sort(*KEY, pl.col("certain").not_(), pl.col("amount_month").fill_null(0).neg(), "check", "person_id")
    return order.to_dicts()


def _facts_of(hits: pl.DataFrame, facts: pl.DataFrame) -> dict[str, dict[str, Any]]:
    wanted = hits.select(fact_id=pl.col("fact_ids").explode()).drop_nulls().unique()
    return {row["fact_id"]: row for row in facts.join(wanted, on="fact_id", how="semi").iter_rows(named=True)}


def _ids(text: str) -> list[str]:
    """The fact ids of a finding; the reason of an unknown answer is not one."""
    return [entry for entry in json.loads(text) if isinstance(entry, str)]


def _of_finding(hit: Row, facts: Sequence[Row], *, texts: tuple[ReasonTexts, ReasonTexts]) -> dict[str, Any]:
    told = {language.language: _sentences(hit, facts, language) for language in texts}
    return {
        **{column: hit[column] for column in KEY},
        "source": "finding",
        "code": hit["check"],
        "contribution": None,
        "zh": told["zh"][0],
        "en": told["en"][0],
        "clears_zh": told["zh"][1],
        "clears_en": told["en"][1],
        "facts": json.dumps(hit["fact_ids"]),
    }


def _sentences(hit: Row, facts: Sequence[Row], texts: ReasonTexts) -> tuple[str, str]:
    """What the finding says, and what would clear it."""
    check = texts.check(hit["check"])
    told = [fact for fact in facts if fact["kind"] in check.tells] or ([] if check.tells else list(facts))
    values = {
        **_scalars(json.loads(hit["detail"] or "{}")),
        "check": hit["check"],
        "amount_month": hit["amount_month"],
        "effective_from": hit["effective_from"],
        "count": len(told) or None,
        "facts": _told(told, texts),
    }
    said = texts.sentence(check.hit, values) or texts.no_detail.format(title=check.title)
    return said if hit["certain"] else said + texts.unconfirmed, clearing(check, values, texts)


def _told(facts: Sequence[Row], texts: ReasonTexts) -> str | None:
    """The facts in words, the first few in full, each once."""
    phrases = [texts.sentence(texts.facts.get(fact["kind"], ()), _values(fact)) for fact in facts]
    known = list(dict.fromkeys(phrase for phrase in phrases if phrase))
    shown = texts.join.join(known[:TOLD_AT_MOST])
    return shown + texts.more.format(count=len(known)) if len(known) > TOLD_AT_MOST else shown or None


def _values(fact: Row) -> dict[str, Any]:
    detail = json.loads(fact["detail"] or "{}")
    return {**_scalars(detail), **{name: fact[name] for name in ("value", "text", "valid_from", "valid_to", "register")}}


def _scalars(detail: Mapping[str, Any]) -> dict[str, Any]:
    """The plain values of a JSON object; parts of inner objects as `outer_inner`."""
    flat: dict[str, Any] = {}
    for name, value in detail.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}_{inner}": v for inner, v in _scalars(value).items()}
        elif isinstance(value, list):
            flat[f"{name}_count"] = len(value)
        else:
            flat[name] = value
    return flat


def _moving(contributions: pl.DataFrame) -> pl.DataFrame:
    """The families that moved a score most: the first few that raised it, the first that lowered it; only with a known value."""
    told = (pl.col("family") != BIAS) & (pl.col("contribution").abs() >= SMALLEST) & pl.col("value").is_not_null()
    moved = contributions.filter(told).with_columns(raises=pl.col("contribution") > 0)
    place = pl.col("contribution").abs().rank("ordinal", descending=True).over(*KEY, "raises")
    kept = moved.sort(*KEY, "family").filter(place <= pl.when("raises").then(RAISING).otherwise(LOWERING))
    return kept.sort(*KEY, pl.col("contribution").neg(), "family")


def _of_family(row: Row, *, texts: tuple[ReasonTexts, ReasonTexts]) -> dict[str, Any]:
    told, clears = {}, {}
    for language in texts:
        family = language.family(row["family"])
        value = language.sentence(language.features.get(row["feature"], ()), {"value": row["value"]})
        pattern = family.raises if row["contribution"] > 0 else family.lowers
        told[language.language] = pattern.format(value=value or language.features["other"][0])
        clears[language.language] = language.score_clears
    return {
        **{column: row[column] for column in KEY},
        "source": "model",
        "code": row["family"],
        "contribution": row["contribution"],
        "zh": told["zh"],
        "en": told["en"],
        "clears_zh": clears["zh"],
        "clears_en": clears["en"],
        "facts": "[]",
    }


def _numbered(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """The rows with their order within each subject, findings before the model's reasons."""
    counts: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(row[column] for column in KEY)
        counts[key] = counts.get(key, 0) + 1
        row["order"] = counts[key]
    return REASONS.of(rows)
