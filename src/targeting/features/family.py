"""Features from who is on the award's list, against the assessed family and the other awards."""

import polars as pl

from targeting.features.inputs import Inputs


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


def shared_accounts(inputs: Inputs) -> pl.DataFrame:
    """Other awards, without a person in common, that are paid into the same account without a filed custody agreement."""
    return inputs.each(inputs.shared.group_by("subject").agg(value=pl.len()), nothing=0.0)


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
