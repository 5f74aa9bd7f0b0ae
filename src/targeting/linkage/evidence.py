"""The tables that leave the room: links, evidence, candidates, persons.

Every link of level A or B has one row of evidence; possible links and candidates have rows of the same shape in a table of
their own.
"""

import numpy as np
import polars as pl

from targeting.frames.identity import EVIDENCE, LINKS, PERSONS
from targeting.linkage.decide import LINK
from targeting.linkage.exact import DEFINES

NO_CANDIDATE, ORGANISATION = "no_candidate", "organisation"
_IN_PART = ("swapped", "shortened", "half", "first_of_month")
_KEY = ["register", "row", "role"]


def links_table(identities: pl.DataFrame, units: pl.DataFrame, linked: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    """LINKS: one row an identity; without a link the method says why there is none. `units`: the persons among the identities."""
    best = decided.filter(pl.col("outcome") != LINK).unique("unit", keep="first", maintain_order=True)
    at, why = _places(linked["unit"], units.height), _places(best["unit"], units.height)
    found = ["person_id", "level", "probability", "weight", "rule"]
    frame = linked.select(pl.col(name).gather(at) for name in found).with_columns(best["rule"].gather(why).alias("why"))
    frame = frame.with_columns(method=pl.coalesce("rule", "why", pl.lit(NO_CANDIDATE)))
    person = (identities["kind"] == "person").to_numpy()
    if not person.all():
        whole = pl.Series(np.where(person, np.cumsum(person) - 1, -1)).replace(-1, None)
        frame = frame.select(pl.all().gather(whole)).with_columns(pl.col("method").fill_null(ORGANISATION))
    return LINKS.conform(pl.concat([identities.select(_KEY), frame], how="horizontal"))


def _places(units: pl.Series, size: int) -> pl.Series:
    """For each of so many units its place among these, or null."""
    places = np.full(size, -1, dtype=np.int64)
    places[units.to_numpy()] = np.arange(len(units))
    return pl.Series(places).replace(-1, None)


def evidence_table(
    units: pl.DataFrame, linked: pl.DataFrame, decided: pl.DataFrame, *, spec_sha256: str, snapshot: str
) -> pl.DataFrame:
    """EVIDENCE of the links: of level A the number and the name, of level B every field that was compared."""
    exact = linked.filter(pl.col("level") == "A")
    weighed = _of_weighed(linked.filter(pl.col("level") != "A"), linked, units, decided).sort("unit")
    frame = _of_exact(exact, units).cast(weighed.schema).merge_sorted(weighed, key="unit")
    return EVIDENCE.conform(frame.with_columns(spec_sha256=pl.lit(spec_sha256), snapshot=pl.lit(snapshot)))


def _of_exact(linked: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """What there is to say of a number and a name that settle a link."""
    name, held = pl.col("name"), pl.col("held_name")
    frame = pl.concat(
        [linked.drop("unit"), units.select("unit", *_KEY, "name").select(pl.all().gather(linked["unit"]))], how="horizontal"
    )
    plain = pl.when(name == held).then(pl.lit("exact")).otherwise(pl.lit("folded"))
    lost = pl.when("lost_character").then(pl.lit("unknown_character")).otherwise(plain)
    named = pl.when(name.is_null() | held.is_null()).then(pl.lit("absent")).otherwise(lost)
    agreement = {f"{field}_agreement": pl.lit("not_compared") for field in ("birth", "address", "relation")}
    silent = {name: pl.lit(None, dtype=dtype) for name, dtype in EVIDENCE.schema.items() if name not in frame.columns}
    said = silent | agreement | {"id_agreement": pl.lit("exact"), "name_agreement": named}
    return frame.with_columns(**said).select("unit", *EVIDENCE.schema)


def _of_weighed(fresh: pl.DataFrame, linked: pl.DataFrame, units: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    weighed = decided.filter(pl.col("outcome") == LINK).unique("unit", keep="first", maintain_order=True)
    weighed = weighed.drop("rule", "person", "weight", "probability").rename({"unit": "weighed_unit"})
    frame = fresh.join(units.select("unit", *_KEY), on="unit").join(weighed, on="weighed_unit", how="left")
    frame = frame.with_columns(
        id_agreement=pl.col("number_level").fill_null("absent"),
        name_agreement=_name_agreement(),
        birth_agreement=_birth_agreement(),
        address_agreement=pl.col("address_level").fill_null("absent"),
        relation_agreement=pl.col("relation").fill_null("absent"),
    )
    persons = linked.join(frame.select(person="next_person").unique(), on="person", how="semi")
    persons = persons.select(next_person="person", runner_up="person_id").unique()
    frame = _with_bits(frame.join(persons, on="next_person", how="left"))
    silent = {name: pl.lit(None, dtype=dtype) for name, dtype in EVIDENCE.schema.items() if name not in frame.columns}
    return frame.with_columns(**silent).select("unit", *EVIDENCE.schema)


def candidates_table(units: pl.DataFrame, possible: pl.DataFrame, *, spec_sha256: str, snapshot: str) -> pl.DataFrame:
    """EVIDENCE of candidates and possible links, level C: they never leave the linkage as evidence."""
    frame = possible.join(units.select("unit", *_KEY), on="unit").with_columns(
        level=pl.lit("C"),
        id_agreement=pl.col("number_level").fill_null("absent"),
        name_agreement=_name_agreement(),
        birth_agreement=_birth_agreement(),
        address_agreement=pl.col("address_level").fill_null("absent"),
        relation_agreement=pl.col("relation").fill_null("absent"),
        runner_up=pl.lit(None, dtype=pl.String),
    )
    frame = frame.unique([*_KEY, "person_id"], keep="first", maintain_order=True)
    return _stamped(frame, spec_sha256=spec_sha256, snapshot=snapshot)


def persons_table(named: pl.DataFrame) -> pl.DataFrame:
    """PERSONS, with the first row of each in the defining register."""
    row = pl.when(pl.col("known_from") == "defining").then("row")
    return PERSONS.conform(named.with_columns(population_row=row))


def level_a(links: pl.DataFrame) -> pl.DataFrame:
    """The exact links with level A; a row of the defining register is its person by definition."""
    return links.with_columns(
        level=pl.lit("A"),
        probability=pl.lit(None, dtype=pl.Float64),
        weight=pl.lit(None, dtype=pl.Float64),
        defines=pl.col("rule") == DEFINES,
    )


def _name_agreement() -> pl.Expr:
    folded = (pl.col("name_level") == "exact") & pl.col("name_folded").fill_null(value=False)
    level = pl.col("name_level").replace(dict.fromkeys(_IN_PART, "partial")).fill_null("absent")
    return pl.when(folded).then(pl.lit("folded")).otherwise(level)


def _birth_agreement() -> pl.Expr:
    return pl.col("birth_level").replace(dict.fromkeys(_IN_PART, "partial")).fill_null("absent")


def _stamped(frame: pl.DataFrame, *, spec_sha256: str, snapshot: str) -> pl.DataFrame:
    stamped = _with_bits(frame).with_columns(spec_sha256=pl.lit(spec_sha256), snapshot=pl.lit(snapshot))
    return EVIDENCE.conform(stamped)


def _with_bits(frame: pl.DataFrame) -> pl.DataFrame:
    """The bits as they add up to the weight: of address and company, which show one home, the stronger counts (see `weigh`)."""
    place, company = pl.col("address_bits"), pl.col("relation_bits")
    both = (place > 0) & (company > 0)
    frame = frame.with_columns(
        id_bits=pl.col("number_bits"),
        address_bits=pl.when(both & (place < company)).then(0.0).otherwise(place),
        relation_bits=pl.when(both & (place >= company)).then(0.0).otherwise(company),
    )
    fields = pl.sum_horizontal("id_bits", "name_bits", "birth_bits", "address_bits", "relation_bits")
    return frame.with_columns(prior_bits=pl.col("weight") - fields)
