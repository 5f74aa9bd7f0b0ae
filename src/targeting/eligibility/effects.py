"""Graded effects of what people own: a declared table, of which the first row that fits decides (DOMAIN §1.5, §1.14).

Effects: `ignore` (does not count), `veto` (bars the benefit), `count_value` (its value counts against the limit of assets),
`review` (a look, no finding). A row is the conditions that must all hold, and its effect:

    { use = "commercial|office", needs = "sole_dwelling", effect = "ignore" }
    { class = "car", bought_within_months = 12, at_least = 5000000, effect = "veto" }
    { type = "sole_trader", up_to = "business.petty_capital_up_to", effect = "ignore" }

Columns of words (class, use, state, type, role …) are patterns of the whole code. `below`, `up_to`, `at_least`, `above` compare
the value in cents with a number or with the parameter of that name (so that months of a standard, series and tables all serve);
`total_up_to` the value of all of the unit's things together. `needs` names something that must be so. Where a limit lies inside
the interval of a value and the answer hangs on it, the effect is `appraise`: no finding, but an appraisal to ask for. A thing
whose value nothing tells fits no row with a limit; `needs = "value_unknown"` says what becomes of it. `evidence` names the papers
that an exemption asks for, `disregard` the cents of a counted value that do not count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from targeting.errors import Misconfigured
from targeting.specs.parameters import Scalar
from targeting.specs.policy import PolicyOn

IGNORE, VETO, COUNT_VALUE, REVIEW, APPRAISE = "ignore", "veto", "count_value", "review", "appraise"
EFFECTS = (IGNORE, VETO, COUNT_VALUE, REVIEW)
CONSEQUENCES = ("effect", "evidence", "disregard")
OVER = ("at_least", "above")
WITHIN = ("below", "up_to")
TOTAL = "total_up_to"
BOUGHT = "bought_within_months"

Row = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Things:
    """What a table may ask of things of one kind: columns of words, yes-or-no needs, interval of the value, day bought."""

    columns: Mapping[str, str]
    needs: Mapping[str, pl.Expr]
    low: pl.Expr
    high: pl.Expr
    total: pl.Expr = field(default_factory=lambda: pl.lit(None, dtype=pl.Int64))
    bought: pl.Expr = field(default_factory=lambda: pl.lit(None, dtype=pl.Date))

    def worth(self, cents: int) -> "Things":
        """The same things, were they worth so much."""
        return replace(self, low=pl.lit(cents), high=pl.lit(cents), total=pl.lit(cents))


def effect_of(table: str, things: Things, law: PolicyOn) -> pl.Expr:
    """The effect of the first row of the table that fits; review where none does.

    Raises:
        Misconfigured: the table asks for something that is not known of these things, or names an unknown effect.
    """
    effect = pl.lit(REVIEW)
    for row in reversed(law.rows(table)):
        own = str(row.get("effect"))
        if own not in EFFECTS:
            raise Misconfigured(f"Table {table} names the effect {own}. Known: {', '.join(EFFECTS)}.")
        fits, inside = _fits(row, things, law, table)
        rest = effect if inside is None else pl.when(inside & (effect != own)).then(pl.lit(APPRAISE)).otherwise(effect)
        effect = pl.when(fits).then(pl.lit(own)).otherwise(rest)
    return effect


def clearing_value(table: str, things: Things, law: PolicyOn) -> pl.Expr:
    """The highest value in cents at which the table would not veto the thing; null where no value decides, or none would do."""
    now, least = deciding_row(table, things, law), deciding_row(table, things.worth(0), law)
    limit = pl.lit(None, dtype=pl.Int64)
    for number, row in enumerate(law.rows(table)):
        if row["effect"] == VETO and (name := next((name for name in OVER if name in row), None)):
            limit = pl.when(now == number).then(pl.lit(_most(name, limit_of(row[name], law)))).otherwise(limit)
        if row["effect"] != VETO and (name := next((name for name in (*WITHIN, TOTAL) if name in row), None)):
            limit = (
                pl.when(limit.is_null() & (least == number)).then(pl.lit(_most(name, limit_of(row[name], law)))).otherwise(limit)
            )
    barred_at_nothing = effect_of(table, things.worth(0), law) == VETO
    return pl.when(~barred_at_nothing).then(limit)


def deciding_row(table: str, things: Things, law: PolicyOn) -> pl.Expr:
    """The number of the first row that fits."""
    number = pl.lit(None, dtype=pl.Int64)
    for place, row in reversed(list(enumerate(law.rows(table)))):
        number = pl.when(_fits(row, things, law, table)[0]).then(pl.lit(place, dtype=pl.Int64)).otherwise(number)
    return number


def limit_of(said: Scalar, law: PolicyOn) -> float:
    """The number, or that of the parameter named."""
    if isinstance(said, str):
        return law.number(said)
    return said


def _most(name: str, limit: float) -> int:
    """The highest whole value on the near side of a limit."""
    whole = int(limit)
    return whole - 1 if name in ("below", "at_least") and whole == limit else whole


def _fits(row: Row, things: Things, law: PolicyOn, table: str) -> tuple[pl.Expr, pl.Expr | None]:
    """Whether the row fits for certain, and whether its limit lies inside the interval of a thing that it would else fit.

    None where it has no limit: to ask all the same would double the expression of the rows below, row by row.
    """
    plain = [pl.lit(True)]
    valued: list[pl.Expr] = []
    for name, wanted in row.items():
        if name in CONSEQUENCES:
            continue
        if name in (*WITHIN, *OVER, TOTAL):
            valued.append(_compared(name, limit_of(wanted, law), things))
        else:
            plain.append(_plain(name, wanted, things, law.on, table).fill_null(False))
    holds = pl.all_horizontal(plain)
    if not valued:
        return holds, None
    by_value = pl.all_horizontal(valued)
    known = things.low.is_not_null() | things.high.is_not_null()
    return holds & by_value.fill_null(False), holds & known & by_value.is_null()


def _compared(name: str, limit: float, things: Things) -> pl.Expr:
    """True, false, or null where the limit lies inside the interval."""
    if name == TOTAL:
        return things.total <= limit
    surely = {
        "below": things.high < limit,
        "up_to": things.high <= limit,
        "at_least": things.low >= limit,
        "above": things.low > limit,
    }
    surely_not = {
        "below": things.low >= limit, "up_to": things.low > limit, "at_least": things.high < limit, "above": things.high <= limit,
    }  # fmt: skip
    return pl.when(surely[name]).then(True).when(surely_not[name]).then(False)


def _plain(name: str, wanted: Scalar, things: Things, on: date, table: str) -> pl.Expr:
    if name == "needs" and str(wanted) in things.needs:
        return things.needs[str(wanted)]
    if name == BOUGHT:
        return things.bought > pl.lit(on).dt.offset_by(f"-{int(wanted)}mo")
    if name in things.columns:
        return pl.col(things.columns[name]).str.contains(f"^(?:{wanted})$")
    asked: Sequence[str] = (*things.columns, *(f"needs = {need}" for need in things.needs), *WITHIN, *OVER, TOTAL, BOUGHT)
    raise Misconfigured(f"Table {table} asks for {name} = {wanted}. Known: {', '.join(asked)}.")
