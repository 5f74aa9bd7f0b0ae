"""U02: severe disability in a margin household without single-person coverage (最低生活保障审核确认办法 art. 8)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.disability import certificates_in_force, is_certified
from targeting.eligibility.layers import MARGIN, layers
from targeting.eligibility.means_test import UNKNOWN
from targeting.eligibility.need import family_means, known_members
from targeting.eligibility.situation import DIBAO, Situation


def is_severely_disabled_in_a_margin_household_without_single_cover(situation: Situation) -> pl.DataFrame:
    """A member with a certificate that counts lives in a margin household, and nobody of the family draws dibao.

    A margin household: an office has recognised it (a living subsidy or a margin award is paid), or the registers place the
    family there. What is due is the standard for one person less own income.
    """
    standard = situation.law.whole("dibao.standard")
    certified = is_certified(situation, "single_cover.disabilities")
    cards = certificates_in_force(situation).filter("valid", certified).rename({"level": "card_level"}).drop("facts")
    means = family_means(situation).filter(~pl.col("on_dibao"))
    placed = layers(situation).select("household_id", "layer", "failed")
    told = pl.col("told").fill_null(pl.lit([], dtype=pl.List(pl.String)))
    frame = (
        cards.join(known_members(situation).select("household_id", "person_id", "level", "income"), on="person_id")
        .join(means.select("household_id", "members", "recognised", "in_doubt", told="facts", family="income"), on="household_id")
        .join(placed, on="household_id")
        .with_columns(
            subject_kind=pl.lit("person"),
            subject=pl.col("person_id"),
            benefit=pl.lit(DIBAO),
            level=pl.max_horizontal("level", "card_level"),
            facts=pl.concat_list("fact", told).list.unique().list.sort(),
        )
    )
    owed = (standard - pl.col("income")).clip(0, None)
    too_much = pl.col("failed").list.contains("margin.income") | pl.col("failed").list.contains("margin.property")
    margin = pl.col("recognised") | (pl.col("layer") == MARGIN)
    possible = (owed > 0) & ~too_much
    return answers(
        frame,
        hit=possible & margin & ~pl.col("in_doubt"),
        unknown={"doubtful": possible & pl.col("in_doubt"), "no_record": possible & (pl.col("layer") == UNKNOWN)},
        amount=owed,
        effective_from=pl.col("issued"),
        detail={
            "grade": pl.col("grade"),
            "category": pl.col("category"),
            "members": pl.col("members"),
            "own_income_cents": pl.col("income"),
            "family_income_cents": pl.col("family"),
            "margin_cents": pl.col("members") * situation.law.whole("margin.line"),
            "standard_cents": pl.lit(standard),
            "recognised": pl.col("recognised"),
            "clears_if_own_income_at_least_cents": pl.lit(standard),
        },
    )
