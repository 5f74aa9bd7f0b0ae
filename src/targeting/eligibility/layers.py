"""One application, all layers: extreme hardship, dibao, margin, essential-expenditure hardship, else keep watching (DOMAIN §1.2).

Every family is tested against each declared layer in order, in one pass; it stands in the first that it meets. A layer above
that one that stays open (a register is silent) is told beside it. A family that meets none stands under `monitor` only where
every layer is certainly not met, otherwise under `unknown`: silence is not a refusal.
"""

import polars as pl

from targeting.eligibility.disability import certificates_in_force
from targeting.eligibility.income import EARNED, RECEIVED, income
from targeting.eligibility.means_test import AT_MOST, applied, first_met, judged, names_where, why
from targeting.eligibility.months import reference_months
from targeting.eligibility.need import family_means
from targeting.eligibility.situation import Situation, not_counted, once

MARGIN = "margin"
EVERYBODYS = "resident_pension"
_NAMES = pl.List(pl.String)

LAYERS: dict[str, pl.DataType] = {
    "household_id": pl.String(),
    "person_id": pl.String(),
    "members": pl.Int64(),
    "layer": pl.String(),
    "amount_month": pl.Int64(),
    "amount_at_least": pl.Int64(),
    "failed": _NAMES,
    "open": _NAMES,
    "open_layers": _NAMES,
    "single_cover": _NAMES,
    "level": pl.String(),
}
"""One family a row.

`person_id`: its head · `layer`: tekun, dibao, margin, rigid, monitor or unknown · `amount_month`: cents due in the layer, null
where it pays none or what counts is only bounded; `amount_at_least` then · `failed`: tests (`layer.test`) on which the layers
before it fail · `open`: tests that leave layers before it (`open_layers`) undecided · `single_cover`: members of a margin family
who may apply alone · `level`: weakest link.
"""

SHOWN_BY = {
    f"income{AT_MOST}": ("social_security",),
    "property_barred": ("property", "vehicle", "business"),
    "able_to_work": ("population", "disability"),
}
"""The registers that have to answer before a measure may be taken at its word."""


@once
def layers(situation: Situation) -> pl.DataFrame:
    """The layer in which each assessed family stands on the date, and why (LAYERS).

    Raises:
        ParameterNotInForce: a layer needs a value that the policy does not have on the date.
    """
    return classified(measures(situation), situation)


def classified(units: pl.DataFrame, situation: Situation) -> pl.DataFrame:
    """The layer of each family of these measures (LAYERS): those of `measures`, or what an office has accepted in their place."""
    law = situation.law
    declared = law.benefits()
    frame = judged(units, law=law, benefits=declared)
    tests = applied(law, declared)
    codes = [benefit.code for benefit in declared]
    layer, due, at_least = first_met(codes)
    place = pl.col("layer").replace_strict(codes, range(len(codes)), default=len(codes), return_dtype=pl.Int64)
    fails = {code: (place > order) & ~pl.col(code) for order, code in enumerate(codes)}
    stays_open = {code: (place > order) & pl.col(code).is_null() for order, code in enumerate(codes)}
    frame = frame.with_columns(layer=layer, amount_month=due, amount_at_least=at_least).with_columns(
        failed=pl.concat_list([_where(fails[code], names_where(tests[code], "failed")) for code in codes]),
        open=pl.concat_list([_where(stays_open[code], names_where(tests[code], "open")) for code in codes]),
        open_layers=pl.concat_list([_where(stays_open[code], _names(code)) for code in codes]),
    )
    alone = _single_cover(situation)
    return (
        frame.join(alone, on="household_id", how="left")
        .with_columns(single_cover=pl.when(pl.col("layer") == MARGIN).then("alone").fill_null(_names()))
        .select(*LAYERS)
        .cast(pl.Schema(LAYERS))
        .sort("household_id")
    )


def layer_tests(situation: Situation, households: pl.Series | None = None) -> pl.DataFrame:
    """Why: one row a family and test of every layer, with value, limit, the change that would turn it, and the articles.

    `households`: only these; columns as `means_test.why`, by household_id.
    """
    units = measures(situation)
    if households is not None:
        units = units.filter(pl.col("household_id").is_in(households.implode()))
    return why(units, key="household_id", law=situation.law)


@once
def measures(situation: Situation) -> pl.DataFrame:
    """What the layers test, one row a family: `income` and `income_at_most` (cents a month), `property_barred`, `able_to_work`,
    `able_supporter`, `hard_expenditure_share`; null where no register here can tell.

    Income is bounded from above where every adult is accounted for, and nobody has only the pension that everybody of age draws,
    unless disabled or in a family at which an office has looked: it says nothing of what else a person lives on (DOMAIN G27).
    """
    means = family_means(situation).join(_bounds(situation), on="household_id", how="left")
    means = means.join(_silent_adults(situation), on="household_id", how="left")
    looked_at = pl.col("recognised") | pl.col("on_dibao") | pl.col("fell_out").is_not_null()
    silent = (pl.col("silent").fill_null(0) > 0) & ~looked_at
    open_above = (pl.col("unaccounted") > 0) | silent | pl.col("unbounded").fill_null(False)
    units = means.with_columns(
        pl.col("income").cast(pl.Int64) - pl.col("only_at_most").fill_null(0),
        pl.when(~open_above).then(pl.col("income").cast(pl.Int64)).alias(f"income{AT_MOST}"),
        property_barred=pl.when("barred").then(True).when(~pl.col("in_doubt")).then(False),
    ).join(_able_to_work(situation), on="household_id", how="left")
    asked = {name for benefit in situation.law.benefits() for name in benefit.measures}
    unheld = sorted(asked - set(units.columns))
    return units.with_columns(pl.lit(None, dtype=_type_of(name, situation)).alias(name) for name in unheld)


def as_covered(units: pl.DataFrame, coverage: pl.DataFrame) -> pl.DataFrame:
    """The measures as far as registers answered (COVERAGE): what a silent one would have shown is not known to be nothing (G27).

    Without the insurance register income has no upper bound; without one on property a family is only known to be barred; without
    the certificates nobody is known to be able to work.
    """
    answered = set(coverage.filter(pl.col("answer") == "answered")["register"])
    silent = {measure for measure, registers in SHOWN_BY.items() if not answered.issuperset(registers)}
    unknown = {
        f"income{AT_MOST}": pl.lit(None, dtype=pl.Int64),
        "property_barred": pl.when("property_barred").then(True),
        "able_to_work": pl.when(~pl.col("able_to_work")).then(False),
    }
    return units.with_columns(unknown[measure].alias(measure) for measure in sorted(silent))


def _type_of(measure: str, situation: Situation) -> pl.DataType:
    """Yes or no where tests ask "is", else a number."""
    tests = [test for benefit in situation.law.benefits() for test in benefit.tests]
    asked = any(test.operator == "is" and test.column == measure for test in tests)
    yes_no = asked or any(measure in (test.if_true, test.if_false) for test in tests)
    return pl.Boolean() if yes_no else pl.Date() if any(measure == test.limit_on for test in tests) else pl.Float64()


def _names(*codes: str) -> pl.Expr:
    return pl.lit(list(codes), dtype=_NAMES)


def _where(condition: pl.Expr, names: pl.Expr) -> pl.Expr:
    """The names where the condition holds, else none."""
    return pl.when(condition.fill_null(False)).then(names).otherwise(_names())


def _people(situation: Situation) -> pl.DataFrame:
    """The members who count, with age and the certificate in force."""
    cards = certificates_in_force(situation).filter("valid").select("person_id", "grade", "category")
    members = situation.families.filter(~not_counted())
    return members.select("household_id", "person_id", "age").join(cards, on="person_id", how="left")


def _able_to_work(situation: Situation) -> pl.DataFrame:
    """Whether a member is able to work by the rule for extreme hardship: household_id, able_to_work (特困人员认定办法 art. 5)."""
    law = situation.law
    child = pl.col("age") < law.whole("tekun.work_from_years")
    old = pl.col("age") >= law.whole("household.elderly_from_years")
    disabled = _certified("tekun.unable_disabilities", situation)
    able = pl.when(child | old | disabled).then(False).when(pl.col("age").is_not_null()).then(True)
    return _people(situation).group_by("household_id").agg(able_to_work=able.any(ignore_nulls=False))


def _single_cover(situation: Situation) -> pl.DataFrame:
    """The members who may apply alone where the family is a margin one: household_id, alone (最低生活保障审核确认办法 art. 8)."""
    holders = _people(situation).filter(_certified("single_cover.disabilities", situation)).sort("household_id", "person_id")
    return holders.group_by("household_id", maintain_order=True).agg(alone="person_id")


def _certified(table: str, situation: Situation) -> pl.Expr:
    """The certificate is of one of the categories of the table, up to its grade."""
    rows = situation.law.rows(table)
    category = pl.col("category")
    fits = [
        (pl.lit(row["category"] == "any") | (category == row["category"])) & (pl.col("grade") <= row["up_to_grade"])
        for row in rows
    ]
    return pl.any_horizontal(fits).fill_null(False) if fits else pl.lit(False)


def _silent_adults(situation: Situation) -> pl.DataFrame:
    """How many of each family have no record of what they live on but everybody's pension, and no disability that explains it:
    household_id, silent.
    """
    received = income(situation).filter(pl.col("source").is_in([*EARNED, *RECEIVED]))
    only = received.group_by("person_id").agg(only=(pl.col("text") == EVERYBODYS).fill_null(False).all()).filter("only")
    people = _people(situation).filter(~_certified("single_cover.disabilities", situation))
    return people.join(only, on="person_id", how="semi").group_by("household_id").agg(silent=pl.len())


def _bounds(situation: Situation) -> pl.DataFrame:
    """What contribution bases leave open: household_id, `only_at_most` (cents a month that are an upper bound), `unbounded`.

    A base at the floor says that there is a job and bounds its pay from above; one at the cap, or an unknown amount, from below.
    """
    months = len(reference_months(situation))
    members = situation.families.filter(~not_counted()).select("household_id", "person_id")
    return (
        income(situation)
        .join(members, on="person_id")
        .group_by("household_id")
        .agg(
            only_at_most=(pl.col("counted").filter(pl.col("bound") == "upper").sum() / months).floor().cast(pl.Int64),
            unbounded=((pl.col("bound") == "lower").fill_null(False) | pl.col("amount").is_null()).any(),
        )
    )
