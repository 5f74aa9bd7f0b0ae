"""X09: more dwellings by share, and more floor area by share a head, than the rule allows (最低生活保障审核确认办法 art. 14)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.property import home_holdings
from targeting.eligibility.situation import Situation


def owns_more_than_one_home(situation: Situation) -> pl.DataFrame:
    """The family's shares of dwellings reach the limit, and so does its floor area a head.

    Below either limit the family stays within the rule. Each dwelling counts once and at most whole. One that the register notes
    as gone does not count; one that may be gone, or whose share or area the register lacks, gives no finding where the answer
    hangs on it.
    """
    share_limit = situation.law.number("dwelling.share_limit_below")
    area_limit = situation.law.number("dwelling.area_limit_below")
    people = situation.people.filter("counted").join(situation.dibao().select("subject"), on="subject", how="semi")
    homes = home_holdings(situation, people.select("subject", "person_id", "level"), group="subject")
    frame = (
        situation.dibao()
        .drop("level")
        .join(homes, on="subject", how="left")
        .with_columns(person_id=pl.coalesce("about", "person_id"))
    )
    area_a_head = pl.col("area") / pl.col("members")
    over = (pl.col("shares") >= share_limit) & (area_a_head >= area_limit)
    may_be = (pl.col("shares_at_most") >= share_limit) & (
        (pl.col("area_at_most") / pl.col("members") >= area_limit) | pl.col("area_missing")
    )
    return answers(
        frame,
        hit=over,
        unknown={
            "doubtful": may_be & pl.col("doubtful"),
            "no_record": may_be & ~pl.col("doubtful"),
            "unresolved": pl.col("unresolved") > 0,
        },
        amount=pl.col("amount_month"),
        effective_from=pl.max_horizontal("since", "start_month"),
        detail={
            "dwellings": pl.col("dwellings"),
            "share_total": pl.col("shares").round(4),
            "share_limit": pl.lit(share_limit),
            "area_m2": pl.col("area").round(2),
            "area_a_head_m2": area_a_head.round(2),
            "area_limit_m2": pl.lit(area_limit),
            "members": pl.col("members"),
            "split_evenly": pl.col("split_evenly"),
            "clears_if_share_total_below": pl.lit(share_limit),
            "clears_if_area_m2_below": (pl.col("members") * area_limit).round(2),
        },
    )
