"""Match weight and match probability of every compared pair.

Fellegi & Sunter 1969: the weight of a pair is the sum over fields of log2(m/u), plus the prior. u of a name is the frequency of
that name (Winkler 1989). A record is one of the persons or nobody, so the probability is shared out among its pairs: two equal
namesakes get half each. Nobody may be an unregistered relative of the person, whose home and name are alike: of every pair it is
asked whether one explains it better than an accident does.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.linkage.frequency import COUNTS
from targeting.linkage.habits import Habits
from targeting.linkage.learn import POOLED, Rates
from targeting.linkage.relate import NAMED_TOGETHER, TOGETHER

_LARGEST = 200.0  # bits; beyond it a float overflows and nothing changes


@dataclass(frozen=True, slots=True)
class Learnt:
    """The rates of all levels, of each register the share of records whose person is known, and the registers' habits."""

    rates: Rates
    priors: dict[str, float]
    usual_prior: float
    habits: Habits


def weigh(
    pairs: pl.DataFrame, *, records: pl.DataFrame, persons: pl.DataFrame, learnt: Learnt, negligible: float
) -> pl.DataFrame:
    """The pairs with the bits of each field, `weight` (bits, prior included) and `probability`; those of no account are left out.

    Which those are, each pair says by itself (see `matters`): so a record's
    probabilities change only with pairs that matter. An exact number and a judgement always do.
    """
    pairs = with_bits(pairs, records, persons, rates=learnt.rates)
    prior = pairs["register"].replace_strict(learnt.priors, default=learnt.usual_prior, return_dtype=pl.Float64).to_numpy()
    exact = (pairs["number_level"] == "exact").fill_null(value=False).to_numpy()
    judged = (pairs["judgement"] == "same").fill_null(value=False).to_numpy()
    kept = matters(*supported(pairs), prior, rates=learnt.rates, negligible=negligible) | exact | judged
    pairs, prior = pairs.filter(pl.Series(kept)), prior[kept]
    bits = (pairs["other_bits"] + pairs["number_bits"]).to_numpy()
    kin = (pairs["kin_bits"] + pairs["number_kin_bits"]).to_numpy()
    _, record = np.unique(pairs["unit"].to_numpy(), return_inverse=True)
    return pairs.with_columns(totals(bits, record, prior, kin=kin, rates=learnt.rates))


def supported(pairs: pl.DataFrame) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The bits of each pair, and those by which a relative explains it, if company that is lacking is not held against it.

    So a pair of no account stays one, whoever is named beside the record.
    """
    place, company = pl.col("address_bits"), pl.col("relation_bits").clip(lower_bound=0)
    home = pl.when(place > 0).then(pl.max_horizontal(place, company)).otherwise(place + company)
    told = pairs.select(
        bits=pl.col("name_bits") + pl.col("birth_bits") + pl.col("number_bits") + home,
        kin=pl.col("name_kin_bits") + pl.col("birth_kin_bits") + pl.col("number_kin_bits") + home.clip(lower_bound=0),
    )
    return told["bits"].to_numpy(), told["kin"].to_numpy()


def matters(
    bits: npt.NDArray[np.float64],
    kin: npt.NDArray[np.float64],
    prior: npt.NDArray[np.float64],
    *,
    rates: Rates,
    negligible: float,
) -> npt.NDArray[np.bool_]:
    """Which pairs are, by themselves, no less likely than `negligible` to be one person, or a person and a relative."""
    least = negligible * max(rates.persons, 1)
    odds = np.exp2(np.clip(bits, -_LARGEST, _LARGEST)) * prior / (1 - prior)
    likely: npt.NDArray[np.bool_] = np.maximum(odds, np.exp2(np.clip(kin, -_LARGEST, _LARGEST)) * rates.relatives) >= least
    return likely


def totals(
    bits: npt.NDArray[np.float64],
    record: npt.NDArray[np.intp],
    prior: npt.NDArray[np.float64],
    *,
    kin: npt.NDArray[np.float64],
    rates: Rates,
) -> list[pl.Series]:
    """`weight` and `probability` of each pair; arguments as of `shares`.

    Rounded, so that the last bit of a sum does not decide how a table is written.
    """
    weight = pl.Series("weight", bits + np.log2(prior / max(rates.persons, 1))).clip(-_LARGEST, _LARGEST)
    probability = pl.Series("probability", shares(bits, record, prior, kin=kin, rates=rates))
    return [weight.round(6), probability.round(9)]


def shares(
    bits: npt.NDArray[np.float64],
    record: npt.NDArray[np.intp],
    prior: npt.NDArray[np.float64],
    *,
    kin: npt.NDArray[np.float64],
    rates: Rates,
) -> npt.NDArray[np.float64]:
    """The probability of each pair: every record is one of its persons, or nobody, who may live with one of them.

    `kin`: bits by which an unregistered relative of the person explains the pair better than a stranger does.
    """
    persons, size = max(rates.persons, 1), int(record.max(initial=-1)) + 1
    odds = np.exp2(np.clip(bits, -_LARGEST, _LARGEST)) * prior / persons
    total = np.bincount(record, odds, minlength=size)
    relatives = np.exp2(np.clip(kin, -_LARGEST, _LARGEST)) * rates.relatives / persons
    nobody = (1 - prior) * (1 + np.bincount(record, relatives, minlength=size)[record])
    share: npt.NDArray[np.float64] = odds / (total[record] + nobody)
    return share


def with_bits(pairs: pl.DataFrame, records: pl.DataFrame, persons: pl.DataFrame, *, rates: Rates) -> pl.DataFrame:
    """The pairs with `register`, the bits of each field, and `other_bits`: all of them but the number's, as they add up.

    `kin_bits` adds up likewise how much better than a stranger a relative of the person explains the fields.
    """
    pairs = pairs.join(records.select("unit", "register", "reach"), on="unit", how="left", maintain_order="left")
    pairs = _looked_up(pairs, "number", "number_level", rates)
    pairs = _looked_up(pairs, "birth", "birth_level", rates)
    pairs = _looked_up(pairs, "address", "address_level", rates)
    pairs = _looked_up(pairs, "relation", "relation", rates)
    pairs = pairs.with_columns(name_bits(pairs, persons, rates)).with_columns(relation_bits=_relation_bits(rates))
    place, company = pl.col("address_bits"), pl.col("relation_bits")
    # One home seen twice is one piece of evidence: the stronger of the two counts, not their sum.
    home = pl.when((place > 0) & (company > 0)).then(pl.max_horizontal(place, company)).otherwise(place + company)
    kin = pl.col("name_kin_bits") + pl.col("birth_kin_bits") + home.clip(lower_bound=0)
    return pairs.with_columns(other_bits=pl.col("name_bits") + pl.col("birth_bits") + home, kin_bits=kin)


def _looked_up(pairs: pl.DataFrame, field: str, column: str, rates: Rates) -> pl.DataFrame:
    """The register's own weight of the level, else that of all registers; nothing where the level is null.

    `*_kin_bits` says the same of a relative: log2(home/u).
    """
    table = rates.bits(field)
    reach = pl.col("reach") if field == "address" else pl.lit("")
    keyed = pairs.select(column, own=pl.concat_str("register", reach), pooled=pl.concat_str(pl.lit(POOLED), reach))
    for key in ("own", "pooled"):
        named = table.rename({"register": key, "level": column, "bits": f"{key}_bits", "kin_bits": f"{key}_kin_bits"})
        keyed = keyed.join(named, on=[key, column], how="left", maintain_order="left")
    return pairs.with_columns(
        keyed.select(
            pl.coalesce("own_bits", "pooled_bits", pl.lit(0.0)).alias(f"{field}_bits"),
            pl.coalesce("own_kin_bits", "pooled_kin_bits", pl.lit(0.0)).alias(f"{field}_kin_bits"),
        )
    )


def _relation_bits(rates: Rates) -> pl.Expr:
    """Two names in one booklet by accident: the more common the other name, the less it says."""
    table = rates.table.filter((pl.col("field") == "relation") & (pl.col("level") == TOGETHER))
    m = {row["register"]: row["m"] for row in table.iter_rows(named=True)}
    together = pl.col("register").replace_strict(m, default=m.get(POOLED, 0.5), return_dtype=pl.Float64)
    by_name = (together / pl.col("chance")).log(2)
    return pl.when(pl.col("relation") == NAMED_TOGETHER).then(by_name).otherwise("relation_bits")


def name_bits(pairs: pl.DataFrame, persons: pl.DataFrame, rates: Rates) -> pl.DataFrame:
    """`name_bits` and `name_kin_bits`: u is the frequency of this name, of its sound, or of the level."""
    total = max(rates.persons, 1)
    frame = pairs.select("person", "name_level").join(
        persons.select("person", *COUNTS), on="person", how="left", maintain_order="left"
    )
    table = rates.table.filter((pl.col("field") == "name") & (pl.col("register") == POOLED))
    frame = frame.join(table.select(name_level="level", m="m", u="u"), on="name_level", how="left", maintain_order="left")
    home = rates.home.filter(pl.col("field") == "name").select("home", name_level="level")
    frame = frame.join(home, on="name_level", how="left", maintain_order="left")
    level = pl.col("name_level")
    u = (
        pl.when(level == "exact")
        .then(pl.col("namesakes") / total)
        .when(level == "pinyin")
        .then((pl.col("homophones") - pl.col("namesakes") + 1).clip(lower_bound=1) / total)
        .when(level == "unknown_character")
        .then(pl.col("alike") / total)
        .otherwise(pl.col("u"))
    )
    return frame.select(
        name_bits=(pl.col("m") / u).log(2).fill_null(0.0),
        name_kin_bits=(pl.max_horizontal(u, "home") / u).log(2).fill_null(0.0),
    )
