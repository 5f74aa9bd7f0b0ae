"""Features from the findings of the law's checks: what their hits are worth, certain ones more than those that wait."""

import polars as pl

from targeting.features.inputs import Inputs


def evidence(inputs: Inputs) -> pl.DataFrame:
    """How likely the findings alone make it that the award is wrong, by the shares that past reviews confirmed, as log odds."""
    right = (1.0 - inputs.weighs.base) * (-pl.col("value")).exp()
    summed = inputs.each(_weights(inputs), nothing=0.0)
    return summed.with_columns(value=((1.0 - right) / right).log())


def evidence_beside(inputs: Inputs) -> pl.DataFrame:
    """What the hits on other awards of the same family are worth: a subsidy for those on dibao falls with the dibao."""
    weight = _weights(inputs).rename({"value": "weight", "subject": "other"})
    family = inputs.subjects.filter(pl.col("household_id").is_not_null()).select("subject", "household_id")
    others = family.join(family.rename({"subject": "other"}), on="household_id").filter(pl.col("subject") != pl.col("other"))
    return inputs.each(others.join(weight, on="other").group_by("subject").agg(value=pl.col("weight").max()), nothing=0.0)


def _weights(inputs: Inputs) -> pl.DataFrame:
    return inputs.findings.group_by("subject").agg(value=pl.col("weight").sum())
