"""U06: an eligible member is left out of a family's award (民发〔2022〕83号 §1(1): covering only some members is forbidden)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.need import known_members
from targeting.eligibility.situation import DIBAO, Situation


def leaves_out_an_eligible_member(situation: Situation) -> pl.DataFrame:
    """Somebody of the assessed family is on no dibao award, and counting them raises what is due.

    At stake: the standard for each person left out less their income on record. Where an adult left out has no record of income
    the answer is unknown, also for a spouse, who counts in any case (X05 asks). Where their income on record leaves nothing more
    to pay it is clear.
    """
    standard = situation.law.whole("dibao.standard")
    awards = situation.dibao()
    on_dibao = situation.paid.filter(pl.col("benefit") == DIBAO).select("person_id").unique()
    known = known_members(situation).select("person_id", "income", "unaccounted", in_family="relation")
    left = (
        situation.people.filter(~pl.col("listed"), pl.col("counted"))
        .join(awards.select("subject"), on="subject", how="semi")
        .join(on_dibao, on="person_id", how="anti")
        .join(known, on="person_id")
    )
    births = situation.of("birth").group_by("person_id").agg(birth=pl.col("fact_id").min(), born=pl.col("valid_from").max())
    out = (
        left.join(births, on="person_id", how="left")
        .sort("subject", "born", "person_id", descending=[False, True, False])
        .group_by("subject", maintain_order=True)
        .agg(
            left_out=pl.len().cast(pl.Int64),
            about=pl.col("person_id").first(),
            relation=pl.col("in_family").first(),
            youngest=pl.col("born").max(),
            income=pl.col("income").sum(),
            lacking=(pl.col("unaccounted") > 0).any(),
            facts=pl.col("birth").drop_nulls().sort(),
            weakest=pl.col("level").max(),
        )
    )
    frame = awards.join(out, on="subject", how="left").with_columns(
        level=pl.max_horizontal("level", "weakest"), person_id=pl.coalesce("about", "person_id")
    )
    more = pl.col("left_out") * standard - pl.col("income")
    raised = (more > 0) & (pl.col("unresolved") == 0)
    return answers(
        frame,
        hit=raised & ~pl.col("lacking"),
        unknown={"unresolved": pl.col("unresolved") > 0, "no_record": raised & pl.col("lacking")},
        amount=more,
        effective_from=pl.max_horizontal("youngest", "start_month"),
        detail={
            "left_out": pl.col("left_out"),
            "relation": pl.col("relation"),
            "standard_cents": pl.lit(standard),
            "members_listed": pl.col("members_listed"),
            "income_left_out_cents": pl.col("income"),
            "clears_if_income_left_out_at_least_cents": pl.col("left_out") * standard,
        },
    )
