"""Whether links are as right for one group of people as for another: precision and recall by audit attribute.

Reads the protected attributes, which no other room may: sex, ethnicity and marital state of the population register, age band
from the birth day, and what another register states of its own rows (hukou type on the roll). Recall counts a row under the group
of the person meant, precision under the group of the person linked, because a wrong link burdens that one. Whoever's own
population row was rejected is in no group.
"""

from datetime import date

import polars as pl

from targeting.evaluation.links import LEVELS, POPULATION, judge, measures

AGE_BANDS = (18, 45, 60, 75)  # first years of life of the bands after childhood
SMALLEST = 30  # verified rows of a group that is shown by itself; smaller ones are `others`
OTHERS = "others"


def evaluate_groups(
    links: pl.DataFrame, persons: pl.DataFrame, truth: pl.DataFrame, protected: pl.DataFrame, *, as_of: date
) -> pl.DataFrame:
    """Precision, recall and F1 by attribute, group and level, each with its 95 % interval.

    `protected` is PROTECTED of the snapshot; a person without a stated value is in no group of that attribute.
    """
    judged = judge(links, persons, truth)
    known = known_groups(links, persons, protected, as_of=as_of)
    columns = ["attribute", "value", "level", "verdict"]
    meant = judged.join(known.rename({"person_id": "true_person"}), on="true_person").select(columns)
    linked = judged.join(known, on="person_id").select(columns)
    own = protected.filter((pl.col("register") != POPULATION) & ~pl.col("attribute").is_in(known["attribute"].implode()))
    stated = judged.join(own, on=["register", "row"])
    meant = pl.concat([meant, stated.filter(pl.col("true_person").is_not_null()).select(columns)])
    linked = pl.concat([linked, stated.filter(pl.col("person_id").is_not_null()).select(columns)])
    shown = meant.group_by("attribute", "value").len().filter(pl.col("len") >= SMALLEST).select("attribute", "value")
    meant, linked = _pooled(meant, shown), _pooled(linked, shown)
    return pl.DataFrame(
        [
            {"attribute": attribute, "group": group, "level": level, **_counted(meant, linked, attribute, group, included)}
            for attribute, group in meant.select("attribute", "value").unique().sort("attribute", "value").iter_rows()
            for level, included in LEVELS.items()
        ]
    )


def _counted(meant: pl.DataFrame, linked: pl.DataFrame, attribute: str, group: str, levels: tuple[str, ...]) -> dict[str, object]:
    here = (pl.col("attribute") == attribute) & (pl.col("value") == group)
    at_level = linked.filter(here & pl.col("level").is_in(levels))
    right, wrong = (int((at_level["verdict"] == verdict).sum()) for verdict in ("right", "wrong"))
    return measures(right, right + wrong, meant.filter(here).height)


def known_groups(links: pl.DataFrame, persons: pl.DataFrame, protected: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """`person_id`, `attribute` and `value`: what the population register states, and the age band."""
    rows = links.filter(pl.col("register") == POPULATION).select("register", "row", "person_id")
    stated = protected.join(rows, on=["register", "row"]).sort("row").unique(["person_id", "attribute"], keep="first")
    born = persons.filter(pl.col("population_row").is_not_null()).drop_nulls("birth_date")
    day = pl.col("birth_date").dt.strftime("%Y%m%d").cast(pl.Int64)
    years = (int(as_of.strftime("%Y%m%d")) - day) // 10_000
    columns = ["person_id", "attribute", "value"]
    return pl.concat([stated.select(columns), born.select("person_id", attribute=pl.lit("age"), value=_band(years))])


def _band(years: pl.Expr) -> pl.Expr:
    starts = (0, *AGE_BANDS)
    band = pl.lit(f"{starts[-1]}+")
    for start, following in reversed(list(zip(starts, AGE_BANDS, strict=False))):
        band = pl.when(years < following).then(pl.lit(f"{start}–{following - 1}")).otherwise(band)
    return band


def _pooled(rows: pl.DataFrame, shown: pl.DataFrame) -> pl.DataFrame:
    kept = rows.join(shown.with_columns(group="value"), on=["attribute", "value"], how="left")
    return kept.with_columns(value=pl.col("group").fill_null(OTHERS)).drop("group")
