"""Which groups of people a change of the law lets in and puts out: persons by sex, ethnicity, marital state and age band.

Reads the protected attributes, which no other room may; for auditors only. A group of fewer than five persons is not told, and
where one group alone would be left out, the next smallest is left out too: it could be worked out from the rest.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from targeting.evaluation.link_groups import known_groups

SMALLEST = 5


def by_group(
    people: pl.DataFrame, links: pl.DataFrame, persons: pl.DataFrame, protected: pl.DataFrame, *, as_of: date
) -> list[dict[str, Any]]:
    """By attribute and value: persons whose family enters and leaves; null where fewer than five.

    `people`: person_id and `change` (enters, leaves) of the persons of such families.
    """
    known = known_groups(links, persons, protected, as_of=as_of)
    counted = (
        people.join(known, on="person_id")
        .group_by("attribute", "value")
        .agg(enter=(pl.col("change") == "enters").sum(), leave=(pl.col("change") == "leaves").sum())
        .sort("attribute", "value")
    )
    rows: list[dict[str, Any]] = []
    for _, group in counted.group_by("attribute", maintain_order=True):
        columns = {side: told(group[side].to_list()) for side in ("enter", "leave")}
        rows += [
            {"attribute": attribute, "group": value, "enter": enter, "leave": leave}
            for attribute, value, enter, leave in zip(
                group["attribute"], group["value"], columns["enter"], columns["leave"], strict=True
            )
        ]
    return rows


def told(counts: Sequence[int]) -> list[int | None]:
    """The counts of one attribute with the small ones left out, never one alone.

    >>> told([40, 3, 12]), told([40, 3, 2]), told([40, 0, 9]), told([0, 3])
    ([40, None, None], [40, None, None], [40, 0, 9], [None, None])
    """
    hidden = {at for at, count in enumerate(counts) if 0 < count < SMALLEST}
    if len(hidden) == 1:
        rest = [(count, at) for at, count in enumerate(counts) if at not in hidden]
        best = [one for one in rest if one[0] > 0] or rest
        hidden |= {min(best)[1]} if best else set()
    return [None if at in hidden else count for at, count in enumerate(counts)]
