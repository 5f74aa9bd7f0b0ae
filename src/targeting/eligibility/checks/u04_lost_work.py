"""U04: insured work ended months ago, none since, and the family is low on record (民发〔2022〕83号 §2(1), §3(3))."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.money import due
from targeting.eligibility.need import family_means, known_members, lost_jobs
from targeting.eligibility.situation import DIBAO, Situation


def is_out_of_work_without_any_benefit(situation: Situation) -> pl.DataFrame:
    """Somebody of working age lost insured work at least three months ago; no job, pension or unemployment benefit is on record.

    The family is on no award, and without what that job paid its income on record lies below the margin line. What is due by the
    mean of the reference period is the amount; where that is nothing yet, temporary aid may be, and the amount is not known.
    """
    law = situation.law
    months = law.whole("outreach.job_ended_from_months")
    line = pl.col("members") * law.whole("margin.line")
    members = known_members(situation)
    now = members.group_by("household_id").agg(income_now=pl.col("income").filter(pl.col("jobs_lost") == 0).sum())
    lost = members.join(lost_jobs(situation).select("person_id", "ended"), on="person_id")
    who = lost.sort("household_id", "ended", "person_id").group_by("household_id", maintain_order=True)
    latest = who.agg(pl.col("person_id").last(), pl.col("ended").last(), facts=pl.col("job"), level_lost=pl.col("level").max())
    frame = (
        family_means(situation)
        .drop("person_id", "facts")
        .filter(~pl.col("in_layer"))
        .join(latest, on="household_id")
        .join(now, on="household_id")
        .with_columns(subject_kind=pl.lit("household"), subject=pl.col("household_id"), benefit=pl.lit(DIBAO))
        .with_columns(level=pl.max_horizontal("level", "level_lost"))
    )
    owed = due(situation, pl.col("members"), pl.col("income"))
    low = (pl.col("income_now") < line) & ~pl.col("barred")
    return answers(
        frame,
        hit=low & ~pl.col("in_doubt"),
        unknown={"doubtful": low & pl.col("in_doubt")},
        amount=pl.when(owed > 0).then(owed),
        effective_from=pl.col("ended").dt.offset_by("1d"),
        detail={
            "members": pl.col("members"),
            "job_ended": pl.col("ended"),
            "out_of_work": pl.col("jobs_lost"),
            "income_cents": pl.col("income_now"),
            "margin_cents": line,
            "adults_without_record": pl.col("unaccounted"),
            "clears_if_insured_until": pl.lit(situation.month).dt.offset_by(f"-{months - 1}mo"),
        },
    )
