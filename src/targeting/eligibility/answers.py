"""How a check gives its answer: one row a subject, hit, clear or unknown, with facts, amount and the values that texts need.

"No record", "not asked", "not authorised", "no answer", "not covered" and "stale" are different answers (DOMAIN G27); a check
adds "doubtful" (the register itself says that the entry may be out of date), "unresolved" (a listed person is not identified)
and "bound" (the register bounds the amount on the wrong side only).
"""

from collections.abc import Mapping

import polars as pl

ANSWER: dict[str, pl.DataType] = {
    "subject_kind": pl.String(),
    "subject": pl.String(),
    "benefit": pl.String(),
    "person_id": pl.String(),
    "household_id": pl.String(),
    "result": pl.String(),
    "reasons": pl.List(pl.String),
    "facts": pl.List(pl.String),
    "level": pl.String(),
    "effective_from": pl.Date(),
    "amount_month": pl.Int64(),
    "detail": pl.String(),
}
"""What a check returns; `level` is the weakest identity that the answer rests on besides its facts."""

HIT, CLEAR, UNKNOWN = "hit", "clear", "unknown"


def answers(
    frame: pl.DataFrame,
    *,
    hit: pl.Expr,
    unknown: Mapping[str, pl.Expr] | None = None,
    amount: pl.Expr | None = None,
    detail: Mapping[str, pl.Expr] | None = None,
    effective_from: pl.Expr | None = None,
    clear: Mapping[str, pl.Expr] | None = None,
) -> pl.DataFrame:
    """The answer of each row (ANSWER): `hit` where true; else unknown for each reason that holds; else clear.

    Nulls count as false, so a check must name its unknowns. `frame` has the subject's columns, `facts` (a list) and `level`. A
    clear answer that holds only until a month says so: `clear` has the first day of that month by reason, which reads
    `gradual_exit_until:2026-10`.
    """
    conditions = {reason: condition.fill_null(False) for reason, condition in (unknown or {}).items()}
    reasons = pl.concat_list(
        [
            pl.when(condition).then(pl.lit([reason])).otherwise(pl.lit([], dtype=pl.List(pl.String)))
            for reason, condition in conditions.items()
        ]
        or [pl.lit([], dtype=pl.List(pl.String))]
    )
    for_now = pl.concat_list(
        [
            pl.when(until.is_not_null())
            .then(pl.concat_list(pl.concat_str(pl.lit(f"{reason}_until:"), until.dt.strftime("%Y-%m"))))
            .otherwise(pl.lit([], dtype=pl.List(pl.String)))
            for reason, until in (clear or {}).items()
        ]
        or [pl.lit([], dtype=pl.List(pl.String))]
    )
    found = hit.fill_null(False)
    open_question = pl.any_horizontal(list(conditions.values())) if conditions else pl.lit(False)
    nothing = pl.lit(None)
    values = [value.alias(name) for name, value in (detail or {}).items()]
    return frame.select(
        "subject_kind",
        "subject",
        "benefit",
        "person_id",
        "household_id",
        result=pl.when(found).then(pl.lit(HIT)).when(open_question).then(pl.lit(UNKNOWN)).otherwise(pl.lit(CLEAR)),
        reasons=pl.when(found).then(pl.lit([], dtype=pl.List(pl.String))).when(open_question).then(reasons).otherwise(for_now),
        facts=pl.col("facts").fill_null(pl.lit([], dtype=pl.List(pl.String))),
        level=pl.col("level"),
        effective_from=pl.when(found).then((nothing if effective_from is None else effective_from).cast(pl.Date)),
        amount_month=pl.when(found).then((nothing if amount is None else amount).cast(pl.Int64)),
        detail=pl.struct(values).struct.json_encode() if values else pl.lit("{}"),
    ).cast(pl.Schema(ANSWER))
