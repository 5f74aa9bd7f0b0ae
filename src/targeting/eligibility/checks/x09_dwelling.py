"""X09: more real estate than the rule allows: dwellings by share, number, area and value, other units, counted assets
(最低生活保障审核确认办法 art. 14; local limits by DOMAIN §1.5).
"""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.effects import APPRAISE, COUNT_VALUE, IGNORE, REVIEW, VETO
from targeting.eligibility.property import judged_homes, other_units
from targeting.eligibility.situation import Situation
from targeting.eligibility.valuation import asset_limit, counted_assets, has_asset_limit


def owns_more_than_one_home(situation: Situation) -> pl.DataFrame:
    """The family's real estate is beyond the rule: dwellings by a row of their limits, another unit, or counted assets.

    Each dwelling counts once and at most whole. One that the register notes as gone does not count; one that may be gone, or
    whose share or area the register lacks, gives no finding where the answer hangs on it. Where a limit lies inside the
    interval of a value there is no finding either, but an appraisal to ask for.
    """
    frame = _holdings(situation)
    over = pl.col("over").fill_null(False) | (pl.col("units_barred") > 0).fill_null(False) | _surely_beyond()
    open_homes = pl.col("over_at_most") & ~pl.col("value_decides")
    return answers(
        frame,
        hit=over,
        unknown={
            "doubtful": (open_homes & pl.col("doubtful")) | (pl.col("units_to_review") > 0),
            "no_record": open_homes & ~pl.col("doubtful"),
            "appraise": (pl.col("over_at_most") & pl.col("value_decides")) | (pl.col("units_to_appraise") > 0) | _may_be_beyond(),
            "unresolved": pl.col("unresolved") > 0,
        },
        amount=pl.col("amount_month"),
        effective_from=pl.max_horizontal("since", "start_month"),
        detail=_detail(situation),
    )


def _holdings(situation: Situation) -> pl.DataFrame:
    """Each dibao award with the dwellings, other units and counted assets of its family."""
    awards = situation.dibao()
    people = situation.people.filter("counted").join(awards.select("subject"), on="subject", how="semi")
    people = people.select("subject", "person_id", "level")
    sizes = awards.select("subject", "members")
    homes = judged_homes(situation, people, sizes, group="subject").drop("members")
    units = _units(situation, people)
    assets = counted_assets(situation, people, sizes, group="subject") if has_asset_limit(situation) else _no_assets()
    return (
        awards.drop("level")
        .join(homes, on="subject", how="left")
        .join(units, on="subject", how="left")
        .join(assets, on="subject", how="left")
        .with_columns(assets_limit=asset_limit(situation, sizes["members"]))
        .with_columns(
            person_id=pl.coalesce("about", "unit_about", "person_id"),
            level=pl.max_horizontal("level", "unit_level"),
            since=pl.coalesce(pl.when("over").then("since"), "unit_since", "since"),
            facts=pl.concat_list(
                pl.col(name).fill_null(pl.lit([], dtype=pl.List(pl.String))) for name in ("facts", "unit_facts", "counted_facts")
            ).list.unique().list.sort(),
        )
    )  # fmt: skip


def _units(situation: Situation, people: pl.DataFrame) -> pl.DataFrame:
    """The other units of each award that do not go without effect."""
    barred = pl.col("effect") == VETO
    units = other_units(situation, people, group="subject").filter(pl.col("effect") != IGNORE)
    return units.group_by("subject").agg(
        units_barred=barred.sum(),
        units_to_review=(pl.col("effect") == REVIEW).sum(),
        units_to_appraise=(pl.col("effect") == APPRAISE).sum(),
        unit_about=pl.col("person_id").sort_by(~barred, "person_id").first(),
        unit_since=pl.col("valid_from").filter(barred).min(),
        unit_facts=pl.col("fact_id").filter(pl.col("effect") != COUNT_VALUE).sort(),
        unit_level=pl.col("level").filter(barred).max(),
    )


def _no_assets() -> pl.DataFrame:
    amounts = dict.fromkeys(("counted_low", "counted_high", "counted_unvalued"), pl.Int64)
    return pl.DataFrame(schema={"subject": pl.String, **amounts, "counted_facts": pl.List(pl.String)})


def _surely_beyond() -> pl.Expr:
    return (pl.col("counted_low") > pl.col("assets_limit")).fill_null(False)


def _may_be_beyond() -> pl.Expr:
    return (pl.col("counted_high") > pl.col("assets_limit")) | (
        pl.col("assets_limit").is_not_null() & (pl.col("counted_unvalued") > 0)
    )


def _detail(situation: Situation) -> dict[str, pl.Expr]:
    """Values, limits and what would clear it."""
    only_homes = ~(pl.col("units_barred") > 0).fill_null(False) & ~_surely_beyond()
    clears = pl.when(only_homes)
    only_units = ~pl.col("over").fill_null(False) & ~_surely_beyond()
    only_assets = ~pl.col("over").fill_null(False) & ~(pl.col("units_barred") > 0).fill_null(False)
    area_limit = pl.col("limit_area_a_head_at_least")
    return {
        "dwellings": pl.col("dwellings"),
        "share_total": pl.col("shares").round(4),
        "share_limit": pl.col("limit_shares_at_least"),
        "area_m2": pl.col("area").round(2),
        "area_a_head_m2": (pl.col("area") / pl.col("members")).round(2),
        "area_limit_m2": area_limit,
        "members": pl.col("members"),
        "split_evenly": pl.col("split_evenly"),
        "value_cents": pl.col("value"),
        "value_low_cents": pl.col("value_low"),
        "value_high_cents": pl.col("value_high"),
        "value_source": pl.col("value_sources").replace("", None),
        "value_month": pl.col("value_month"),
        "unvalued": pl.col("unvalued"),
        "beyond_first_low_cents": pl.col("beyond_low"),
        "units_barred": pl.col("units_barred"),
        "counted_low_cents": pl.col("counted_low"),
        "counted_high_cents": pl.col("counted_high"),
        "assets_limit_cents": pl.col("assets_limit"),
        "clears_if_share_total_below": clears.then("limit_shares_at_least"),
        "clears_if_area_m2_below": clears.then((pl.col("members") * area_limit).round(2)),
        "clears_if_dwellings_at_most": clears.then(pl.col("limit_dwellings_at_least").cast(pl.Int64) - 1),
        "clears_if_beyond_first_at_most_cents": clears.then(pl.col("limit_beyond_first_above").cast(pl.Int64)),
        "clears_if_units_gone_by": pl.when((pl.col("units_barred") > 0) & only_units).then(pl.lit(situation.as_of)),
        "clears_if_counted_at_most_cents": pl.when(_surely_beyond() & only_assets).then("assets_limit"),
    }
