"""Features from who lives together and who is tied to whom, against the award's own list; and from the award itself."""

import polars as pl

from targeting.features.inputs import Inputs


def family_unlisted(inputs: Inputs) -> pl.DataFrame:
    """Members of the assessed family whom the award does not list."""
    return inputs.each(_size(inputs, "family"), nothing=0.0)


def family_not_assessed(inputs: Inputs) -> pl.DataFrame:
    """The person of the award is in no assessed family: dead, gone, or not recognised in the population register."""
    assessed = inputs.family.select("subject", value=pl.lit(0.0)).unique()
    return inputs.each(assessed, nothing=1.0)


def listed_outside_family(inputs: Inputs) -> pl.DataFrame:
    """Listed people who are not of the assessed family; unknown where no family could be assessed."""
    assessed = inputs.family.select("subject").unique()
    listed = inputs.people.filter(pl.col("group") == "listed").join(assessed, on="subject", how="semi")
    outside = listed.join(inputs.family, on=["subject", "person_id"], how="anti").group_by("subject").agg(value=pl.len())
    counted = assessed.join(outside, on="subject", how="left").with_columns(pl.col("value").fill_null(0))
    return inputs.each(counted, nothing=None)


def people_beside(inputs: Inputs) -> pl.DataFrame:
    """People at the same address or in the same booklet who are neither listed nor of the assessed family."""
    return inputs.each(_size(inputs, "beside"), nothing=0.0)


def shared_accounts(inputs: Inputs) -> pl.DataFrame:
    """Other awards, without a person in common, that are paid into the same account without a filed custody agreement."""
    return inputs.each(_shared(inputs, "shared_account"), nothing=0.0)


def shared_phones(inputs: Inputs) -> pl.DataFrame:
    """Other awards, without a person in common, that give the same telephone number."""
    return inputs.each(_shared(inputs, "shared_phone"), nothing=0.0)


def listed_unresolved(inputs: Inputs) -> pl.DataFrame:
    """Listed members in whom no registered person could be recognised."""
    resolved = inputs.people.filter(pl.col("group") == "listed").group_by("subject").agg(resolved=pl.len().cast(pl.Int64))
    listed = inputs.subjects.join(resolved, on="subject", how="left")
    missing = (pl.col("members_listed") - pl.col("resolved").fill_null(0)).clip(lower_bound=0)
    return inputs.each(listed.select("subject", value=missing), nothing=None)


def listed_uncertain(inputs: Inputs) -> pl.DataFrame:
    """Listed members recognised by a link that waits for confirmation."""
    uncertain = inputs.people.filter((pl.col("group") == "listed") & (pl.col("level") == "B"))
    return inputs.each(uncertain.group_by("subject").agg(value=pl.len()), nothing=0.0)


def members_listed(inputs: Inputs) -> pl.DataFrame:
    """People on the award's list."""
    return inputs.each(inputs.subjects.select("subject", value="members_listed"), nothing=None)


def months_paid(inputs: Inputs) -> pl.DataFrame:
    """Months since the award began."""
    start = pl.col("start_month")
    months = (inputs.as_of.year - start.dt.year()) * 12 + (inputs.as_of.month - start.dt.month().cast(pl.Int32))
    return inputs.each(inputs.subjects.select("subject", value=months), nothing=None)


def is_dibao(inputs: Inputs) -> pl.DataFrame:
    """The award is a household's minimum living guarantee, not a subsidy of one person."""
    return inputs.each(inputs.subjects.select("subject", value=(pl.col("benefit") == "dibao").cast(pl.Float64)), nothing=0.0)


def _size(inputs: Inputs, group: str) -> pl.DataFrame:
    return inputs.people.filter(pl.col("group") == group).group_by("subject").agg(value=pl.len())


def _shared(inputs: Inputs, kind: str) -> pl.DataFrame:
    return inputs.shared.filter(pl.col("kind") == kind).group_by("subject").agg(value=pl.len())
