"""A second opinion on the residue: what classifiers of another maker call links, and where they differ from the decision.

They see only which fields speak for one person, not how much, and hold no record to one person, so they decide nothing: a pair on
which they differ deserves to be looked at first, the one nearest to even odds before the others.
"""

import polars as pl

from targeting.linkage.decide import LINK

SCHEMA = {
    "register": pl.String,
    "row": pl.Int64,
    "role": pl.String,
    "person_id": pl.String,
    "weight": pl.Float64,
    "probability": pl.Float64,
    "linked": pl.Boolean,
    "ecm": pl.Boolean,
    "reviews": pl.Boolean,
    "differs": pl.Boolean,
}
_FIELDS = ("number", "name", "birth", "address", "relation")


def opinions(pairs: pl.DataFrame, decided: pl.DataFrame, units: pl.DataFrame, ids: pl.DataFrame) -> pl.DataFrame:
    """One row a weighed pair: `linked` by the decision, by `ecm`, by what `reviews` teach (null without them); `differs` first.

    `pairs`: all weighed pairs of a run; `decided`: those kept; `units` and `ids` say whose they are.
    """
    from targeting.linkage.toolkit import opinion_of_reviews, second_opinion  # seconds to load, and few runs ask

    linked = decided.filter(pl.col("outcome") == LINK).select("unit", "person", linked=pl.lit(value=True))
    frame = pairs.join(linked, on=["unit", "person"], how="left", maintain_order="left")
    frame = frame.with_columns(pl.col("linked").fill_null(value=False))
    codes = frame.select((~(pl.col(f"{field}_bits") > 0)).fill_null(value=True).cast(pl.Int8) for field in _FIELDS)
    codes = codes.select(code for code in codes.get_columns() if code.n_unique() > 1)
    if not codes.width:  # no pairs, or pairs that are all alike
        return pl.DataFrame(schema=SCHEMA)
    same = frame["judgement"].replace_strict({"same": True, "different": False}, default=None, return_dtype=pl.Boolean)
    frame = frame.with_columns(ecm=second_opinion(codes), reviews=opinion_of_reviews(codes, same))
    frame = frame.with_columns(
        differs=(pl.col("ecm") != pl.col("linked")) | (pl.col("reviews") != pl.col("linked")).fill_null(value=False)
    )
    named = frame.drop("register").join(units.select("unit", "register", "row", "role"), on="unit").join(ids, on="person")
    named = named.sort(pl.col("differs"), pl.col("weight").abs(), "unit", "person", descending=[True, False, False, False])
    return named.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
