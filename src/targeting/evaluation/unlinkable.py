"""Records that state too little ever to be linked: compared with themselves they would not be a link."""

import polars as pl

from targeting.linkage.compare import compare
from targeting.linkage.decide import LINK, decide
from targeting.linkage.frequency import with_frequencies
from targeting.linkage.resolve import Residue
from targeting.linkage.weigh import weigh
from targeting.specs.linkage import LinkageSpec


def against_themselves(residue: Residue, *, spec: LinkageSpec) -> pl.DataFrame:
    """`register`, `weight`, `probability` and `linkable` of every record that no exact number settles, compared with itself.

    Company is left out: what a record says of itself is all that counts here.
    """
    own = residue.settled.residue
    persons = own.with_columns(person=pl.col("unit"), known_from=pl.lit("defining"))
    persons = with_frequencies(persons, residue.learnt.rates.frequencies)
    pairs = compare(own.select("unit", person="unit"), own, persons, partial_from_length=spec.names.partial_from_length)
    silent = {"relation": pl.String, "chance": pl.Float64, "judgement": pl.String}
    pairs = pairs.with_columns(pl.lit(None, dtype=dtype).alias(name) for name, dtype in silent.items())
    pairs = weigh(pairs, records=own, persons=persons, learnt=residue.learnt, negligible=0.0)
    links = decide(pairs, spec=spec).filter(pl.col("outcome") == LINK).select("unit", linkable=pl.lit(value=True))
    pairs = pairs.join(links, on="unit", how="left", maintain_order="left")
    return pairs.select("register", "weight", "probability", pl.col("linkable").fill_null(value=False))


def unlinkables(residue: Residue, *, spec: LinkageSpec) -> pl.DataFrame:
    """By register: all `records`, those `settled` by an exact number, those that can never be linked, and their share."""
    every = residue.units.filter(pl.col("register") != spec.defining_register).group_by("register").agg(records=pl.len())
    weighed = (
        against_themselves(residue, spec=spec).group_by("register").agg(left=pl.len(), unlinkable=(~pl.col("linkable")).sum())
    )
    table = every.join(weighed, on="register", how="left").with_columns(pl.col("left", "unlinkable").fill_null(0))
    return table.select(
        "register",
        "records",
        settled=pl.col("records") - pl.col("left"),
        unlinkable="unlinkable",
        share=pl.col("unlinkable") / pl.col("records"),
    ).sort("register")
