"""M02: a disability subsidy that is due and not paid (国发〔2015〕52号 §2; 民发〔2022〕79号: find the entitled)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.disability import care_amount, certificates_in_force
from targeting.eligibility.situation import DIBAO, Situation, not_counted


def is_entitled_to_a_disability_subsidy_and_unpaid(situation: Situation) -> pl.DataFrame:
    """A registered person holds a valid certificate and does not draw the subsidy that it entitles to.

    Care subsidy: a grade with an amount. Living subsidy: any grade, in a family that receives dibao; whether another family is a
    margin household no register says, so there the answer is unknown.
    """
    cards = certificates_in_force(situation).filter("valid").rename({"level": "card_level"})
    members = situation.families.filter(~not_counted())
    people = cards.join(members.select("person_id", "household_id", "level"), on="person_id")
    return pl.concat([_care(situation, people), _living(situation, people)])


def _care(situation: Situation, people: pl.DataFrame) -> pl.DataFrame:
    amount = care_amount(situation, pl.col("grade"))
    frame = _unpaid(situation, people.filter(amount.is_not_null()), "dis_care")
    return answers(
        frame,
        hit=pl.lit(True),
        amount=amount,
        effective_from=pl.col("issued"),
        detail={"grade": pl.col("grade"), "category": pl.col("category"), "expires": pl.col("expires"), **_clears(situation)},
    )


def _living(situation: Situation, people: pl.DataFrame) -> pl.DataFrame:
    awards = situation.paid.filter(pl.col("benefit") == DIBAO)
    listed = awards.select("person_id").unique().with_columns(on_dibao=pl.lit(True))
    frame = _unpaid(situation, people, "dis_living").join(listed, on="person_id", how="left")
    on_dibao = pl.col("on_dibao").fill_null(False)
    return answers(
        frame,
        hit=on_dibao,
        unknown={"no_record": ~on_dibao},
        amount=pl.lit(situation.law.whole("dis_living.amount")),
        effective_from=pl.col("issued"),
        detail={
            "grade": pl.col("grade"),
            "category": pl.col("category"),
            "expires": pl.col("expires"),
            "on_dibao": on_dibao,
            **_clears(situation),
        },
    )


def _clears(situation: Situation) -> dict[str, pl.Expr]:
    """It clears when the subsidy runs in the month, or the certificate had lapsed or was cancelled by the date."""
    return {"clears_if_paid_in": pl.lit(situation.month), "clears_if_not_valid_on": pl.lit(situation.as_of)}


def _unpaid(situation: Situation, people: pl.DataFrame, benefit: str) -> pl.DataFrame:
    """The people who do not draw the benefit, as subjects."""
    paid = situation.paid.filter(pl.col("benefit") == benefit).select("person_id").unique()
    return people.join(paid, on="person_id", how="anti").with_columns(
        subject_kind=pl.lit("person"),
        subject=pl.col("person_id"),
        benefit=pl.lit(benefit),
        facts=pl.concat_list("fact"),
        level=pl.max_horizontal("level", "card_level"),
    )
