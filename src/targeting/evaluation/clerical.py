"""Precision and recall of links from a clerical sample: pairs drawn by weight, judged by reviewers, scaled up to all pairs.

The frame is every link of level A and B and every possible link (C) of a run; a match that the run did not keep even as a
possible link is not in it, so recall is that among kept pairs. Level A is one stratum, B and C are cut into quarters by weight.
Estimator: stratified totals and their ratios, variance by linearisation with finite population correction (Cochran 1977, ch. 5
and 6); the interval is Wilson's with the effective number of pairs (Korn & Graubard 1998), because errors are rare. Sampling by
weight for linkage error: Belin & Rubin 1995; Blakely & Salmond 2002; Chipperfield et al. 2018.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.errors import InvalidInput
from targeting.evaluation.intervals import CONFIDENCE, Interval
from targeting.evaluation.links import POPULATION

QUARTERS = 4
LEVELS = ("A", "B", "C")
_LINKED: Mapping[str, tuple[str, ...]] = {"A": ("A",), "B": ("B",), "A+B": ("A", "B")}
STRATA = {"stratum": pl.String, "level": pl.String, "pairs": pl.Int64, "drawn": pl.Int64}
DESIGN = {"record": pl.String, "person": pl.String, **STRATA}

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """The drawn pairs (`record`, `person`, `stratum`) and the strata they were drawn from."""

    pairs: pl.DataFrame
    strata: pl.DataFrame


def frame(links: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    """`record` (register:row:role), `person` and `stratum` of all links and possible links outside the population register."""
    kept = pl.concat(
        [
            part.select("register", "row", "role", "person_id", "level", "weight")
            for part in (links.filter(pl.col("level").is_in(["A", "B"])), candidates.with_columns(level=pl.lit("C")))
        ]
    ).filter((pl.col("register") != POPULATION) & pl.col("person_id").is_not_null())
    order = pl.struct("weight", "register", "row", "role", "person_id").rank("ordinal").over("level") - 1
    quarter = pl.when(pl.col("level") == "A").then(0).otherwise(order * QUARTERS // pl.len().over("level"))
    pairs = kept.with_columns(stratum=pl.concat_str("level", quarter.cast(pl.Int64) + 1))
    record = pl.format("{}:{}:{}", "register", "row", "role")
    return pairs.select(record.alias("record"), person="person_id", stratum="stratum", level="level").sort("record", "person")


def draw(pairs: pl.DataFrame, size: int, *, seed: int = 7) -> Sample:
    """So many pairs of the frame: a third for each level, shared evenly among its strata, the rest where there are pairs left.

    Raises:
        InvalidInput: fewer than two pairs a stratum are asked for.
    """
    strata = pairs.group_by("stratum", "level").agg(pairs=pl.len()).sort("stratum")
    if size < 2 * strata.height:
        raise InvalidInput(f"A sample needs at least two pairs in each of {strata.height} strata; got {size} pairs.")
    share = 1 / (strata["level"].n_unique() * pl.len().over("level"))
    drawn = strata.with_columns(drawn=pl.min_horizontal("pairs", (share * size).floor().clip(lower_bound=2))).cast(
        {"pairs": pl.Int64, "drawn": pl.Int64}
    )
    shuffled = pairs.with_columns(place=pl.int_range(pl.len()).shuffle(seed=seed))
    ranked = shuffled.with_columns(place=pl.col("place").rank("ordinal").over("stratum"))
    chosen = ranked.join(drawn.select("stratum", "drawn"), on="stratum").filter(pl.col("place") <= pl.col("drawn"))
    return Sample(chosen.sort("place", "record").select("record", "person", "stratum"), drawn.select(list(STRATA)))


def design(sample: Sample) -> pl.DataFrame:
    """The sample as one table (DESIGN), which is kept beside the sheet: it names strata, not people."""
    return sample.pairs.join(sample.strata, on="stratum").select(list(DESIGN)).sort("record", "person")


def designed(table: pl.DataFrame) -> Sample:
    """The sample of a kept table.

    Raises:
        InvalidInput: it lacks columns.
    """
    missing = [name for name in DESIGN if name not in table.columns]
    if missing:
        raise InvalidInput(f"The file of strata lacks the columns {', '.join(missing)}.")
    return Sample(table.select("record", "person", "stratum"), table.select(list(STRATA)).unique().sort("stratum"))


def sheet(sample: Sample, identities: pl.DataFrame, persons: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What reviewers see of the records (by `record`) and of the persons (by `person`): number, name, birth day and address."""
    shown = ["number", "name", "birth_date", "address"]
    texts = identities.with_columns(
        record=pl.format("{}:{}:{}", "register", "row", "role"),
        number="id_text",
        birth_date=pl.col("birth_date").cast(pl.String),
    )
    records = texts.join(sample.pairs.select("record").unique(), on="record", how="semi").select("record", *shown)
    homes = texts.filter(pl.col("register") == POPULATION).select(population_row="row", address="address")
    people = persons.join(sample.pairs.select(person_id="person").unique(), on="person_id", how="semi")
    people = people.join(homes, on="population_row", how="left").with_columns(pl.col("birth_date").cast(pl.String))
    return records, people.select("name", "birth_date", "address", person="person_id", number="resident_id").select(
        "person", *shown
    )


def estimate(reviewed: pl.DataFrame, sample: Sample, *, confidence: float = CONFIDENCE) -> pl.DataFrame:
    """Precision, recall and F1 by level with intervals; `reviewed` has record, person and `match` (null: undecided).

    Undecided pairs count as not drawn.

    Raises:
        InvalidInput: a stratum has fewer than two judged pairs.
    """
    judged = sample.pairs.join(reviewed.drop_nulls("match"), on=["record", "person"])
    counts = judged.group_by("stratum").agg(judged=pl.len(), same=pl.col("match").sum())
    table = sample.strata.join(counts, on="stratum", how="left").fill_null(0).sort("stratum")
    few = table.filter(pl.col("judged") < pl.min_horizontal(2, "pairs"))["stratum"].to_list()
    if few:
        raise InvalidInput(f"The strata {', '.join(few)} have fewer than two judged pairs. Judge more of the sheet.")
    level = table["level"].to_numpy()
    rows = []
    for name, included in _LINKED.items():
        linked = np.isin(level, included).astype(np.float64)
        links, every = float((table["pairs"].to_numpy() * linked).sum()), np.ones(len(level))
        measures = {
            "precision": _ratio(table, linked, fixed=links, confidence=confidence),
            "recall": _ratio(table, linked, total=every, confidence=confidence),
            "f1": _ratio(table, 2 * linked, total=every, fixed=links, confidence=confidence),
        }
        row: dict[str, object] = {"level": name, "pairs": int(links), "judged": int((table["judged"].to_numpy() * linked).sum())}
        for measure, interval in measures.items():
            row |= {measure: interval.value, f"{measure}_low": interval.low, f"{measure}_high": interval.high}
        rows.append(row)
    return pl.DataFrame(rows)


def _ratio(table: pl.DataFrame, top: Floats, *, total: Floats | None = None, fixed: float = 0.0, confidence: float) -> Interval:
    """(sum of top · matches) / (fixed + sum of total · matches), the matches of each stratum estimated from its judged pairs."""
    size, judged, same = (table[name].to_numpy().astype(np.float64) for name in ("pairs", "judged", "same"))
    bottom = np.zeros(len(size)) if total is None else total
    value = _value(size * same / judged, top, bottom, fixed)
    # No error among a few pairs is no proof that there is none: half an error each way keeps the variance above zero.
    smooth = (same + 0.5) / (judged + 1)
    near = _value(size * smooth, top, bottom, fixed)
    denominator = fixed + float((bottom * size * smooth).sum())
    if not denominator or math.isnan(value):
        return Interval(math.nan, math.nan, math.nan, int(judged.sum()))
    spread = (top - near * bottom) ** 2 * size**2 * (1 - judged / size) * smooth * (1 - smooth) / judged
    variance = float(spread.sum()) / denominator**2
    return _wilson(value, near * (1 - near) / variance if variance else math.inf, int(judged.sum()), confidence)


def _value(matches: Floats, top: Floats, bottom: Floats, fixed: float) -> float:
    denominator = fixed + float((bottom * matches).sum())
    return float((top * matches).sum()) / denominator if denominator else math.nan


def _wilson(share: float, effective: float, cases: int, confidence: float) -> Interval:
    """Wilson's interval of a share that is known as well as from so many independent pairs."""
    if math.isinf(effective):
        return Interval(share, share, share, cases)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    centre = (share + z * z / (2 * effective)) / (1 + z * z / effective)
    half = z / (1 + z * z / effective) * math.sqrt(share * (1 - share) / effective + z * z / (4 * effective * effective))
    return Interval(share, max(centre - half, 0.0), min(centre + half, 1.0), cases)
