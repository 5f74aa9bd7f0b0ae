"""Two files of person data, or one with itself → links and possible links with levels, weights and probabilities.

Exact verified pairs first; the rest is blocked, compared and weighed as the specification says (Fellegi & Sunter 1969; u of a
frequent value is its frequency, Winkler 1989; m by EM, Dempster, Laird & Rubin 1977). A pure function of its arguments.
"""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from targeting.linkage import training
from targeting.linkage.fields import Codes, levels
from targeting.linkage.forms import VERIFIED, comparable, texts, verified
from targeting.linkage.pairing import Pairs, Passes, best_of_each, blocked, clusters, keyed, one_to_one, possible, rows_of
from targeting.linkage.training import Trained
from targeting.specs.files import FileSpec, Kind

EXACT, WEIGHED = "exact", "weighed"
_SILENT = 1e-6  # a pair so much less likely than that the record is nobody's is not kept


@dataclass(frozen=True, slots=True)
class FileLinks:
    """Links and possible links (one row a pair), and what was learnt: it can be given back, so that later runs weigh alike."""

    links: pl.DataFrame  # left, right, rule, weight, probability, <field>_level, <field>_bits, spec_sha256
    possible: pl.DataFrame
    trained: Trained
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Side:
    """The records of one file that are compared, and the hashed keys of every one, with its `row`."""

    table: pl.DataFrame
    keys: pl.DataFrame


def link_files(left: pl.DataFrame, right: pl.DataFrame, *, spec: FileSpec, trained: Trained | None = None) -> FileLinks:
    """Every record of `left` is linked to at most one of `right`, or has possible links, or none."""
    one, other = texts(left, spec), texts(right, spec)
    settled = _settled(one, other, spec=spec)
    labels = _labels(settled, one, other, spec=spec) if trained is None else {}
    rest = _with_doubt(verified(one.join(settled, left_on="at", right_on="left", how="anti"), spec), other, spec=spec)
    pool = other.join(settled, left_on="at", right_on="right", how="anti") if spec.decision.one_to_one else other
    records, others = one.height, other.height
    del one, other
    first, second = _side(rest, spec=spec), _side(verified(pool, spec), spec=spec)
    if trained is None:
        known = training.Known(settled.height, records, labels)
        trained = _trained(first, second, known, spec=spec)
    weighed, compared = _decided(first, second, trained, spec=spec)
    weighed = weighed.filter(pl.col("chosen") | (pl.col("probability") >= spec.decision.candidate))
    table = _table(weighed, first, second, spec=spec)
    links = pl.concat([_exact_rows(settled, table, spec=spec), table.filter(weighed["chosen"])]).sort("left", "right")
    free = table.filter(~weighed["chosen"]).join(links, on="left", how="anti").sort("left", "right")
    counts = {"left": records, "right": others, "exact": settled.height, "compared": compared, "links": links.height}
    return FileLinks(links, free, trained, counts)


def dedupe(frame: pl.DataFrame, *, spec: FileSpec, trained: Trained | None = None) -> FileLinks:
    """Records of one file that are one person; `cluster` is the first row of each linked record's cluster."""
    plain = verified(texts(frame, spec), spec)
    whole = _side(_with_doubt(plain, plain, spec=spec, itself=True), spec=spec)
    records = whole.table.height
    if trained is None:
        trained = _trained(whole, whole, training.Known(0, records, {}), spec=spec, alone=True)
    pairs = _blocked(whole, whole, (*spec.blocking, *spec.further), spec=spec)
    pairs = pairs.filter(pl.col("left") < pl.col("right"))
    rare = training.rarity(whole.table, trained.frequencies, spec=spec)
    compared = training.agreement(pairs, whole.table, whole.table, rarity=rare, spec=spec)
    weighed = training.weighed(compared, trained, population=records // 2, least=_SILENT, spec=spec)
    odds = np.exp2(weighed["weight"].to_numpy())
    weighed = weighed.with_columns(probability=pl.Series(odds / (odds + 1)))
    table = _table(weighed.filter(pl.col("probability") >= spec.decision.candidate), whole, whole, spec=spec)
    sure = pl.col("probability") >= spec.decision.link
    links = table.filter(sure)
    label = clusters(links, records=records)
    links = links.with_columns(cluster=pl.Series(label[links["left"].to_numpy()], dtype=pl.UInt32))
    counts = {"records": records, "compared": pairs.height, "links": links.height, "persons": len(np.unique(label))}
    return FileLinks(links, table.filter(~sure), trained, counts)


def _settled(one: pl.DataFrame, other: pl.DataFrame, *, spec: FileSpec) -> pl.DataFrame:
    """Pairs `left`, `right` that agree exactly on all declared fields, numbers verified, where no second record does."""
    if not spec.exact:
        return pl.DataFrame(schema={"left": pl.UInt32, "right": pl.UInt32})
    keys = list(spec.exact)
    pairs = one.select(*keys, left="at").drop_nulls().join(other.select(*keys, right="at"), on=keys)
    pairs = verified(pairs, spec.model_copy(update={"fields": tuple(spec.field(name) for name in keys)}))
    sure = [pl.col(name + VERIFIED) for name in keys if spec.field(name).kind is Kind.RESIDENT_ID]
    alone = [pl.col("left").is_unique(), *([pl.col("right").is_unique()] if spec.decision.one_to_one else [])]
    return pairs.filter(*sure, *alone).select("left", "right").sort("left")


def _with_doubt(rest: pl.DataFrame, other: pl.DataFrame, *, spec: FileSpec, itself: bool = False) -> pl.DataFrame:
    """`<field>:doubtful`: the verified number is another record's, so it does not say who this one is not."""
    for field in spec.fields:
        if field.kind is Kind.RESIDENT_ID:
            held = rest.filter(field.name + VERIFIED).join(other.select(field.name), on=field.name, how="semi")["at"]
            doubtful = pl.lit(value=False) if itself else pl.col("at").is_in(held.implode())
            rest = rest.with_columns(doubtful.alias(f"{field.name}:doubtful"))
    return rest


def _side(table: pl.DataFrame, *, spec: FileSpec) -> _Side:
    """Every form and key of the records; the text of an address is not needed any more."""
    table = comparable(table, spec)
    keys = keyed(table, (*spec.blocking, *spec.further)).with_row_index("row")
    spent = [field.name for field in spec.fields if field.kind is Kind.ADDRESS]
    spent += [name for name in table.columns if "." in name and not name.endswith(".pinyin")]
    return _Side(table.drop(spent), keys)


def _blocked(one: _Side, other: _Side, passes: Passes, *, spec: FileSpec) -> pl.DataFrame:
    pairs = blocked(one.keys, other.keys, passes, max_block=spec.max_block)
    return possible(rows_of(pairs), one.table, other.table, spec=spec)


def _labels(settled: pl.DataFrame, one: pl.DataFrame, other: pl.DataFrame, *, spec: FileSpec) -> dict[str, Codes]:
    """The levels of exact pairs in the fields that did not make them exact: free labels."""
    told = [field for field in spec.fields if field.name not in spec.exact]
    chosen = settled.gather_every(max(settled.height // training.SAMPLE, 1))
    if chosen.is_empty() or not told:
        return {}
    part = spec.model_copy(update={"fields": tuple(told), "exact": ()})
    first = comparable(verified(one[chosen["left"]], part), part)
    second = comparable(verified(other[chosen["right"]], part), part)
    rows = pl.DataFrame({"left": pl.arange(0, chosen.height, eager=True, dtype=pl.UInt32)}).with_columns(right="left")
    return {field.name: levels(field, rows, first, second) for field in told}


def _trained(one: _Side, other: _Side, known: training.Known, *, spec: FileSpec, alone: bool = False) -> Trained:
    """What a sample of the records and all their pairs teach."""
    records = one.table.height
    counted = training.frequencies(other.table, spec=spec)
    rows = np.random.default_rng(spec.learning.seed).permutation(records)[: training.SAMPLE]
    keys = one.keys[np.sort(rows)]
    pairs = _blocked(_Side(one.table, keys), other, (*spec.blocking, *spec.further), spec=spec)
    if alone:
        pairs = pairs.filter(pl.col("left") != pl.col("right"))
    compared = training.agreement(
        pairs, one.table, other.table, rarity=training.rarity(other.table, counted, spec=spec), spec=spec
    )
    return training.train(
        compared,
        known,
        u=training.chance(one.table, other.table, spec=spec),
        counted=counted,
        sampled=len(rows) / max(records, 1) * (2 if alone else 1),
        population=other.table.height // (2 if alone else 1),
        spec=spec,
        alone=alone,
    )


def _decided(one: _Side, other: _Side, trained: Trained, *, spec: FileSpec) -> tuple[pl.DataFrame, int]:
    """The weighed pairs with `probability` and whether each is `chosen`, and how many were compared.

    A later stage is for the records that the stages before leave without a sure link, among those that nobody has surely.
    """
    rare = training.rarity(other.table, trained.frequencies, spec=spec)
    population, nobody = other.table.height, 1 - trained.prior
    links: list[pl.DataFrame] = []
    unsure: list[pl.DataFrame] = []
    tried: Pairs = np.array([], dtype=np.uint64)
    number = 0
    for passes, cut in spec.stages():
        pairs = np.setdiff1d(blocked(one.keys, other.keys, passes, max_block=spec.max_block), tried, assume_unique=True)
        rows = possible(rows_of(pairs), one.table, other.table, spec=spec)
        compared = training.agreement(rows, one.table, other.table, rarity=rare, spec=spec)
        fresh = training.weighed(compared, trained, population=population, least=nobody * _SILENT, spec=spec)
        weighed = pl.concat([*unsure, fresh])
        odds = np.exp2(weighed["weight"].to_numpy())
        if spec.decision.one_to_one:
            free = population - sum(found.height for found in links)
            chosen, probability = one_to_one(weighed, odds, nobody=nobody, free=free, cut=cut)
        else:
            chosen, probability = best_of_each(weighed, odds, nobody=nobody, cut=cut)
        decided = weighed.with_columns(chosen=pl.Series(chosen), probability=pl.Series(probability))
        links.append(decided.filter("chosen"))
        left_over = decided.join(links[-1], on="left", how="anti")
        one = replace(one, keys=one.keys.join(links[-1], left_on="row", right_on="left", how="anti"))
        if spec.decision.one_to_one:
            other = replace(other, keys=other.keys.join(links[-1], left_on="row", right_on="right", how="anti"))
            weighed = weighed.join(links[-1], on="right", how="anti")
        unsure = [weighed.join(links[-1], on="left", how="anti")]
        tried, number = np.union1d(tried, pairs), number + rows.height
    return pl.concat([*links, left_over]), number


def _table(weighed: pl.DataFrame, one: _Side, other: _Side, *, spec: FileSpec) -> pl.DataFrame:
    """The weighed pairs by the rows of the files, with the level and the bits of every field in words and numbers."""
    named = [
        pl.col(f"{field.name}_code")
        .replace_strict(dict(enumerate(field.levels())), default="absent", return_dtype=pl.String)
        .alias(f"{field.name}_level")
        for field in spec.fields
    ]
    return weighed.select(
        one.table["at"].gather(weighed["left"]).alias("left"),
        other.table["at"].gather(weighed["right"]).alias("right"),
        pl.lit(WEIGHED).alias("rule"),
        pl.col("weight").round(6),
        pl.col("probability").round(9),
        *named,
        *(pl.col(f"{field.name}_bits").round(6) for field in spec.fields),
        spec_sha256=pl.lit(spec.sha256),
    )


def _exact_rows(settled: pl.DataFrame, table: pl.DataFrame, *, spec: FileSpec) -> pl.DataFrame:
    given = {"rule": pl.lit(EXACT), "spec_sha256": pl.lit(spec.sha256)}
    given |= {f"{name}_level": pl.lit("exact") for name in spec.exact}
    missing = [name for name in table.columns if name not in ("left", "right", *given)]
    absent = {name: pl.lit(None, dtype=table.schema[name]) for name in missing}
    return settled.select("left", "right", **given, **absent).select(table.columns)
