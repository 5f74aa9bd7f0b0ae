"""X16: a disability subsidy without the valid certificate, the grade or the household that it requires (国发〔2015〕52号 §2)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.disability import care_amount, certificates_in_force
from targeting.eligibility.money import overpaid
from targeting.eligibility.situation import Situation


def lacks_the_certificate_required(situation: Situation) -> pl.DataFrame:
    """The certificate issued last to the person paid has expired, is cancelled, or has a grade with no or a lower amount.

    The living subsidy asks for a valid certificate of any grade, the care subsidy for one of the grades with an amount. A person
    for whom the register shows no certificate at all is unknown: the certificate may stand under another number.
    """
    cards = certificates_in_force(situation).rename({"level": "card_level"})
    personal = situation.subjects.filter(pl.col("benefit").is_in(["dis_living", "dis_care"]))
    frame = personal.join(cards, on="person_id", how="left").with_columns(level=pl.max_horizontal("level", "card_level"))
    care = pl.col("benefit") == "dis_care"
    entitled = pl.when(~pl.col("valid")).then(0).when(care).then(care_amount(situation, pl.col("grade")).fill_null(0))
    allowed = entitled.otherwise(pl.lit(situation.law.whole("dis_living.amount")))
    too_much = overpaid(pl.col("amount_month"), allowed)
    none_due = pl.col("valid").is_not_null() & (~pl.col("valid") | (care & care_amount(situation, pl.col("grade")).is_null()))
    lapsed = pl.when(~pl.col("valid")).then(pl.col("expires").dt.offset_by("1d"))
    return answers(
        frame,
        hit=pl.col("valid").is_not_null() & (none_due | (too_much > 0)),
        unknown={"no_record": pl.col("valid").is_null()},
        amount=too_much,
        effective_from=pl.max_horizontal(lapsed, pl.col("start_month")),
        detail={
            "grade": pl.col("grade"),
            "category": pl.col("category"),
            "state": pl.col("state"),
            "valid": pl.col("valid"),
            "expires": pl.col("expires"),
            "amount_for_grade_cents": pl.when("valid").then(allowed),
            "clears_if_valid_on": pl.when(~pl.col("valid")).then(pl.lit(situation.as_of)),
            "clears_if_grade_at_most": pl.when(pl.col("valid") & care).then(_gravest_for(situation, pl.col("amount_month"))),
            "clears_if_paid_at_most_cents": pl.when(pl.col("valid") & (allowed > 0)).then(allowed),
        },
    )


def _gravest_for(situation: Situation, paid: pl.Expr) -> pl.Expr:
    """The mildest grade whose care subsidy reaches what is paid; null where none does."""
    grade = pl.lit(None, dtype=pl.Int64)
    for row in sorted(situation.law.rows("dis_care.amounts"), key=lambda row: float(row["grade"])):
        grade = pl.when(paid <= row["cents"]).then(pl.lit(row["grade"], dtype=pl.Int64)).otherwise(grade)
    return grade
