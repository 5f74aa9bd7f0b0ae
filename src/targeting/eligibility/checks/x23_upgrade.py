"""X23: a certificate rose to a paid grade shortly after the assessment before (国发〔2015〕52号 §2; DOMAIN §3.1).

Of a person it is no more than a reason to read both assessments. Issuers are compared as groups (`certificate_groups`).
"""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.disability import care_amount
from targeting.eligibility.situation import Situation


def rose_to_a_paid_grade_at_short_interval(situation: Situation) -> pl.DataFrame:
    """The certificate that the care subsidy rests on has a paid grade, and an unpaid one had been issued shortly before it.

    Illness gets worse: the finding informs and says nothing of the amount.
    """
    months = situation.law.whole("disability.regrade_interval_months")
    cards = situation.history.filter(
        (pl.col("kind") == "certificate") & (pl.col("valid_from") <= situation.as_of) & pl.col("value").is_not_null()
    )
    newest = (
        cards.sort("person_id", "valid_from", "row")
        .with_columns(
            before=pl.col("value").shift(1).over("person_id"),
            issued_before=pl.col("valid_from").shift(1).over("person_id"),
            fact_before=pl.col("fact_id").shift(1).over("person_id"),
            their_level=pl.col("level").max().over("person_id"),
        )
        .unique("person_id", keep="last", maintain_order=True)
        .select(
            "person_id",
            "before",
            "issued_before",
            "fact_before",
            "their_level",
            grade="value",
            issued="valid_from",
            fact="fact_id",
        )
    )
    frame = (
        situation.subjects.filter(pl.col("benefit") == "dis_care")
        .join(newest, on="person_id", how="left")
        .with_columns(facts=pl.concat_list("fact_before", "fact").list.drop_nulls())
        .with_columns(level=pl.max_horizontal("level", "their_level"))
    )
    rose = care_amount(situation, pl.col("grade")).is_not_null() & care_amount(situation, pl.col("before")).is_null()
    short = pl.col("issued_before").dt.offset_by(f"{months}mo") > pl.col("issued")
    return answers(
        frame,
        hit=pl.col("before").is_not_null() & rose & short,
        unknown={"no_record": pl.col("grade").is_null()},
        effective_from=pl.max_horizontal("issued", "start_month"),
        detail={
            "grade": pl.col("grade").cast(pl.Int64),
            "grade_before": pl.col("before").cast(pl.Int64),
            "issued": pl.col("issued"),
            "issued_before": pl.col("issued_before"),
            "interval_months": pl.lit(months),
            "clears_if_assessed_by": pl.col("issued").dt.offset_by(f"-{months}mo"),
        },
    )
