"""The index for lookups: made of a link run's tables and the identities that it linked, or loaded from where it was kept.

Persons are settled as the link run settled them, and what their names, levels and homes weigh is worked out by the same code
(`weigh`), once. Keys are hashes of Polars, which promises them for one version only: another one loads no kept index.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.linkage.enquiry import keys_of, part_hashes
from targeting.linkage.exact import Settled, settle
from targeting.linkage.frequency import COUNTS, with_frequencies
from targeting.linkage.lookup import FREQUENT, SEARCH, Bits, Blocks, PersonIndex, number_key
from targeting.linkage.prepare import SHORT, units, with_forms
from targeting.linkage.relate import company
from targeting.linkage.weigh import Learnt, name_bits, with_bits
from targeting.linkage.weights import Weights, restored
from targeting.specs.linkage import LinkageSpec, Pass

_PEOPLE = ["person_id", "number", "id_form", "name_key", "pinyin", "birth", "rule", "weight", "probability"]
_KEY = ["register", "row", "role"]
_PLACES = ("place", "other_place")
_PLAIN = ("verified", "parts", "addresses", "name_bits")


def build(identities: pl.DataFrame, links: pl.DataFrame, *, kept: Weights, spec: LinkageSpec) -> PersonIndex:
    """The index of all persons of a link run; `kept`: the weights of that run."""
    learnt = restored(kept)
    prepared = units(identities)
    settled = settle(prepared, defining_register=spec.defining_register)
    persons = with_forms(settled.persons, surname_readings=spec.names.surname_readings)
    own = links.select(*_KEY, "person_id", pl.when(pl.col("level") == "B").then("method").alias("rule"), "weight", "probability")
    persons = persons.join(own, on=_KEY, how="left", maintain_order="left")
    verified = persons.filter("verified")
    numbers = [number_key(number) for number in verified["number"].to_list()]
    parts, addresses = _addresses(persons)
    return PersonIndex(
        persons.select(_PEOPLE),
        tuple(_blocks(persons, one, spec.blocking.max_block) for one in spec.blocking.passes),
        _sorted(np.array(numbers, dtype=np.uint64), verified["person"].to_numpy()),
        _kin(prepared, settled, learnt.habits.wide_groups, spec=spec),
        persons["verified"].to_numpy(),
        parts,
        addresses,
        _name_bits(persons, learnt),
        level_bits(learnt, spec=spec),
        learnt,
        spec,
    )


def _kin(prepared: pl.DataFrame, settled: Settled, wide_groups: Mapping[str, bool], *, spec: LinkageSpec) -> Blocks:
    """Who is kin to whom by booklet or by a row of two, among exact links; the key is the person."""
    met = company(
        prepared,
        settled.links,
        defining_register=spec.defining_register,
        max_group=spec.blocking.max_group,
        wide_groups=wide_groups,
    )
    kin = met.kin.select("person", "relative").unique().sort("person", "relative")
    return Blocks(kin["person"].cast(pl.UInt64).to_numpy(), kin["relative"].cast(pl.UInt32).to_numpy())


def _blocks(persons: pl.DataFrame, one: Pass, max_block: int) -> Blocks:
    """The blocks of a pass that are not too large to compare."""
    frame = persons.with_columns(dwelling="dwellings") if "dwelling" in one.keys else persons
    frame = frame.select(pl.col("person").cast(pl.UInt32), *one.keys)
    if "dwelling" in one.keys:
        frame = frame.explode("dwelling", empty_as_null=True)
    keyed = frame.drop_nulls().select("person", key=keys_of(one)).unique()
    kept = keyed.filter(pl.len().over("key") <= max_block)
    return _sorted(kept["key"].to_numpy(), kept["person"].to_numpy())


def _sorted(keys: npt.NDArray[np.uint64], rows: npt.NDArray[np.uint32]) -> Blocks:
    order = np.lexsort((rows, keys))
    return Blocks(keys[order], rows[order].astype(np.uint32))


def _addresses(persons: pl.DataFrame) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]:
    """Distinct addresses by part, the first silent, and which of them each person's are."""
    texts = ("address", "other_address")
    said = [persons.select(text=text, place=place).drop_nulls("text") for text, place in zip(texts, _PLACES, strict=True)]
    distinct = pl.concat(said).unique("text", keep="first", maintain_order=True)
    parts = part_hashes(distinct["place"])
    at = distinct.select("text", at=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32))
    columns = [
        persons.select(text=text).join(at, on="text", how="left", maintain_order="left")["at"].fill_null(0).to_numpy()
        for text in texts
    ]
    return np.vstack([np.zeros((1, parts.shape[1]), dtype=np.uint64), parts]), np.column_stack(columns)


def _name_bits(persons: pl.DataFrame, learnt: Learnt) -> npt.NDArray[np.float64]:
    counted = with_frequencies(persons.select("person", "name_key", "pinyin", "surname"), learnt.rates.frequencies)
    each = [name_bits(counted.select("person", name_level=pl.lit(level)), counted, learnt.rates) for level in FREQUENT]
    return np.stack([bits.select("name_bits", "name_kin_bits").to_numpy() for bits in each], axis=1)


def level_bits(learnt: Learnt, *, spec: LinkageSpec) -> dict[tuple[str, str], Bits]:
    """The bits of every level in the register of lookups, and those by which a relative explains it better than a stranger."""
    levels = [(one.field, level.name) for one in spec.comparisons if one.field != "relation" for level in one.levels]
    pairs = pl.DataFrame(
        [{"unit": unit, "person": 0, f"{field}_level": level} for unit in (0, 1) for field, level in levels],
        schema={"unit": pl.UInt32, "person": pl.UInt32, **{f"{one.field}_level": pl.String for one in spec.comparisons}},
    ).with_columns(relation=pl.lit(None, dtype=pl.String), chance=pl.lit(None, dtype=pl.Float64))
    records = pl.DataFrame({"unit": [0, 1], "register": SEARCH, "reach": ["", SHORT]}, schema_overrides={"unit": pl.UInt32})
    nobody = pl.DataFrame({"person": [0], **{count: [1] for count in COUNTS}}, schema_overrides={"person": pl.UInt32})
    weighed = with_bits(pairs, records, nobody, rates=learnt.rates)
    return {
        (field + (SHORT if row["reach"] and field == "address" else ""), level): (
            row[f"{field}_bits"],
            row["number_kin_bits" if field == "number" else "kin_bits"],
        )
        for (field, level), row in zip(levels * 2, weighed.iter_rows(named=True), strict=True)
    }


def save(index: PersonIndex, folder: Path) -> None:
    """The index lies in the folder, in files that `load` maps into memory."""
    folder.mkdir(parents=True)
    index.people.write_ipc(folder / "people.arrow", compression="uncompressed")
    for name, array in _arrays(index):
        np.save(folder / f"{name}.npy", array)
    (folder / "made_by.json").write_text(json.dumps({"polars": pl.__version__}), "utf-8")


def load(folder: Path, *, kept: Weights, spec: LinkageSpec) -> PersonIndex | None:
    """The index that `save` put there for the same link run; None where there is none, or another version of Polars made it."""
    made_by = folder / "made_by.json"
    if not made_by.exists() or json.loads(made_by.read_text("utf-8"))["polars"] != pl.__version__:
        return None
    learnt = restored(kept)
    arrays = {file.stem: np.load(file, mmap_mode="r") for file in folder.glob("*.npy")}

    def blocks(name: str) -> Blocks:
        return Blocks(arrays[f"{name}_keys"].view(np.ndarray), arrays[f"{name}_rows"].view(np.ndarray))

    return PersonIndex(
        pl.read_ipc(folder / "people.arrow"),
        tuple(blocks(f"pass_{at}") for at in range(len(spec.blocking.passes))),
        blocks("numbers"),
        blocks("kin"),
        **{name: arrays[name].view(np.ndarray) for name in _PLAIN},
        bits=level_bits(learnt, spec=spec),
        learnt=learnt,
        spec=spec,
    )


def _arrays(index: PersonIndex) -> Iterator[tuple[str, npt.NDArray[np.generic]]]:
    blocks = {"numbers": index.numbers, "kin": index.kin} | {f"pass_{at}": one for at, one in enumerate(index.passes)}
    for name, block in blocks.items():
        yield f"{name}_keys", block.keys
        yield f"{name}_rows", block.rows
    for name in _PLAIN:
        yield name, getattr(index, name)
