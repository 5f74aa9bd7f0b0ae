"""What the registers show of the income and need of every assessed family, for the missing direction.

Registers show wages of those whom an employer insures and pensions; they are silent about odd jobs, farming, trade and help from
kin. So income counts as known only where every adult is accounted for: insured by an employer, drawing a pension, or unable to
work. Silence about anybody else is "no record", never "no income" (DOMAIN G27).
"""

import polars as pl

from targeting.eligibility.disability import severely_disabled
from targeting.eligibility.money import transfers, wages
from targeting.eligibility.property import business_effects, home_holdings, vehicle_effects
from targeting.eligibility.situation import DIBAO, Situation, once


@once
def family_means(situation: Situation) -> pl.DataFrame:
    """One row a family: household_id, person_id (head), members, `income` on record (mean cents a month, a bound where insured),
    `unaccounted` adults, signs of need, `barred` by property, `in_doubt`, `on_dibao`, facts, level.
    """
    law = situation.law
    severe = severely_disabled(situation).select("person_id", severe=pl.lit(True), card="fact")
    members = (
        situation.families.filter(pl.col("rule") != "hh.excluded.prison")
        .join(wages(situation).select("person_id", "wage", wage_facts="facts", working="running"), on="person_id", how="left")
        .join(transfers(situation).select("person_id", "received", received_facts="facts"), on="person_id", how="left")
        .join(severe, on="person_id", how="left")
        .join(_self_paying(situation), on="person_id", how="left")
        .join(_job_lost(situation), on="person_id", how="left")
        .join(_on_dibao(situation), on="person_id", how="left")
    )
    age = pl.col("age")
    adult = (age >= law.minor_below_years).fill_null(True)
    old = (age >= law.whole("household.elderly_from_years")).fill_null(False)
    unable = pl.col("severe").fill_null(False) | (old & pl.col("self_paid").is_null())
    accounted = pl.col("working").fill_null(False) | pl.col("received").is_not_null() | unable
    judged = members.with_columns(
        income=pl.col("wage").fill_null(0) + pl.col("received").fill_null(0),
        unaccounted=(adult & ~accounted).cast(pl.Int64),
        severely_disabled=pl.col("severe").fill_null(False).cast(pl.Int64),
        jobs_lost=pl.col("job_lost").fill_null(False).cast(pl.Int64),
        minors=(~adult).cast(pl.Int64),
        adults_able=(adult & ~unable).cast(pl.Int64),
        on_dibao=pl.col("on_dibao").fill_null(False),
    )
    added = ("income", "unaccounted", "severely_disabled", "jobs_lost", "minors", "adults_able")
    families = judged.group_by("household_id").agg(
        *(pl.col(name).sum() for name in added),
        pl.col("on_dibao").any(),
        pl.col("level").max(),
        members=pl.len().cast(pl.Int64),
    )
    return (
        families.sort("household_id")
        .with_columns(person_id=pl.col("household_id"))
        .join(_evidence(judged), on="household_id", how="left")
        .join(_property(situation), on="household_id", how="left")
        .with_columns(barred=pl.col("barred").fill_null(False), in_doubt=pl.col("in_doubt").fill_null(False))
    )


def _evidence(members: pl.DataFrame) -> pl.DataFrame:
    """The facts behind each family's means: household_id, facts."""
    lists = [members.select("household_id", fact=name).explode("fact") for name in ("wage_facts", "received_facts")]
    told = pl.concat([*lists, members.select("household_id", fact="card")]).drop_nulls().unique().sort("household_id", "fact")
    return told.group_by("household_id", maintain_order=True).agg(facts=pl.col("fact"))


def _property(situation: Situation) -> pl.DataFrame:
    """Whether property bars each family, or leaves it open: household_id, barred, in_doubt."""
    law = situation.law
    people = situation.families.filter(pl.col("rule") != "hh.excluded.prison").select("household_id", "person_id", "level")
    sizes = people.group_by("household_id").agg(members=pl.len())
    homes = home_holdings(situation, people, group="household_id").join(sizes, on="household_id")
    share_limit, area_limit = law.number("dwelling.share_limit_below"), law.number("dwelling.area_limit_below")
    full = (pl.col("area_at_most") / pl.col("members") >= area_limit) | pl.col("area_missing")
    of_homes = homes.select(
        "household_id",
        barred=(pl.col("shares") >= share_limit) & (pl.col("area") / pl.col("members") >= area_limit),
        in_doubt=(pl.col("shares_at_most") >= share_limit) & full,
    )
    effects = [
        vehicle_effects(situation, people, group="household_id").select("household_id", "effect"),
        business_effects(situation, people, group="household_id").select("household_id", "effect"),
    ]
    of_things = (
        pl.concat(effects)
        .group_by("household_id")
        .agg(barred=(pl.col("effect") == "veto").any(), in_doubt=(pl.col("effect") == "review").any())
    )
    return pl.concat([of_homes, of_things]).group_by("household_id").agg(pl.col("barred").any(), pl.col("in_doubt").any())


def _self_paying(situation: Situation) -> pl.DataFrame:
    """Who pays contributions alone in the reference period: works on own account, with an income that no register shows."""
    running = situation.of("self_paid_base").select("person_id").unique()
    return running.with_columns(self_paid=pl.lit(True))


def _job_lost(situation: Situation) -> pl.DataFrame:
    """Whose insured job ended within the reference period, with none since."""
    months = situation.law.whole("income.months")
    jobs = situation.history.filter(pl.col("kind") == "wage_base")
    ended = jobs.group_by("person_id").agg(
        running=(pl.col("valid_to").is_null() | (pl.col("valid_to") >= situation.as_of)).any(), last=pl.col("valid_to").max()
    )
    since = pl.lit(situation.month).dt.offset_by(f"-{months}mo")
    return ended.filter(~pl.col("running") & (pl.col("last") >= since)).select("person_id", job_lost=pl.lit(True))


def _on_dibao(situation: Situation) -> pl.DataFrame:
    return situation.paid.filter(pl.col("benefit") == DIBAO).select("person_id").unique().with_columns(on_dibao=pl.lit(True))
