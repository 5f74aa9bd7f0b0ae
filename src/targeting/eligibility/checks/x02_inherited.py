"""X02: the account of a deceased person's award receives another award of the same benefit (DOMAIN §3.1: benefit "inherited")."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.situation import Situation


def follows_a_deceased_person_on_the_account(situation: Situation) -> pl.DataFrame:
    """The award began after a death, on the account of the deceased person's ended award, on which nobody of it stood.

    A spouse keeps the account that was the couple's: unknown. Who takes over may be entitled, so no amount is known.
    """
    followed = _followed(situation)
    frame = (
        situation.subjects.join(followed, on="subject", how="left")
        .with_columns(level=pl.max_horizontal("level", "their_level"))
        .with_columns(facts=pl.col("facts").fill_null(pl.lit([], dtype=pl.List(pl.String))))
    )
    met = pl.col("died").is_not_null()
    return answers(
        frame,
        hit=met & ~pl.col("spouse"),
        unknown={"doubtful": met, "unresolved": pl.col("unresolved") > 0},
        effective_from=pl.col("start_month"),
        detail={
            "died": pl.col("died"),
            "earlier_award": pl.col("other_award"),
            "clears_if_began_by": pl.col("died").dt.month_start(),
        },
    )


def _followed(situation: Situation) -> pl.DataFrame:
    """Each award with the latest death before it on its account: subject, died, other_award, spouse, facts, their_level."""
    deaths = (
        situation.of("death")
        .group_by("person_id")
        .agg(died=pl.col("valid_from").min(), death_facts=pl.col("fact_id").sort(), their_level=pl.col("level").max())
    )
    ended = situation.history.filter(pl.col("kind") == "ended_benefit").select(
        dead="person_id",
        ended_fact="fact_id",
        other_award=pl.format("{}:{}", "text", pl.col("detail").str.json_path_match("$.case_no")),
    )
    began = situation.subjects.select("subject", "start_month")
    met = (
        situation.ties.filter(pl.col("kind") == "account_of_ended_award")
        .select("subject", "other_award")
        .join(ended, on="other_award")
        .join(situation.people.select("subject", dead="person_id", stood=pl.lit(True)), on=["subject", "dead"], how="left")
        .filter(~pl.col("stood").fill_null(False).any().over("subject", "other_award"))
        .join(deaths, left_on="dead", right_on="person_id")
        .join(began, on="subject")
        .filter(pl.col("died").dt.month_start() < pl.col("start_month"))
    )
    wed = situation.history.filter(pl.col("kind") == "marriage").select("person_id", dead="text")
    couples = situation.people.select("subject", "person_id").join(wed, on="person_id").select("subject", "dead").unique()
    return (
        met.join(couples.with_columns(spouse=pl.lit(True)), on=["subject", "dead"], how="left")
        .sort("subject", "died", "other_award", "dead")
        .group_by("subject", maintain_order=True)
        .agg(
            pl.col("died").last(),
            pl.col("other_award").last(),
            pl.col("their_level").last(),
            spouse=pl.col("spouse").fill_null(False).any(),
            facts=pl.concat_list("death_facts", "ended_fact").last(),
        )
    )
