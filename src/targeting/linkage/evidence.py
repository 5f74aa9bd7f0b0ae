"""The tables that leave the room: links, evidence, candidates, persons.

Every link of level A or B has one row of evidence; possible links and candidates have rows of the same shape in a table of
their own.
"""

import polars as pl

from targeting.frames.identity import EVIDENCE, LINKS, PERSONS
from targeting.linkage.decide import LINK
from targeting.linkage.exact import DEFINES

NO_CANDIDATE, ORGANISATION = "no_candidate", "organisation"
_IN_PART = ("swapped", "shortened", "half", "first_of_month")
_KEY = ["register", "row", "role"]


def links_table(identities: pl.DataFrame, units: pl.DataFrame, linked: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    """LINKS: one row an identity; without a link the method says why there is none."""
    best = decided.filter(pl.col("outcome") != LINK).unique("unit", keep="first", maintain_order=True)
    best = best.join(linked, on="unit", how="anti").select("unit", why="rule")
    frame = units.select("unit", *_KEY).join(linked, on="unit", how="left").join(best, on="unit", how="left")
    frame = frame.select(
        *_KEY,
        "person_id",
        "level",
        "probability",
        "weight",
        method=pl.coalesce("rule", "why", pl.lit(NO_CANDIDATE)),
    )
    whole = identities.select(*_KEY, "kind").join(frame, on=_KEY, how="left")
    method = pl.when(pl.col("kind") == "person").then("method").otherwise(pl.lit(ORGANISATION))
    return LINKS.conform(whole.with_columns(method=method).drop("kind"))


def evidence_table(
    units: pl.DataFrame, linked: pl.DataFrame, decided: pl.DataFrame, *, spec_sha256: str, snapshot: str
) -> pl.DataFrame:
    """EVIDENCE of the links: of level A the number and the name, of level B every field that was compared."""
    weighed = decided.filter(pl.col("outcome") == LINK).unique("unit", keep="first", maintain_order=True)
    weighed = weighed.drop("rule", "person", "weight", "probability").rename({"unit": "weighed_unit"})
    frame = linked.join(units.select("unit", *_KEY, "name"), on="unit").join(weighed, on="weighed_unit", how="left")
    exact = pl.col("level") == "A"
    plain_name = pl.when(pl.col("name") == pl.col("held_name")).then(pl.lit("exact")).otherwise(pl.lit("folded"))
    with_lost = pl.when(pl.col("lost_character")).then(pl.lit("unknown_character")).otherwise(plain_name)
    not_compared = pl.lit("not_compared")
    named = pl.when(pl.col("name").is_null() | pl.col("held_name").is_null()).then(pl.lit("absent")).otherwise(with_lost)
    frame = frame.with_columns(
        id_agreement=pl.when(exact).then(pl.lit("exact")).otherwise(pl.col("number_level").fill_null("absent")),
        name_agreement=pl.when(exact).then(named).otherwise(_name_agreement()),
        birth_agreement=pl.when(exact).then(not_compared).otherwise(_birth_agreement()),
        address_agreement=pl.when(exact).then(not_compared).otherwise(pl.col("address_level").fill_null("absent")),
        relation_agreement=pl.when(exact).then(not_compared).otherwise(pl.col("relation").fill_null("absent")),
    )
    persons = linked.select(next_person="person", runner_up="person_id").unique()
    frame = frame.join(persons, on="next_person", how="left")
    return _stamped(frame, spec_sha256=spec_sha256, snapshot=snapshot)


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
