"""One engine for every declared means test: units in, for each benefit met, not met or unknown, with the tests that decide.

A unit is a household, a person or a couple, one a row; a measure is a column. Where a column `<measure>_at_most` stands beside
it, the measure is only known to lie between the two (a null says: not bounded on that side), so that what is certainly below and
what is certainly above is decided and the rest is unknown. A null without bounds is unknown. Limits are compared on the unit's
totals, exactly: an integer measure (cents) with the whole number next to the limit, so that no division decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import polars as pl

from targeting.eligibility.amounts import amount_of
from targeting.errors import Misconfigured
from targeting.specs.benefits import Benefit, BenefitTest
from targeting.specs.policy import PolicyOn

MET, NOT_MET, UNKNOWN, MONITOR = "met", "not_met", "unknown", "monitor"
AT_MOST = "_at_most"
_NAMES = pl.List(pl.String)

TURN = pl.Struct({"test": pl.String(), "measure": pl.String(), "change": pl.Float64()})
"""By how much a measure has to change, in its own unit, for a test to come out the other way; null where it is a yes or no."""


@dataclass(frozen=True, slots=True)
class Applied:
    """One test as it stands on the date: its benefit, its law, and the name of its columns in a judged frame."""

    benefit: Benefit
    test: BenefitTest
    basis: str

    @property
    def name(self) -> str:
        """`benefit.test`."""
        return f"{self.benefit.code}.{self.test.code}"


def applied(law: PolicyOn, benefits: Sequence[Benefit]) -> dict[str, list[Applied]]:
    """The tests whose law is in force on the date, by benefit."""
    return {
        benefit.code: [
            Applied(benefit, test, basis) for test in benefit.tests if (basis := law.basis_of(test.legal_basis)) is not None
        ]
        for benefit in benefits
    }


def judged(units: pl.DataFrame, *, law: PolicyOn, benefits: Sequence[Benefit] | None = None) -> pl.DataFrame:
    """The units with the answer to every test and every benefit (true: passes, false: fails, null: unknown).

    For each test in force `benefit.test`, its `.limit` (of the whole unit) and `.turn` (change of the measure that turns it);
    for each benefit its code, `.amount` and `.amount_at_least` (cents a month, where it is met): the first only where everything
    that counts is exactly known, the other also where it is bounded from above.

    Raises:
        Misconfigured: a measure is not a column of the units.
        ParameterNotInForce: a limit has no value on the date.
    """
    in_force = law.benefits() if benefits is None else benefits
    _need_columns(units, in_force)
    frame = units
    for tests in applied(law, in_force).values():
        for one in tests:
            frame = _with_test(frame, one, law)
    frame = frame.with_columns(_whole(tests).alias(code) for code, tests in applied(law, in_force).items())
    for benefit in in_force:
        paid = least = pl.lit(None, dtype=pl.Int64)
        if benefit.amount is not None:
            paid = amount_of(benefit.amount, frame, law=law)
            least = amount_of(benefit.amount, frame, law=law, known="at_least")
        met = pl.when(benefit.code)
        frame = frame.with_columns(
            met.then(paid).alias(f"{benefit.code}.amount"), met.then(least).alias(f"{benefit.code}.amount_at_least")
        )
    return frame


def means_test(units: pl.DataFrame, *, key: str, law: PolicyOn, benefits: Sequence[Benefit] | None = None) -> pl.DataFrame:
    """One row a unit and benefit: key, `benefit`, `order`, `result`, `failed`, `open`, `amount_month`, `amount_at_least`,
    `legal_basis`, `turns`.

    `result`: met, not_met or unknown · `failed`, `open`: tests · amounts in cents, where met; the first where all is known ·
    `turns`: the smallest change that would turn the result. Of a result not met, all failed tests have to turn, so all are named;
    of one that is met, the one nearest to its limit.
    """
    in_force = law.benefits() if benefits is None else benefits
    frame = judged(units, law=law, benefits=in_force)
    rows = [
        _answer(frame, benefit, tests, key, law) for benefit, tests in zip(in_force, applied(law, in_force).values(), strict=True)
    ]
    return pl.concat(rows).sort(key, "order") if rows else pl.DataFrame()


def why(units: pl.DataFrame, *, key: str, law: PolicyOn, benefits: Sequence[Benefit] | None = None) -> pl.DataFrame:
    """One row a unit and test: key, `benefit`, `test`, `result`, `measure`, `value`, `limit`, `operator`, `turn`, `legal_basis`.

    `value` and `limit` are numbers in the measure's unit, for the whole unit; null where the measure is a yes or no.
    """
    in_force = law.benefits() if benefits is None else benefits
    frame = judged(units, law=law, benefits=in_force)
    rows = [
        frame.select(
            pl.col(key),
            benefit=pl.lit(one.benefit.code),
            test=pl.lit(one.test.code),
            result=result_of(one.name),
            measure=pl.lit(one.test.measure),
            value=pl.lit(None, dtype=pl.Float64) if one.test.operator == "is" else pl.col(one.test.column).cast(pl.Float64),
            limit=pl.col(f"{one.name}.limit"),
            operator=pl.lit(one.test.operator),
            turn=pl.col(f"{one.name}.turn"),
            legal_basis=pl.lit(_law_of(one, law)),
        )
        for tests in applied(law, in_force).values()
        for one in tests
    ]
    return pl.concat(rows).sort(key, maintain_order=True) if rows else pl.DataFrame()


def first_met(codes: list[str]) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Of a judged frame: the first benefit met, in this order, with its amount and the least that it can be.

    `monitor` where every one is certainly not met, `unknown` where none is met and one is open.
    """
    certain = pl.all_horizontal([~pl.col(code) for code in codes]).fill_null(False)
    layer = pl.when(certain).then(pl.lit(MONITOR)).otherwise(pl.lit(UNKNOWN))
    due = at_least = pl.lit(None, dtype=pl.Int64)
    for code in reversed(codes):
        met = pl.col(code).fill_null(False)
        layer = pl.when(met).then(pl.lit(code)).otherwise(layer)
        due = pl.when(met).then(pl.col(f"{code}.amount")).otherwise(due)
        at_least = pl.when(met).then(pl.col(f"{code}.amount_at_least")).otherwise(at_least)
    return layer, due, at_least


def result_of(column: str) -> pl.Expr:
    """Met, not met or unknown, of a column that is true, false or null."""
    return pl.when(pl.col(column)).then(pl.lit(MET)).when(~pl.col(column)).then(pl.lit(NOT_MET)).otherwise(pl.lit(UNKNOWN))


def names_where(tests: Sequence[Applied], state: str) -> pl.Expr:
    """The names of the tests that decide against (`failed`) or leave open (`open`); an alternative counts with its group."""
    lists = []
    for group in _groups(tests):
        whole = _any_of(group)
        stands = ~whole if state == "failed" else whole.is_null()
        for one in group:
            this = ~pl.col(one.name) if state == "failed" else pl.col(one.name).is_null()
            said = (stands & this).fill_null(False)
            lists.append(pl.when(said).then(pl.lit([one.name], dtype=_NAMES)).otherwise(pl.lit([], dtype=_NAMES)))
    return pl.concat_list(lists) if lists else pl.lit([], dtype=_NAMES)


def _law_of(one: Applied, law: PolicyOn) -> str:
    """The articles of the test and the document that set its limit."""
    articles = f"{one.basis}; {law.source(one.test.limit)}" if one.test.limit else one.basis
    return "; ".join(dict.fromkeys(articles.split("; ")))


def _need_columns(units: pl.DataFrame, benefits: Sequence[Benefit]) -> None:
    missing = sorted({name for b in benefits for name in (*b.measures, *b.sizes)} - set(units.columns))
    if missing:
        raise Misconfigured(
            f"The benefits ask for measures that the units lack: {', '.join(missing)}. Correct the name in benefits.toml, or add "
            "the column (null where nobody knows)."
        )


def _with_test(frame: pl.DataFrame, one: Applied, law: PolicyOn) -> pl.DataFrame:
    """The frame with the test's answer, limit and turn."""
    test = one.test
    for_whom = [pl.col(name) for name in (test.if_true,) if name] + [~pl.col(name) for name in (test.if_false,) if name]
    applies = pl.all_horizontal(for_whom) if for_whom else pl.lit(True)
    if test.operator == "is":
        wanted = [test.value] if isinstance(test.value, bool | str) else list(test.value or ())
        measure = pl.col(test.column)
        passes: pl.Expr = pl.when(measure.is_not_null()).then(measure.is_in(wanted))
        nothing = pl.lit(None, dtype=pl.Float64)
        return frame.with_columns(
            (~applies | passes).alias(one.name), nothing.alias(f"{one.name}.limit"), nothing.alias(f"{one.name}.turn")
        )
    whole = frame.schema[test.column].is_integer()
    frame = _with_limit(frame, one, law, whole=whole)
    low, high = bounds(frame, test.column)
    edge, limit = pl.col("_edge"), pl.col("_limit")
    upper = test.operator in ("<", "<=")
    if whole:
        passes = _decided(high <= edge, low > edge) if upper else _decided(low >= edge, high < edge)
        step = 1 if upper else -1
        turn: pl.Expr = pl.when(passes).then(edge + step - (high if upper else low)).otherwise(edge - (low if upper else high))
    else:
        passes = _decided(*_compared(test.operator, low, high, limit))
        turn = limit - pl.when(passes).then(high if upper else low).otherwise(low if upper else high)
    return frame.with_columns(
        (~applies | passes).alias(one.name),
        limit.alias(f"{one.name}.limit"),
        pl.when(applies & passes.is_not_null()).then(turn.cast(pl.Float64)).alias(f"{one.name}.turn"),
    ).drop("_edge", "_limit")


def _compared(operator: str, low: pl.Expr, high: pl.Expr, limit: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Where a measure between low and high certainly passes, and where it certainly fails."""
    pairs: Mapping[str, tuple[pl.Expr, pl.Expr]] = {
        "<": (high < limit, low >= limit),
        "<=": (high <= limit, low > limit),
        ">": (low > limit, high <= limit),
        ">=": (low >= limit, high < limit),
    }
    return pairs[operator]


def _decided(passes: pl.Expr, fails: pl.Expr) -> pl.Expr:
    """True where it certainly passes, false where it certainly fails, null between."""
    return pl.when(passes).then(True).when(fails).then(False)


def bounds(frame: pl.DataFrame, measure: str) -> tuple[pl.Expr, pl.Expr]:
    """The least and the most that the measure can be; the same where it is known."""
    at_most = f"{measure}{AT_MOST}"
    return pl.col(measure), pl.col(at_most) if at_most in frame.columns else pl.col(measure)


def _with_limit(frame: pl.DataFrame, one: Applied, law: PolicyOn, *, whole: bool) -> pl.DataFrame:
    """The frame with the limit of each whole unit, and the outermost whole number that still passes (`_edge`)."""
    test = one.test
    keys = [test.size, *([test.limit_on] if test.limit_on else [])]
    rows = []
    for row in frame.select(list(dict.fromkeys(keys))).unique(maintain_order=True).drop_nulls().iter_rows(named=True):
        size = int(row[test.size])
        then = law.policy.on(row[test.limit_on]) if test.limit_on else law
        limit = then.amount(test.limit, size) * (size if test.per == "head" else 1)
        rows.append({**row, "_limit": float(limit), "_edge": _edge(test.operator, limit) if whole else None})
    schema = {name: frame.schema[name] for name in keys} | {"_limit": pl.Float64(), "_edge": pl.Int64()}
    return frame.join(pl.DataFrame(rows, schema=schema), on=keys, how="left", maintain_order="left")


def _edge(operator: str, limit: Fraction) -> int:
    """The largest (or smallest) whole number that passes.

    >>> _edge("<", Fraction(78000)), _edge("<=", Fraction(78000)), _edge("<", Fraction(3705, 2))
    (77999, 78000, 1852)
    """
    edges = {"<": ceil(limit) - 1, "<=": floor(limit), ">": floor(limit) + 1, ">=": ceil(limit)}
    return edges[operator]


def _groups(tests: Sequence[Applied]) -> list[list[Applied]]:
    """The tests in their groups of alternatives; a test of its own is a group."""
    groups: dict[str, list[Applied]] = {}
    for one in tests:
        groups.setdefault(one.test.one_of or f"={one.test.code}", []).append(one)
    return list(groups.values())


def _any_of(group: Sequence[Applied]) -> pl.Expr:
    return pl.any_horizontal([pl.col(one.name) for one in group])


def _whole(tests: Sequence[Applied]) -> pl.Expr:
    """Every group of tests has one that passes; null while that hangs on an unknown."""
    return pl.all_horizontal([_any_of(group) for group in _groups(tests)]) if tests else pl.lit(True)


def _answer(frame: pl.DataFrame, benefit: Benefit, tests: Sequence[Applied], key: str, law: PolicyOn) -> pl.DataFrame:
    failed, met = names_where(tests, "failed"), pl.col(benefit.code)
    basis = "; ".join([law.basis_of(benefit.legal_basis) or "", *(one.basis for one in tests)])
    return frame.select(
        pl.col(key),
        benefit=pl.lit(benefit.code),
        order=pl.lit(benefit.order),
        result=result_of(benefit.code),
        failed=pl.when(met).then(pl.lit([], dtype=_NAMES)).otherwise(failed),
        open=pl.when(met).then(pl.lit([], dtype=_NAMES)).otherwise(names_where(tests, "open")),
        amount_month=pl.col(f"{benefit.code}.amount"),
        amount_at_least=pl.col(f"{benefit.code}.amount_at_least"),
        legal_basis=pl.lit("; ".join(dict.fromkeys(basis.split("; ")))),
        turns=pl.when(met).then(_nearest(tests)).when(~met).then(_all_failed(tests)).otherwise(pl.lit([], dtype=pl.List(TURN))),
    )


def _turn(one: Applied) -> pl.Expr:
    turn = pl.struct(test=pl.lit(one.test.code), measure=pl.lit(one.test.measure), change=pl.col(f"{one.name}.turn"))
    return pl.concat_list(turn.cast(TURN))


def _all_failed(tests: Sequence[Applied]) -> pl.Expr:
    """The change of each test that fails; of alternatives, of each (one of them suffices)."""
    lists = [
        pl.when((~_any_of(group) & ~pl.col(one.name)).fill_null(False)).then(_turn(one)).otherwise(_no_turn())
        for group in _groups(tests)
        for one in group
    ]
    return pl.concat_list(lists) if lists else _no_turn()


def _nearest(tests: Sequence[Applied]) -> pl.Expr:
    """The change of the passed test that lies nearest to its limit, in proportion to it, and on which its group hangs alone."""
    nearness = []
    for group in _groups(tests):
        for one in group:
            others = [pl.col(other.name) for other in group if other is not one]
            alone = ~pl.any_horizontal(others).fill_null(False) if others else pl.lit(True)
            share = (pl.col(f"{one.name}.turn") / pl.col(f"{one.name}.limit")).abs()
            nearness.append((one, pl.when(pl.col(one.name) & alone & share.is_finite()).then(share)))
    least = pl.min_horizontal([share for _, share in nearness]) if nearness else pl.lit(None, dtype=pl.Float64)
    nearest = _no_turn()
    for one, share in reversed(nearness):
        nearest = pl.when(share == least).then(_turn(one)).otherwise(nearest)
    return nearest


def _no_turn() -> pl.Expr:
    return pl.lit([], dtype=pl.List(TURN))
