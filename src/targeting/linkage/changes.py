"""What differs between two link runs: rows that came and went, and rows whose person, level or rule is another.

Rows of two snapshots are the same where register, role and the identity's text are (of equal ones, the n-th is the n-th), so a
re-ordered file changes nothing. Ids are compared as the later ledger resolves them: a merge by itself moves nobody.
"""

import polars as pl

from targeting.linkage.judgements import identity_sha256
from targeting.linkage.ledger import resolves_to

NEW, GONE, LINKED, UNLINKED, RELINKED, LEVEL, RULE, SAME = (
    "new_row",
    "gone_row",
    "linked",
    "unlinked",
    "other_person",
    "other_level",
    "other_rule",
    "same",
)
_KEY = ["register", "role", "identity_sha256", "nth"]
_VALUES = ["row", "person_id", "level", "method", "probability"]


def changes(
    before: tuple[pl.DataFrame, pl.DataFrame], after: tuple[pl.DataFrame, pl.DataFrame], *, ledger: pl.DataFrame
) -> pl.DataFrame:
    """One row a change: register, role, `change`, and row, person_id, level, method, probability before and after.

    `before` and `after` are identities and links of a run; `ledger` is the later run's.
    """
    then, now = _keyed(*before), _keyed(*after)
    then = then.with_columns(person_id=resolves_to(then["person_id"], ledger))
    both = then.join(now, on=_KEY, how="full", suffix="_after", coalesce=True)
    both = both.rename({name: f"{name}_before" for name in _VALUES})
    person, later = pl.col("person_id_before"), pl.col("person_id_after")
    change = (
        pl.when(pl.col("row_before").is_null())
        .then(pl.lit(NEW))
        .when(pl.col("row_after").is_null())
        .then(pl.lit(GONE))
        .when(person.is_null() & later.is_not_null())
        .then(pl.lit(LINKED))
        .when(person.is_not_null() & later.is_null())
        .then(pl.lit(UNLINKED))
        .when(person.ne_missing(later))
        .then(pl.lit(RELINKED))
        .when(pl.col("level_before").ne_missing(pl.col("level_after")))
        .then(pl.lit(LEVEL))
        .when(pl.col("method_before") != pl.col("method_after"))
        .then(pl.lit(RULE))
        .otherwise(pl.lit(SAME))
    )
    columns = ["register", "role", "change", *(f"{name}_{when}" for name in _VALUES for when in ("before", "after"))]
    order = ["register", "role", "row_after", "row_before"]
    return both.with_columns(change=change).filter(pl.col("change") != SAME).sort(order, nulls_last=True).select(columns)


def summary(changed: pl.DataFrame) -> pl.DataFrame:
    """How many rows changed, by register and change."""
    return changed.group_by("register", "change").agg(rows=pl.len()).sort("register", "change")


def _keyed(identities: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    known = identities.select("register", "row", "role", identity_sha256(identities)).sort("register", "row", "role")
    known = known.with_columns(nth=pl.int_range(pl.len()).over("register", "role", "identity_sha256"))
    return known.join(links, on=["register", "row", "role"], maintain_order="left").select(*_KEY, *_VALUES)
