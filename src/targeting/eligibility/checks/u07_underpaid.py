"""U07: less is paid than is due on what was declared (最低生活保障审核确认办法 art. 13, 23; 国发〔2015〕52号 §2)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.disability import care_amount, certificates_in_force
from targeting.eligibility.income import observed
from targeting.eligibility.situation import DIBAO, Situation


def pays_less_than_is_due(situation: Situation) -> pl.DataFrame:
    """An award pays less than its own declaration, or the grade of the certificate, gives.

    An old standard, a wrong size, wrong arithmetic, or a payment taken for income that is none. Dibao: standard × members listed
    less declared income, on totals, beyond rounding; of a declared pension the part that does not count is given back. A subsidy:
    the amount for the grade of the certificate in force.
    """
    return pl.concat([_dibao(situation), _subsidies(situation)])


def _dibao(situation: Situation) -> pl.DataFrame:
    law = situation.law
    standard, rounding = law.whole("dibao.standard"), law.whole("award.rounding")
    listed = situation.people.filter("listed", "counted").join(_not_income(situation), on="person_id", how="left")
    taken = pl.when((pl.col("declared") - pl.col("gross")).abs() <= rounding).then("not_counted").fill_null(0)
    size = listed.group_by("subject").agg(
        listed=pl.len().cast(pl.Int64),
        declared_total=pl.col("declared").sum(),
        undeclared=pl.col("declared").is_null().any(),
        taken=taken.sum(),
        pensions=pl.col("pension_facts").filter(taken > 0).explode().drop_nulls(),
    )
    said = situation.of("declared_income").filter(pl.col("text") == DIBAO)
    rows = situation.of("benefit").filter(pl.col("text") == DIBAO)
    case = pl.concat_str(pl.lit(f"{DIBAO}:"), pl.col("detail").str.json_path_match("$.case_no"))
    told = pl.concat([said, rows]).group_by(subject=case).agg(roll=pl.col("fact_id").unique().sort())
    frame = (
        situation.dibao()
        .join(size, on="subject", how="left")
        .join(told, on="subject", how="left")
        .with_columns(facts=_lists("roll", "pensions"))
    )
    by_declaration = pl.col("listed") * standard - pl.col("declared_total")
    owed = by_declaration + pl.col("taken")
    short = owed - pl.col("amount_month")
    known = (pl.col("unresolved") == 0) & ~pl.col("undeclared") & pl.col("amount_month").is_not_null()
    return answers(
        frame,
        hit=known & (short > rounding),
        unknown={"unresolved": pl.col("unresolved") > 0, "no_record": ~known},
        amount=short,
        effective_from=pl.col("start_month"),
        detail={
            "cause": _cause(situation, by_declaration - pl.col("amount_month")),
            "members": pl.col("listed"),
            "standard_cents": pl.lit(standard),
            "declared_cents": pl.col("declared_total"),
            "paid_cents": pl.col("amount_month"),
            "due_cents": owed,
            "not_income_cents": pl.col("taken"),
            "clears_if_paid_at_least_cents": owed - rounding,
        },
    )


def _cause(situation: Situation, short: pl.Expr) -> pl.Expr:
    """Why an award is `short` of its declaration: it fits an earlier standard, or fewer people than are listed, else arithmetic.

    One that is short only by what is no income says that.
    """
    now, rounding = situation.law.whole("dibao.standard"), situation.law.whole("award.rounding")
    fewer = (short / now).round()
    lacking = (fewer >= 1) & (fewer < pl.col("listed")) & ((short - fewer * now).abs() <= rounding)
    cause = pl.when(lacking).then(pl.lit("wrong_size")).otherwise(pl.lit("arithmetic"))
    for standard in _earlier_standards(situation):
        fits = (short - pl.col("listed") * (now - standard)).abs() <= rounding
        cause = pl.when(fits).then(pl.lit("old_standard")).otherwise(cause)
    return pl.when(short <= rounding).then(pl.lit("not_income")).otherwise(cause)


def _earlier_standards(situation: Situation) -> list[int]:
    """The standards in force before the present one."""
    law = situation.law
    begun = [value.effective_from for value in law.policy.parameter("dibao.standard").values]
    earlier = {law.policy.on(day).whole("dibao.standard") for day in begun if day < law.value("dibao.standard").effective_from}
    return sorted(earlier - {law.whole("dibao.standard")})


def _not_income(situation: Situation) -> pl.DataFrame:
    """What a person receives this month (`gross`) and how much of it is no income: person_id, not_counted, pension_facts."""
    received = observed(situation).filter(
        (pl.col("month") == situation.month) & pl.col("source").is_in(["pension", "veterans_allowance"])
    )
    return (
        received.group_by("person_id")
        .agg(
            gross=pl.when(pl.col("amount").is_not_null().all()).then(pl.col("amount").sum()),
            not_counted=(pl.col("amount") - pl.col("counted")).sum(),
            pension_facts=pl.col("fact").sort(),
        )
        .filter(pl.col("not_counted") > 0)
    )


def _lists(*names: str) -> pl.Expr:
    """The lists of facts in one, each fact once, in order."""
    nothing = pl.lit([], dtype=pl.List(pl.String))
    return pl.concat_list([pl.col(name).fill_null(nothing) for name in names]).list.unique().list.sort()


def _subsidies(situation: Situation) -> pl.DataFrame:
    """Awards of a disability subsidy against the amount for the certificate in force; without one, X16 answers."""
    cards = certificates_in_force(situation).rename({"level": "card_level"}).drop("facts")
    personal = situation.subjects.filter(pl.col("benefit").is_in(["dis_living", "dis_care"]))
    frame = personal.join(cards, on="person_id", how="left").with_columns(
        level=pl.max_horizontal("level", "card_level"),
        facts=pl.when(pl.col("fact").is_not_null()).then(pl.concat_list("fact")),
    )
    living = pl.lit(situation.law.whole("dis_living.amount"), dtype=pl.Int64)
    amount = pl.when(pl.col("benefit") == "dis_care").then(care_amount(situation, pl.col("grade"))).otherwise(living)
    short = amount - pl.col("amount_month")
    return answers(
        frame,
        hit=pl.col("valid") & (short > 0),
        unknown={"no_record": pl.col("valid").is_null() | pl.col("amount_month").is_null()},
        amount=short,
        effective_from=pl.max_horizontal("issued", "start_month"),
        detail={
            "cause": pl.lit("grade_amount"),
            "grade": pl.col("grade"),
            "category": pl.col("category"),
            "paid_cents": pl.col("amount_month"),
            "due_cents": amount,
            "clears_if_paid_at_least_cents": amount,
        },
    )
