"""X11: an active business beyond a small one-person trade (local rule; DOMAIN §3.1: role by state and capital)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.property import business_effects
from targeting.eligibility.situation import Situation


def runs_a_business_beyond_the_rule(situation: Situation) -> pl.DataFrame:
    """A member is the legal representative or owner of an active business other than a one-person trade with petty capital.

    Numbers are used by others without the owner's knowledge: what would clear it names the register's own procedure.
    """
    people = situation.people.filter("counted").join(situation.dibao().select("subject"), on="subject", how="semi")
    judged = business_effects(situation, people.select("subject", "person_id", "level"), group="subject")
    businesses = judged.group_by("subject").agg(
        barred=(pl.col("effect") == "veto").sum(),
        to_review=(pl.col("effect") == "review").sum(),
        about=pl.col("person_id").sort_by(pl.col("effect") != "veto", "person_id").first(),
        since=pl.col("valid_from").filter(pl.col("effect") == "veto").min(),
        capital=pl.col("value").filter(pl.col("effect") == "veto").max(),
        facts=pl.col("fact_id").filter(pl.col("effect") != "ignore").sort(),
        level=pl.col("level").filter(pl.col("effect") == "veto").max(),
    )
    frame = (
        situation.dibao()
        .drop("level")
        .join(businesses, on="subject", how="left")
        .with_columns(person_id=pl.coalesce("about", "person_id"))
    )
    return answers(
        frame,
        hit=pl.col("barred") > 0,
        unknown={"doubtful": pl.col("to_review") > 0, "unresolved": pl.col("unresolved") > 0},
        amount=pl.col("amount_month"),
        effective_from=pl.max_horizontal("since", "start_month"),
        detail={
            "businesses": pl.col("barred"),
            "businesses_to_review": pl.col("to_review"),
            "capital_cents": pl.col("capital").cast(pl.Int64),
            "capital_limit_cents": pl.lit(situation.law.whole("business.petty_capital_up_to")),
            "clears_if_businesses": pl.lit(0),
        },
    )
