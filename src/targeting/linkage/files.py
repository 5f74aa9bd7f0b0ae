"""Two files of person data, or one with itself → links and possible links with levels, weights and probabilities.

Exact verified pairs first; the rest is blocked, compared and weighed as the specification says (Fellegi & Sunter 1969; u of a
frequent value is its frequency, Winkler 1989; m by EM, Dempster, Laird & Rubin 1977). A pure function of its arguments.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from targeting.linkage import training
from targeting.linkage.fields import levels
from targeting.linkage.forms import VERIFIED, comparable, texts, verified
from targeting.linkage.pairing import best_of_each, blocked, clusters, one_to_one
from targeting.linkage.training import Trained, Weighed, odds_of, weighed
from targeting.specs.files import FileSpec, Kind

EXACT, WEIGHED = "exact", "weighed"


@dataclass(frozen=True, slots=True)
class FileLinks:
    """Links and possible links (one row a pair), and what was learnt: it can be given back, so that later runs weigh alike."""

    links: pl.DataFrame  # left, right, rule, weight, probability, <field>_level, <field>_bits, spec_sha256
    possible: pl.DataFrame
    trained: Trained
    counts: dict[str, int]


def link_files(left: pl.DataFrame, right: pl.DataFrame, *, spec: FileSpec, trained: Trained | None = None) -> FileLinks:
    """Every record of `left` is linked to at most one of `right`, or has possible links, or none."""
    one, other = verified(texts(left, spec), spec), verified(texts(right, spec), spec)
    settled = _settled(one, other, spec=spec)
    rest = _with_doubt(one, other, spec=spec).join(settled, left_on="at", right_on="left", how="anti")
    pool = other.join(settled, left_on="at", right_on="right", how="anti") if spec.decision.one_to_one else other
    frequencies = training.frequencies(other, spec=spec) if trained is None else trained.frequencies
    rest, pool = comparable(rest, spec), comparable(pool, spec)
    pairs = blocked(rest, pool, spec=spec)
    compared = _compared(pairs, rest, pool, spec=spec)
    if trained is None:
        labels = _labels(settled, one, other, spec=spec)
        known = training.Known(settled.height, one.height, other.height, labels)
        trained = training.train(compared, rest, pool, known, frequencies=frequencies, spec=spec)
    result = weighed(compared, pool, trained, population=other.height, spec=spec)
    pick = one_to_one if spec.decision.one_to_one else best_of_each
    chosen = pick(odds_of(result), cut=spec.decision.link)
    where = {"left": rest["at"], "right": pool["at"]}
    table = _table(result, where, spec=spec)
    exact = _exact_rows(settled, table, spec=spec)
    links = pl.concat([exact, table.filter(chosen)]).sort("left", "right")
    free = table.filter(~chosen).join(links, on="left", how="anti").filter(pl.col("probability") >= spec.decision.candidate)
    counts = {"left": one.height, "right": other.height, "exact": settled.height, "compared": pairs.height, "links": links.height}
    return FileLinks(links, free.sort("left", "right"), trained, counts)


def dedupe(frame: pl.DataFrame, *, spec: FileSpec, trained: Trained | None = None) -> FileLinks:
    """Records of one file that are one person; `cluster` is the first row of each linked record's cluster."""
    whole = verified(texts(frame, spec), spec)
    whole = comparable(_with_doubt(whole, whole, spec=spec, itself=True), spec)
    frequencies = training.frequencies(whole, spec=spec) if trained is None else trained.frequencies
    pairs = blocked(whole, whole, spec=spec).filter(pl.col("left") < pl.col("right"))
    compared = _compared(pairs, whole, whole, spec=spec)
    if trained is None:
        known = training.Known(0, whole.height, whole.height, {})
        trained = training.train(compared, whole, whole, known, frequencies=frequencies, spec=spec, alone=True)
    result = weighed(compared, whole, trained, population=whole.height, spec=spec, alone=True)
    table = _table(result, {"left": whole["at"], "right": whole["at"]}, spec=spec)
    sure = pl.col("probability") >= spec.decision.link
    links = table.filter(sure)
    label = clusters(links, records=whole.height)
    links = links.with_columns(cluster=pl.Series(label[links["left"].to_numpy()], dtype=pl.UInt32))
    possible = table.filter(~sure & (pl.col("probability") >= spec.decision.candidate))
    counts = {"records": whole.height, "compared": pairs.height, "links": links.height, "persons": len(np.unique(label))}
    return FileLinks(links, possible, trained, counts)


def _settled(one: pl.DataFrame, other: pl.DataFrame, *, spec: FileSpec) -> pl.DataFrame:
    """Pairs `left`, `right` that agree exactly on all declared fields, where no second record does."""
    if not spec.exact:
        return pl.DataFrame(schema={"left": pl.UInt32, "right": pl.UInt32})
    sides = []
    for table, row in ((one, "left"), (other, "right")):
        sure = [pl.col(name + VERIFIED) for name in spec.exact if spec.field(name).kind is Kind.RESIDENT_ID]
        side = table.filter(pl.all_horizontal([*sure, pl.lit(value=True)])).select(*spec.exact, pl.col("at").alias(row))
        side = side.drop_nulls()
        if row == "right" or spec.decision.one_to_one:
            side = side.unique(list(spec.exact), keep="none")
        sides.append(side)
    return sides[0].join(sides[1], on=list(spec.exact)).select("left", "right")


def _with_doubt(one: pl.DataFrame, other: pl.DataFrame, *, spec: FileSpec, itself: bool = False) -> pl.DataFrame:
    """`<field>:doubtful`: the verified number is another record's, so it does not say who this one is not."""
    for field in spec.fields:
        if field.kind is Kind.RESIDENT_ID:
            held = other.filter(pl.col(field.name + VERIFIED))[field.name].unique()
            known = pl.col(field.name).is_in(held.implode()) & pl.col(field.name + VERIFIED) & pl.lit(value=not itself)
            one = one.with_columns(known.fill_null(value=False).alias(f"{field.name}:doubtful"))
    return one


def _compared(pairs: pl.DataFrame, one: pl.DataFrame, other: pl.DataFrame, *, spec: FileSpec) -> pl.DataFrame:
    return pairs.with_columns(levels(field, pairs, one, other).alias(f"{field.name}_code") for field in spec.fields)


def _labels(settled: pl.DataFrame, one: pl.DataFrame, other: pl.DataFrame, *, spec: FileSpec) -> dict[str, pl.Series]:
    """The levels of exact pairs in the fields that did not make them exact: free labels."""
    told = [field for field in spec.fields if field.name not in spec.exact]
    chosen = settled.sort("left").gather_every(max(settled.height // training.LABELS, 1))
    if chosen.is_empty() or not told:
        return {}
    part = spec.model_copy(update={"fields": tuple(told), "exact": ()})
    first = comparable(one[chosen["left"]].select("at", *(field.name for field in told)), part)
    second = comparable(other[chosen["right"]].select("at", *(field.name for field in told)), part)
    rows = pl.DataFrame({"left": pl.arange(0, chosen.height, eager=True, dtype=pl.UInt32)}).with_columns(right="left")
    return {field.name: levels(field, rows, first, second) for field in told}


def _table(result: Weighed, where: dict[str, pl.Series], *, spec: FileSpec) -> pl.DataFrame:
    """The weighed pairs by the rows of the files, with the level and the bits of every field in words and numbers."""
    named = []
    for field in spec.fields:
        words = dict(enumerate(field.levels()))
        code = pl.col(f"{field.name}_code")
        named.append(
            code.replace_strict(words, default=None, return_dtype=pl.String).fill_null("absent").alias(f"{field.name}_level")
        )
    pairs = result.pairs.with_columns(
        left=where["left"].gather(result.pairs["left"]), right=where["right"].gather(result.pairs["right"])
    )
    bits = [f"{field.name}_bits" for field in spec.fields]
    return pairs.select(
        "left", "right", pl.lit(WEIGHED).alias("rule"), "weight", "probability", *named, *bits, spec_sha256=pl.lit(spec.sha256)
    )


def _exact_rows(settled: pl.DataFrame, table: pl.DataFrame, *, spec: FileSpec) -> pl.DataFrame:
    given = {"rule": pl.lit(EXACT), "spec_sha256": pl.lit(spec.sha256)}
    given |= {f"{name}_level": pl.lit("exact") for name in spec.exact}
    missing = [name for name in table.columns if name not in ("left", "right", *given)]
    absent = {name: pl.lit(None, dtype=table.schema[name]) for name in missing}
    return settled.select("left", "right", **given, **absent).select(table.columns)
