"""Features from the findings of the law's checks: hit, clear and unknown are three answers."""

import polars as pl

from targeting.features.inputs import Inputs

CLEAR, UNCERTAIN_HIT, CERTAIN_HIT = 0.0, 1.0, 2.0


def evidence(inputs: Inputs) -> pl.DataFrame:
    """What the hits of all checks are worth together, by the share that past reviews confirmed."""
    return inputs.each(_summed(inputs, pl.col("weight").sum()), nothing=0.0)


def checks_hit(inputs: Inputs) -> pl.DataFrame:
    """How many checks of the law found something."""
    return inputs.each(_summed(inputs, (pl.col("result") == "hit").sum()), nothing=0.0)


def checks_unanswered(inputs: Inputs) -> pl.DataFrame:
    """How many checks of the law could not be answered."""
    return inputs.each(_summed(inputs, (pl.col("result") == "unknown").sum()), nothing=0.0)


def money_found(inputs: Inputs) -> pl.DataFrame:
    """The largest amount a month that one check found at stake, in yuan."""
    hits = inputs.findings.filter(pl.col("result") == "hit")
    return inputs.each(hits.group_by("subject").agg(value=pl.col("amount_month").max() / 100), nothing=0.0)


def answer(inputs: Inputs, *, check: str) -> pl.DataFrame:
    """The answer of one check: 0 clear, 1 hit on a link that waits for confirmation, 2 hit on a certain link, or unknown."""
    certain = pl.col("link_level").fill_null("A") == "A"
    value = (
        pl.when(pl.col("result") == "clear")
        .then(CLEAR)
        .when(pl.col("result") == "hit")
        .then(pl.when(certain).then(CERTAIN_HIT).otherwise(UNCERTAIN_HIT))
    )
    return inputs.each(inputs.findings.filter(pl.col("check") == check).select("subject", value=value), nothing=None)


def _summed(inputs: Inputs, value: pl.Expr) -> pl.DataFrame:
    return inputs.findings.group_by("subject").agg(value=value)
