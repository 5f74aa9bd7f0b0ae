"""What the registers show of the income and need of every assessed family, for the missing direction.

Registers show wages of those whom an employer insures and pensions; they are silent about odd jobs, farming, trade and help from
kin. So income counts as known only where every adult is accounted for: insured by an employer, drawing a pension of a known
amount, or severely disabled. Silence about anybody else is "no record", never "no income" (DOMAIN G27), and need without means
is no finding: nobody is found eligible by status alone (民发〔2022〕83号 §1(1)). Supporters outside the family are not looked at.
"""

import polars as pl

from targeting.eligibility.disability import severely_disabled
from targeting.eligibility.money import transfers, wages
from targeting.eligibility.possessions import business_effects, vehicle_effects
from targeting.eligibility.property import judged_homes, other_units
from targeting.eligibility.situation import DIBAO, Situation, once

LAYERS = (DIBAO, "tekun", "margin", "rigid")
"""Benefits of a whole family: who is on one has been placed in a layer (社会救助法 art. 15)."""


@once
def family_means(situation: Situation) -> pl.DataFrame:
    """One row a family, head first: what registers show of its income, its need and its property.

    `members`, `income` (mean cents a month, a bound where insured), `unaccounted` and `self_insured` adults,
    `severely_disabled`, `minors`, `adults_able`, `without_pension` (old, and none on record), `jobs_lost`; `recognised` (an
    office has found it to be a margin household at least: a living subsidy or a margin award is paid), `fell_out` (last day of
    its last dibao) with the income `declared_then`, `in_layer` (a benefit of the whole family is paid), `on_dibao`, `barred` and
    `in_doubt` by property, `facts`, `level`.
    """
    members = known_members(situation)
    families = members.group_by("household_id").agg(
        *(pl.col(name).sum() for name in _COUNTS),
        pl.col("on_dibao", "in_layer", "margin").any(),
        pl.col("fell_out", "living_since").max(),
        pl.col("level").max(),
        members=pl.len().cast(pl.Int64),
    )
    return (
        families.sort("household_id")
        .with_columns(person_id=pl.col("household_id"), recognised=pl.col("margin") | _found_low())
        .join(_evidence(members), on="household_id", how="left")
        .join(_property(situation), on="household_id", how="left")
        .with_columns(barred=pl.col("barred").fill_null(False), in_doubt=pl.col("in_doubt").fill_null(False))
    )


def _found_low() -> pl.Expr:
    """An office granted a living subsidy when the family was not on dibao: a subsidy that began with dibao shows nothing more."""
    return pl.col("living_since").is_not_null() & (pl.col("living_since") > pl.col("fell_out")).fill_null(True)


_COUNTS = (
    "income",
    "unaccounted",
    "self_insured",
    "severely_disabled",
    "jobs_lost",
    "minors",
    "adults_able",
    "without_pension",
    "declared_then",
)


@once
def known_members(situation: Situation) -> pl.DataFrame:
    """One row a member of a family who is not in prison: the counts of `family_means` for one person, and the facts behind."""
    law = situation.law
    severe = severely_disabled(situation).select("person_id", severe=pl.lit(True), card="fact")
    found = (
        situation.families.filter(pl.col("rule") != "hh.excluded.prison")
        .join(wages(situation).select("person_id", "wage", wage_facts="facts", working="running"), on="person_id", how="left")
        .join(transfers(situation).select("person_id", "received", "valued", received_facts="facts"), on="person_id", how="left")
        .join(severe, on="person_id", how="left")
        .join(_self_paying(situation), on="person_id", how="left")
        .join(lost_jobs(situation).select("person_id", "job", lost=pl.lit(True)), on="person_id", how="left")
        .join(_listed(situation), on="person_id", how="left")
        .join(_fell_out(situation), on="person_id", how="left")
    )
    age = pl.col("age")
    adult = (age >= law.minor_below_years).fill_null(True)
    old = (age >= law.whole("household.elderly_from_years")).fill_null(False)
    severely, alone = pl.col("severe").fill_null(False), pl.col("self_paid").fill_null(False)
    receiving = pl.col("valued").fill_null(False)
    accounted = pl.col("working").fill_null(False) | receiving | severely
    return found.with_columns(
        income=pl.col("wage").fill_null(0) + pl.col("received").fill_null(0),
        unaccounted=(adult & (~accounted | alone)).cast(pl.Int64),
        self_insured=alone.cast(pl.Int64),
        severely_disabled=severely.cast(pl.Int64),
        jobs_lost=pl.col("lost").fill_null(False).cast(pl.Int64),
        minors=(~adult).cast(pl.Int64),
        adults_able=(adult & ~old & ~severely).cast(pl.Int64),
        without_pension=(old & pl.col("received").is_null()).cast(pl.Int64),
        declared_then=pl.col("declared_then").fill_null(0),
        on_dibao=pl.col("on_dibao").fill_null(False),
        in_layer=pl.col("in_layer").fill_null(False),
        margin=pl.col("margin").fill_null(False),
    )


@once
def lost_jobs(situation: Situation) -> pl.DataFrame:
    """Who lost insured work months ago and has no record of income since: person_id, `ended`, `job` (the fact).

    As many whole months ago as the law asks, not longer than it looks back; not old; no job, pension or benefit since.
    """
    law = situation.law
    jobs = situation.history.filter(pl.col("kind") == "wage_base")
    last = jobs.group_by("person_id").agg(
        ended=pl.when(pl.col("valid_to").is_not_null().all()).then(pl.col("valid_to").max()),
        job=pl.col("fact_id").sort_by("valid_to", "row").last(),
    )
    since = situation.as_of.year * 12 + situation.as_of.month - _month(pl.col("ended"))
    idle = since.is_between(law.whole("outreach.job_ended_from_months"), law.whole("outreach.job_ended_within_months"))
    paid = situation.facts.filter(pl.col("kind").is_in(["pension", "unemployment", "self_paid_base"])).select("person_id")
    old = situation.families.filter(pl.col("age") >= law.whole("household.elderly_from_years")).select("person_id")
    return last.filter(idle).join(pl.concat([paid, old]).unique(), on="person_id", how="anti").sort("person_id")


def _month(day: pl.Expr) -> pl.Expr:
    return day.dt.year().cast(pl.Int64) * 12 + day.dt.month()


def _evidence(members: pl.DataFrame) -> pl.DataFrame:
    """The facts behind each family's means: household_id, facts."""
    lists = [members.select("household_id", fact=name).explode("fact") for name in ("wage_facts", "received_facts")]
    single = [members.select("household_id", fact=name) for name in ("card", "living", "fell_out_fact", "job")]
    told = pl.concat([*lists, *single]).drop_nulls().unique().sort("household_id", "fact")
    return told.group_by("household_id", maintain_order=True).agg(facts=pl.col("fact"))


def _property(situation: Situation) -> pl.DataFrame:
    """Whether property bars each family, or leaves it open: household_id, barred, in_doubt."""
    people = situation.families.filter(pl.col("rule") != "hh.excluded.prison").select("household_id", "person_id", "level")
    sizes = people.group_by("household_id").agg(members=pl.len().cast(pl.Int64))
    homes = judged_homes(situation, people, sizes, group="household_id")
    of_homes = homes.select("household_id", barred="over", in_doubt="over_at_most")
    effects = [
        judge(situation, people, group="household_id").select("household_id", "effect")
        for judge in (vehicle_effects, business_effects, other_units)
    ]
    of_things = (
        pl.concat(effects)
        .group_by("household_id")
        .agg(barred=(pl.col("effect") == "veto").any(), in_doubt=pl.col("effect").is_in(["review", "appraise"]).any())
    )
    return pl.concat([of_homes, of_things]).group_by("household_id").agg(pl.col("barred").any(), pl.col("in_doubt").any())


def _self_paying(situation: Situation) -> pl.DataFrame:
    """Who pays contributions alone: works on own account, with an income that no register shows."""
    running = situation.of("self_paid_base").select("person_id").unique()
    return running.with_columns(self_paid=pl.lit(True))


def _listed(situation: Situation) -> pl.DataFrame:
    """Who is listed on what in payment: person_id, `on_dibao`, `margin`, `in_layer`, `living` subsidy (fact) and since when."""
    subsidies = situation.of("benefit").filter(pl.col("text") == "dis_living")
    living = subsidies.group_by("person_id").agg(living=pl.col("fact_id").min(), living_since=pl.col("valid_from").max())
    benefit = pl.col("benefit")
    return (
        situation.paid.group_by("person_id")
        .agg(on_dibao=(benefit == DIBAO).any(), margin=(benefit == "margin").any(), in_layer=benefit.is_in(LAYERS).any())
        .join(living, on="person_id", how="left")
    )


def _fell_out(situation: Situation) -> pl.DataFrame:
    """Whose dibao ended, and when last, as far back as families are watched: person_id, `fell_out`, its fact, `declared_then`."""
    months = situation.law.whole("outreach.fell_out_within_months")
    ended = situation.history.filter(
        (pl.col("kind") == "ended_benefit")
        & (pl.col("text") == DIBAO)
        & (pl.col("valid_to") >= pl.lit(situation.month).dt.offset_by(f"-{months}mo"))
    )
    return (
        ended.sort("valid_to", "row")
        .unique("person_id", keep="last", maintain_order=True)
        .select(
            "person_id",
            fell_out="valid_to",
            fell_out_fact="fact_id",
            declared_then=pl.col("detail").str.json_path_match("$.declared_income_cents").cast(pl.Int64).fill_null(0),
        )
    )


def signs_of_need() -> pl.Expr:
    """The signs of need of each family of `family_means`, comma-separated, those that say most first; empty where none is."""
    signs = {
        "recognised": pl.col("recognised"),
        "job_lost": pl.col("jobs_lost") > 0,
        "fell_out": pl.col("fell_out").is_not_null(),
        "without_pension": pl.col("without_pension") > 0,
        "severely_disabled": pl.col("severely_disabled") > 0,
        "children_and_nobody_able_to_work": (pl.col("minors") > 0) & (pl.col("adults_able") == 0),
        "one_adult_with_children": (pl.col("minors") > 0) & (pl.col("members") - pl.col("minors") == 1),
    }
    told = [pl.when(sign).then(pl.lit(name)) for name, sign in signs.items()]
    return pl.concat_str(told, separator=",", ignore_nulls=True)
