"""Match weight and match probability of every compared pair.

Fellegi & Sunter 1969: the weight of a pair is the sum over fields of log2(m/u), plus the prior. u of a name is the frequency of
that name (Winkler 1989), or, inside a home, how often people of one home share it. A record is one of the persons or nobody, so
the probability is shared out among its pairs: two equal namesakes get half each.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.linkage.learn import POOLED, Rates
from targeting.linkage.relate import NAMED_TOGETHER, TOGETHER

FIELDS = ("number", "name", "birth", "address", "relation")
_AT_HOME_NUMBERS = ("exact", "relatives_number")
_LARGEST = 200.0  # bits; beyond it a float overflows and nothing changes


@dataclass(frozen=True, slots=True)
class Learnt:
    """The rates of all levels, and of each register the share of records whose person is known."""

    rates: Rates
    priors: dict[str, float]
    usual_prior: float


def weigh(pairs: pl.DataFrame, *, records: pl.DataFrame, persons: pl.DataFrame, learnt: Learnt) -> pl.DataFrame:
    """The pairs with the bits of each field, `weight` (bits, prior included) and `probability`."""
    pairs = with_bits(pairs, records, persons, rates=learnt.rates)
    prior = pairs["register"].replace_strict(learnt.priors, default=learnt.usual_prior, return_dtype=pl.Float64).to_numpy()
    bits = (pairs["other_bits"] + pairs["number_bits"]).to_numpy()
    _, record = np.unique(pairs["unit"].to_numpy(), return_inverse=True)
    weight = bits + np.log2(prior / max(learnt.rates.persons, 1))
    probability = shares(bits, record, prior, persons=learnt.rates.persons)
    # Rounded, so that the last bit of a sum does not decide how a table is written.
    return pairs.with_columns(
        weight=pl.Series(weight).clip(-_LARGEST, _LARGEST).round(6), probability=pl.Series(probability).round(9)
    )


def shares(
    bits: npt.NDArray[np.float64], record: npt.NDArray[np.intp], prior: npt.NDArray[np.float64], *, persons: int
) -> npt.NDArray[np.float64]:
    """The probability of each pair: every record is one of its persons, or nobody."""
    odds = np.exp2(np.clip(bits, -_LARGEST, _LARGEST)) * prior / max(persons, 1)
    total = np.bincount(record, odds, minlength=int(record.max(initial=-1)) + 1)
    share: npt.NDArray[np.float64] = odds / (total[record] + (1 - prior))
    return share


def with_bits(pairs: pl.DataFrame, records: pl.DataFrame, persons: pl.DataFrame, *, rates: Rates) -> pl.DataFrame:
    """The pairs with `register`, the bits of each field, and `other_bits`: all of them but the number's, as they add up."""
    pairs = pairs.join(records.select("unit", "register", "reach"), on="unit", how="left", maintain_order="left")
    pairs = _looked_up(pairs, "number", "number_level", rates)
    pairs = _looked_up(pairs, "birth", "birth_level", rates)
    pairs = _looked_up(pairs, "address", "address_level", rates)
    pairs = _looked_up(pairs, "relation", "relation", rates)
    pairs = pairs.with_columns(name_bits=_name_bits(pairs, persons, rates), relation_bits=_relation_bits(rates))
    place, company = pl.col("address_bits"), pl.col("relation_bits")
    # One home seen twice is one piece of evidence: the stronger of the two counts, not their sum.
    home = pl.when((place > 0) & (company > 0)).then(pl.max_horizontal(place, company)).otherwise(place + company)
    return pairs.with_columns(other_bits=pl.col("name_bits") + pl.col("birth_bits") + home)


def _looked_up(pairs: pl.DataFrame, field: str, column: str, rates: Rates) -> pl.DataFrame:
    """The register's own weight of the level, else that of all registers; nothing where the level is null."""
    bits = rates.bits(field)
    reach = pl.col("reach") if field == "address" else pl.lit("")
    keyed = pairs.select(column, own=pl.concat_str("register", reach), pooled=pl.concat_str(pl.lit(POOLED), reach))
    for key in ("own", "pooled"):
        table = bits.rename({"register": key, "level": column, "bits": f"{key}_bits"})
        keyed = keyed.join(table, on=[key, column], how="left", maintain_order="left")
    weight = keyed.select(pl.coalesce("own_bits", "pooled_bits", pl.lit(0.0))).to_series()
    return pairs.with_columns(weight.alias(f"{field}_bits"))


def _relation_bits(rates: Rates) -> pl.Expr:
    """Two names in one booklet by accident: the more common the other name, the less it says."""
    table = rates.table.filter((pl.col("field") == "relation") & (pl.col("level") == TOGETHER))
    m = {row["register"]: row["m"] for row in table.iter_rows(named=True)}
    together = pl.col("register").replace_strict(m, default=m.get(POOLED, 0.5), return_dtype=pl.Float64)
    by_name = (together / pl.col("chance")).log(2)
    return pl.when(pl.col("relation") == NAMED_TOGETHER).then(by_name).otherwise("relation_bits")


def _name_bits(pairs: pl.DataFrame, persons: pl.DataFrame, rates: Rates) -> pl.Series:
    total = max(rates.persons, 1)
    frequency = persons.select(
        "person",
        namesakes=pl.len().over("name_key"),
        homophones=pl.len().over("pinyin"),
        alike=pl.len().over("surname", pl.col("name_key").str.len_chars()),
    )
    frame = pairs.select("person", "name_level", "address_level", "relation", "number_level").join(
        frequency, on="person", how="left", maintain_order="left"
    )
    table = rates.table.filter((pl.col("field") == "name") & (pl.col("register") == POOLED))
    frame = frame.join(table.select(name_level="level", m="m", u="u"), on="name_level", how="left", maintain_order="left")
    level = pl.col("name_level")
    u = (
        pl.when(level == "exact")
        .then(pl.col("namesakes") / total)
        .when(level == "pinyin")
        .then((pl.col("homophones").cast(pl.Int64) - pl.col("namesakes").cast(pl.Int64) + 1) / total)
        .when(level == "unknown_character")
        .then(pl.col("alike") / total)
        .otherwise(pl.col("u"))
    )
    home = (
        (pl.col("address_level") == "room")
        | pl.col("relation").is_in([TOGETHER, NAMED_TOGETHER])
        | pl.col("number_level").is_in(_AT_HOME_NUMBERS)
    ).fill_null(value=False)
    at_home = level.replace_strict(rates.home, default=None, return_dtype=pl.Float64)
    u = pl.when(home).then(pl.max_horizontal(u, at_home)).otherwise(u)
    return frame.select(bits=(pl.col("m") / u).log(2).fill_null(0.0))["bits"]
