"""X26: the office's periodic review of an award is overdue (最低生活保障审核确认办法 art. 31)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.disability import severely_disabled
from targeting.eligibility.situation import Situation


def has_not_been_reviewed_in_time(situation: Situation) -> pl.DataFrame:
    """The award has been neither granted nor reviewed within the interval: half a year where a member can work, else a year.

    Says nothing of the household, only of the office's own duty. A review that was held and may not be entered yet is unknown.
    The register says nothing of the time before its first review: no interval begins earlier, and none where it has no review.
    """
    law = situation.law
    held = situation.history.filter(pl.col("kind") == "review").with_columns(
        case_no=pl.col("detail").str.json_path_match("$.case_no")
    )
    last = (
        held.sort("case_no", "valid_from", "row")
        .unique("case_no", keep="last", maintain_order=True)
        .select("case_no", reviewed_on="valid_from", review_fact="fact_id", their_level="level")
    )
    begins = held["valid_from"].min()
    listing = situation.of("benefit").select("person_id", "fact_id", case_no=pl.col("detail").str.json_path_match("$.case_no"))
    granted = listing.group_by("case_no").agg(listed_facts=pl.col("fact_id").sort())
    frame = (
        situation.dibao()
        .join(last, on="case_no", how="left")
        .join(granted, on="case_no", how="left")
        .join(_able_to_work(situation), on="subject", how="left")
        .with_columns(
            able=pl.col("able").fill_null(0),
            looked_at=pl.max_horizontal("reviewed_on", "start_month", pl.lit(begins, dtype=pl.Date)),
            facts=pl.when(pl.col("review_fact").is_not_null())
            .then(pl.concat_list("review_fact"))
            .otherwise(pl.col("listed_facts").list.head(1)),
        )
    )
    often = pl.lit(law.whole("review.interval_months_able_to_work"))
    months = pl.when(pl.col("able") > 0).then(often).otherwise(pl.lit(law.whole("review.interval_months")))
    due_by = pl.col("looked_at").dt.offset_by(pl.format("{}mo", months))
    entered_by = due_by.dt.offset_by(f"{law.whole('review.entered_within_days')}d")
    return answers(
        frame,
        hit=(entered_by < situation.as_of) & pl.lit(begins is not None),
        unknown={
            "doubtful": due_by < situation.as_of,
            "no_record": pl.col("looked_at").is_null() | pl.lit(begins is None),
        },
        effective_from=due_by.dt.offset_by("1d"),
        detail={
            "reviewed_on": pl.col("reviewed_on"),
            "granted_on": pl.col("start_month"),
            "interval_months": months,
            "able_to_work": pl.col("able"),
            "review_due_by": due_by,
            "clears_if_reviewed_from": pl.lit(situation.as_of)
            .dt.offset_by(f"-{law.whole('review.entered_within_days')}d")
            .dt.offset_by(pl.format("-{}mo", months)),
        },
    )


def _able_to_work(situation: Situation) -> pl.DataFrame:
    """How many people of each award are of working age and not severely disabled: subject, able."""
    law = situation.law
    born = situation.of("birth").group_by("person_id").agg(born=pl.col("valid_from").min())
    of_age = pl.col("born").dt.offset_by(f"{law.minor_below_years}y") <= situation.as_of
    not_old = pl.col("born").dt.offset_by(f"{law.whole('household.elderly_from_years')}y") > situation.as_of
    return (
        situation.people.filter("counted")
        .join(born, on="person_id")
        .join(severely_disabled(situation).select("person_id"), on="person_id", how="anti")
        .filter(of_age, not_old)
        .group_by("subject")
        .agg(able=pl.len().cast(pl.Int64))
    )
