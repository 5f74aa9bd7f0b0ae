"""Pictures of a link run for people who decide about its cuts: thresholds, unlinkables, blocking, calibration, one weight."""

import altair as alt
import numpy as np
import polars as pl

from targeting.evaluation.links import measures

_STEPS = 60
_MEASURES = ("precision", "recall", "f1")


def thresholds(pairs: pl.DataFrame, *, wanted: int, steps: int = _STEPS) -> pl.DataFrame:
    """Precision, recall and F1, were every pair from a `weight` on a link; `pairs` has `weight` and `same`, `wanted` are true."""
    finite = pairs.filter(pl.col("weight").is_finite())
    cuts = np.linspace(float(finite["weight"].quantile(0.02) or 0.0), float(finite["weight"].quantile(0.99) or 0.0), steps)
    rows = []
    for cut in cuts:
        linked = pairs.filter(pl.col("weight") >= cut)
        row = measures(int(linked["same"].sum()), linked.height, max(wanted, int(linked["same"].sum())))
        rows.append({"weight": float(cut)} | {name: row[name] for name in _MEASURES})
    return pl.DataFrame(rows, schema={"weight": pl.Float64, **dict.fromkeys(_MEASURES, pl.Float64)})


def threshold_picture(table: pl.DataFrame, *, cut: float) -> alt.LayerChart:
    """The three measures over the weight, with the cut in use."""
    long = table.unpivot(index="weight", on=list(_MEASURES), variable_name="measure", value_name="value")
    lines = (
        alt.Chart(long)
        .mark_line()
        .encode(
            x=alt.X("weight:Q", title="weight from which pairs are links (bits)"),
            y=alt.Y("value:Q", title=None),
            color="measure:N",
        )
    )
    picture: alt.LayerChart = lines + alt.Chart(pl.DataFrame({"weight": [cut]})).mark_rule(strokeDash=[4, 3]).encode(x="weight:Q")
    return picture


def unlinkable_picture(table: pl.DataFrame) -> alt.Chart:
    """The share of records, by register, that can never reach the cut."""
    picture: alt.Chart = (
        alt.Chart(table, title="Records that state too little ever to be linked")
        .mark_bar()
        .encode(
            x=alt.X("share:Q", axis=alt.Axis(format=".1%"), title=None),
            y=alt.Y("register:N", sort="-x", title=None),
            tooltip=["register", "records", "settled", "unlinkable"],
        )
    )
    return picture


def blocking_picture(table: pl.DataFrame) -> alt.Chart:
    """The pairs of each pass, those that only it brings, and the size of its largest block as a number beside the bar."""
    shown = table.with_columns(shared=pl.col("pairs") - pl.col("only"))
    long = shown.unpivot(index=["pass", "largest"], on=["only", "shared"], variable_name="brought by", value_name="number")
    picture: alt.Chart = (
        alt.Chart(long, title="Pairs compared, by blocking pass")
        .mark_bar()
        .encode(
            x=alt.X("number:Q", title="pairs"),
            y=alt.Y("pass:N", sort=table["pass"].to_list(), title=None),
            color=alt.Color("brought by:N", title="brought by"),
            tooltip=["pass", "brought by", "number", "largest"],
        )
    )
    return picture


def calibration_picture(table: pl.DataFrame) -> alt.LayerChart:
    """Declared against realised share, bin by bin, with intervals; on the line the declaration holds."""
    axes = {"x": alt.X("declared:Q", scale=alt.Scale(domain=[0, 1])), "y": alt.Y("realised:Q", scale=alt.Scale(domain=[0, 1]))}
    points = alt.Chart(table, title="Declared and realised probability").mark_point(filled=True).encode(**axes, size="pairs:Q")
    bars = alt.Chart(table).mark_rule().encode(x="declared:Q", y="low:Q", y2="high:Q")
    line = alt.Chart(pl.DataFrame({"declared": [0.0, 1.0], "realised": [0.0, 1.0]})).mark_line(strokeDash=[4, 3]).encode(**axes)
    picture: alt.LayerChart = line + bars + points
    return picture


def weight_picture(steps: pl.DataFrame) -> alt.Chart:
    """The waterfall of one weight: `step`, `bits`, `start` and `end` of each field, from the prior to the total."""
    shown = steps.with_columns(says=pl.when(pl.col("bits") < 0).then(pl.lit("against")).otherwise(pl.lit("for")))
    picture: alt.Chart = alt.Chart(shown, title="One weight, field by field (bits)").mark_bar().encode(
        x=alt.X("start:Q", title=None), x2="end:Q", y=alt.Y("step:N", sort=steps["step"].to_list(), title=None), color="says:N",
        tooltip=["step", "bits"],
    )  # fmt: skip
    return picture
