"""Features from what registers show of income, homes, vehicles and firms of an award's people: counted by row, never inferred."""

import polars as pl

from targeting.features.inputs import MONTHS_OF_INCOME, Inputs

INCOME = ("wage_base", "pension", "unemployment")
AWARD_PEOPLE = ("listed", "family")


def income_found(inputs: Inputs) -> pl.DataFrame:
    """Wage bases, pensions and unemployment benefit on record, a head and month of the last six months, in yuan."""
    return inputs.each(_income_per_head(inputs), nothing=0.0)


def dwelling_shares(inputs: Inputs) -> pl.DataFrame:
    """Homes on record for the people of the award, by share added up."""
    return inputs.each(_total(inputs, "dwelling"), nothing=0.0)


def vehicle_price_new(inputs: Inputs) -> pl.DataFrame:
    """Price when new of the dearest vehicle on record, in yuan: 0 without a vehicle, unknown where the register has no price."""
    held = _current(inputs, "vehicle", groups=AWARD_PEOPLE).group_by("subject").agg(dearest=pl.col("value").max() / 100)
    priced = inputs.subjects.select("subject").join(held.with_columns(held=pl.lit(True)), on="subject", how="left")
    return inputs.each(priced.select("subject", value=pl.when("held").then("dearest").otherwise(0.0)), nothing=None)


def firms_on_one_person(inputs: Inputs) -> pl.DataFrame:
    """The most firms on record for one person of the award: several on a poor person may be a stolen identity."""
    held = _current(inputs, "business", groups=AWARD_PEOPLE).group_by("subject", "person_id").len()
    return inputs.each(held.group_by("subject").agg(value=pl.col("len").max()), nothing=0.0)


def other_awards(inputs: Inputs) -> pl.DataFrame:
    """Other awards in payment on which people of this award are listed."""
    lists = _current(inputs, "benefit", groups=("listed",)).group_by("subject", "person_id").len()
    return inputs.each(lists.group_by("subject").agg(value=(pl.col("len") - 1).clip(lower_bound=0).max()), nothing=0.0)


def vehicles_and_firms_beside(inputs: Inputs) -> pl.DataFrame:
    """Vehicles and firms on record for people at the same address or in the same booklet whom the award does not list."""
    held = pl.concat([_current(inputs, kind, groups=("beside",)) for kind in ("vehicle", "business")])
    return inputs.each(held.group_by("subject").agg(value=pl.len()), nothing=0.0)


def income_beside(inputs: Inputs) -> pl.DataFrame:
    """Income on record a month of people at the same address or in the same booklet whom the award does not list, in yuan."""
    income = inputs.of_people(INCOME, groups=("beside",))
    return inputs.each(_monthly(income), nothing=0.0)


def income_unlisted(inputs: Inputs) -> pl.DataFrame:
    """Income on record a month of members of the assessed family whom the award does not list, in yuan."""
    return inputs.each(_monthly(inputs.of_people(INCOME, groups=("family",))), nothing=0.0)


def _income_per_head(inputs: Inputs) -> pl.DataFrame:
    total = _monthly(inputs.of_people(INCOME, groups=AWARD_PEOPLE)).join(_heads(inputs), on="subject")
    return total.select("subject", value=pl.col("value") / pl.col("heads"))


def _monthly(facts: pl.DataFrame) -> pl.DataFrame:
    """The mean of the actual months: a spell counts in the months in which it ran, never spread beyond them."""
    earned = pl.col("value") * pl.col("months").clip(upper_bound=MONTHS_OF_INCOME)
    return facts.group_by("subject").agg(value=earned.sum() / MONTHS_OF_INCOME / 100)


def _heads(inputs: Inputs) -> pl.DataFrame:
    people = inputs.people.filter(pl.col("group").is_in(AWARD_PEOPLE)).group_by("subject").agg(heads=pl.len().cast(pl.Float64))
    joined = inputs.subjects.select("subject").join(people, on="subject", how="left")
    return joined.with_columns(pl.col("heads").fill_null(1.0))


def _current(inputs: Inputs, kind: str, *, groups: tuple[str, ...]) -> pl.DataFrame:
    return inputs.of_people((kind,), groups=groups).filter("current")


def _total(inputs: Inputs, kind: str) -> pl.DataFrame:
    return _current(inputs, kind, groups=AWARD_PEOPLE).group_by("subject").agg(value=pl.col("value").sum())
