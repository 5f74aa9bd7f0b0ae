"""Identities of all registers → links, persons, evidence: the one door of the linkage.

settle (exact) → block → compare → weigh → decide, then the ledger names the persons. A pure function of its arguments: the same
identities, specification, ledger and judgements give the same tables.
"""

from dataclasses import dataclass, replace

import polars as pl

from targeting.frames.identity import IDENTITIES
from targeting.linkage import evidence
from targeting.linkage.block import block
from targeting.linkage.compare import compare
from targeting.linkage.decide import LINK, SAME_NAMES, decide, distinct_within_rows
from targeting.linkage.estimate import estimate
from targeting.linkage.exact import Settled, settle, with_doubt
from targeting.linkage.frequency import with_frequencies
from targeting.linkage.judgements import judged_pairs
from targeting.linkage.learn import learn
from targeting.linkage.ledger import Recalled, mint, recall
from targeting.linkage.opinion import SCHEMA, opinions
from targeting.linkage.prepare import LOST, units, with_forms
from targeting.linkage.relate import Company, acquainted, company, named_together, relatives_of_holders, with_relation
from targeting.linkage.weigh import Learnt, weigh
from targeting.linkage.weights import Weights, restored, stored
from targeting.specs.linkage import LinkageSpec

PAIRS_AT_ONCE = 500_000
"""Pairs laid out with all fields of both sides at a time: six million at once take seven gigabytes more."""


@dataclass(frozen=True, slots=True)
class LinkResult:
    """LINKS, EVIDENCE (of A and B), candidates (EVIDENCE of level C), PERSONS, LEDGER; the weights and name counts that held.

    `opinions`: see `opinion`; without rows unless asked for.
    """

    links: pl.DataFrame
    evidence: pl.DataFrame
    candidates: pl.DataFrame
    persons: pl.DataFrame
    ledger: pl.DataFrame
    weights: pl.DataFrame
    frequencies: pl.DataFrame
    opinions: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Residue:
    """What the exact links leave open: every weighed pair of a record and a person, and those that were decided to be kept.

    `recalled`: persons whom the ledger knows; `apart`: pairs that people have judged to be two, compared and not weighed.
    """

    units: pl.DataFrame
    settled: Settled
    recalled: Recalled
    records: pl.DataFrame
    pairs: pl.DataFrame
    apart: pl.DataFrame
    decided: pl.DataFrame
    learnt: Learnt


def link(
    identities: pl.DataFrame,
    *,
    spec: LinkageSpec,
    ledger: pl.DataFrame,
    judgements: pl.DataFrame,
    snapshot: str,
    trained: Weights | None = None,
    second_opinion: bool = False,
) -> LinkResult:
    """Every identity is linked to one person at level A or B, or has a reason why not; every person has a lasting id.

    `trained`: weights of an earlier run of the same specification; nothing is learnt then.
    """
    identities = IDENTITIES.conform(identities)
    weighed = residue(identities, spec=spec, ledger=ledger, judgements=judgements, trained=trained, every_pair=second_opinion)
    prepared, settled, decided = weighed.units, weighed.settled, weighed.decided
    linked, moved = _linked(settled, decided)
    named, ledger = _named(_described(settled.persons), weighed.recalled, moved, ledger, snapshot=snapshot)
    ids = named.select("person", "person_id", held_name="name", held_key="name_key")
    everyone = _with_ids(linked, ids, prepared)
    stamp = {"spec_sha256": spec.sha256, "snapshot": snapshot}
    possible = decided.filter(pl.col("outcome") != LINK).join(linked, on="unit", how="anti")
    possible = _moved(possible, moved).join(ids, on="person")
    kept = stored(weighed.learnt)
    told = pl.DataFrame(schema=SCHEMA)
    if second_opinion:
        both = pl.concat([weighed.pairs, weighed.apart], how="diagonal")
        told = opinions(both, decided, prepared, ids.select("person", "person_id"))
    return LinkResult(
        evidence.links_table(identities, prepared, everyone, decided),
        evidence.evidence_table(prepared, everyone, decided, **stamp),
        evidence.candidates_table(prepared, possible, **stamp),
        evidence.persons_table(named),
        ledger,
        kept.weights,
        kept.frequencies,
        told,
    )


def residue(
    identities: pl.DataFrame,
    *,
    spec: LinkageSpec,
    ledger: pl.DataFrame,
    judgements: pl.DataFrame,
    trained: Weights | None = None,
    every_pair: bool = True,
) -> Residue:
    """The weighed pairs of a link run, also those that it drops: what a measurement of the weights needs.

    Without `every_pair` the pairs, the largest table of all, are not kept.
    """
    prepared = units(IDENTITIES.conform(identities))
    settled = _formed(settle(prepared, defining_register=spec.defining_register), spec=spec)
    recalled = recall(_described(settled.persons), ledger)
    judged = judged_pairs(prepared, recalled.known, judgements, ledger)
    settled = _cut(settled, prepared, judged, spec=spec)
    return _weighed(prepared, settled, recalled, judged, spec=spec, trained=trained, every_pair=every_pair)


def _weighed(
    prepared: pl.DataFrame,
    settled: Settled,
    recalled: Recalled,
    judged: pl.DataFrame,
    *,
    spec: LinkageSpec,
    trained: Weights | None,
    every_pair: bool,
) -> Residue:
    """Pairs of the residue, and of persons known from elsewhere with registered ones, decided in two rounds.

    What the first round links is company for those it leaves open.
    """
    defining, group = spec.defining_register, spec.blocking.max_group
    settled = with_doubt(settled)
    known = company(prepared, settled.links, defining_register=defining, max_group=group)
    elsewhere = settled.persons.filter(pl.col("known_from") == "elsewhere")
    records = pl.concat([settled.residue, elsewhere.select(settled.residue.columns)])
    pairs = _pairs(settled, records, known, judged, spec=spec)
    compared = _compared(pairs, settled, records, known, judged, spec=spec)
    if trained is None:
        rates = learn(prepared, settled, known, judged, spec=spec)
        settled = replace(settled, persons=with_frequencies(settled.persons, rates.frequencies))
        share = _known_share(prepared, settled, defining_register=defining)
        learnt = estimate(compared, records=records, persons=settled.persons, rates=rates, exact=share, spec=spec)
    else:
        learnt = restored(trained)
        settled = replace(settled, persons=with_frequencies(settled.persons, learnt.rates.frequencies))
    apart = compared.filter(pl.col("judgement") == "different")
    at_first = weigh(_allowed(compared), records=records, persons=settled.persons, learnt=learnt)
    first = decide(at_first, spec=spec)
    links = _links_so_far(settled, first)
    met = company(prepared, links, defining_register=defining, max_group=group)
    left = settled.residue.join(links, on="unit", how="anti").join(met.bonds, on="unit", how="semi")
    again = pl.concat([pairs.join(left, on="unit", how="semi"), _suggested(settled, left, met)]).unique().sort("unit", "person")
    compared = _compared(again, settled, left, met, judged, spec=spec)
    at_second = weigh(_allowed(compared), records=left, persons=settled.persons, learnt=learnt)
    second = decide(at_second, spec=spec)
    decided = pl.concat([first.join(left, on="unit", how="anti"), second]).sort("unit", "place")
    decided = distinct_within_rows(decided, prepared, settled.links)
    weighed = at_second.clear()
    if every_pair:
        weighed = pl.concat([at_first.join(left, on="unit", how="anti"), at_second]).sort("unit", "person")
    return Residue(prepared, settled, recalled, records, weighed, apart, decided, learnt)


def _links_so_far(settled: Settled, decided: pl.DataFrame) -> pl.DataFrame:
    fresh = decided.filter(pl.col("outcome") == LINK).unique("unit", keep="first", maintain_order=True)
    return pl.concat([settled.links, fresh.select("unit", "person", "rule")]).unique("unit", keep="first", maintain_order=True)


def _pairs(settled: Settled, records: pl.DataFrame, known: Company, judged: pl.DataFrame, *, spec: LinkageSpec) -> pl.DataFrame:
    """All pairs worth comparing: by blocking pass, by company, by a relative's number, by judgement."""
    said = judged.filter(pl.col("judgement") == "same").join(settled.links, on="unit", how="anti").select("unit", "person")
    blocked = block(records, settled.persons, blocking=spec.blocking)
    pairs = pl.concat([blocked, _suggested(settled, settled.residue, known), said])
    own = settled.persons.select("unit", "person")
    return pairs.unique().join(own, on=["unit", "person"], how="anti").sort("unit", "person")


def _suggested(settled: Settled, records: pl.DataFrame, known: Company) -> pl.DataFrame:
    """Pairs that company or a relative's number suggests."""
    met = acquainted(records, known).select("unit", "person")
    both = named_together(records, settled.persons, known).select("unit", "person")
    return pl.concat([met, both, relatives_of_holders(records, settled.persons, known)])


def _compared(
    pairs: pl.DataFrame, settled: Settled, records: pl.DataFrame, known: Company, judged: pl.DataFrame, *, spec: LinkageSpec
) -> pl.DataFrame:
    """The pairs with all their levels and their `judgement`."""
    some = (pairs.slice(first, PAIRS_AT_ONCE) for first in range(0, max(1, pairs.height), PAIRS_AT_ONCE))
    partial = spec.names.partial_from_length
    pairs = pl.concat([compare(part, records, settled.persons, partial_from_length=partial) for part in some])
    pairs = _with_borrowed(with_relation(pairs, records, settled.persons, known), settled, known)
    return pairs.join(judged, on=["unit", "person"], how="left", maintain_order="left")


def _allowed(compared: pl.DataFrame) -> pl.DataFrame:
    """Those not judged to be different people: such pairs teach, but they are nobody's candidates."""
    return compared.filter(pl.col("judgement").fill_null("") != "different")


def _with_borrowed(pairs: pl.DataFrame, settled: Settled, known: Company) -> pl.DataFrame:
    """Where the number is a relative's and the name is this person's, the number says that, and not that they differ."""
    borrowed = relatives_of_holders(settled.residue, settled.persons, known).with_columns(borrowed=pl.lit(value=True))
    pairs = pairs.join(borrowed, on=["unit", "person"], how="left", maintain_order="left")
    relatives = pl.col("borrowed").fill_null(value=False) & pl.col("name_level").is_in(SAME_NAMES)
    level = pl.when(relatives).then(pl.lit("relatives_number")).otherwise("number_level")
    return pairs.with_columns(number_level=level).drop("borrowed")


def _known_share(prepared: pl.DataFrame, settled: Settled, *, defining_register: str) -> pl.DataFrame:
    """`register`, `records` with a verified number, those `linked` to a person known from elsewhere too, and the `known`.

    Known is also whoever's number the defining register holds under another name: a name may be misspelt.
    """
    others = prepared.filter((pl.col("register") != defining_register) & pl.col("verified")).select("unit", "register", "number")
    linked = settled.links.join(settled.persons.select("person", "known_from"), on="person")
    linked = linked.with_columns(again=(pl.col("known_from") == "defining") | (pl.len().over("person") > 1))
    defining = settled.persons.filter((pl.col("known_from") == "defining") & pl.col("verified"))
    held = defining.select("number", held=pl.lit(value=True)).unique()
    joined = others.join(linked.select("unit", "again"), on="unit", how="left").join(held, on="number", how="left")
    joined = joined.with_columns(pl.col("again", "held").fill_null(value=False))
    counted = joined.group_by("register").agg(
        linked=pl.col("again").sum(), known=(pl.col("again") | pl.col("held")).sum(), records=pl.len()
    )
    return counted.sort("register")


def _formed(settled: Settled, *, spec: LinkageSpec) -> Settled:
    """The persons and the units left over with the forms by which they are compared."""
    own = settled.persons.select("person", "known_from")
    rows = pl.concat([settled.persons.select(settled.residue.columns), settled.residue])
    formed = with_forms(rows, surname_readings=spec.names.surname_readings)
    persons = pl.concat([own, formed.head(own.height)], how="horizontal")
    return replace(settled, persons=persons, residue=formed.slice(own.height))


def _cut(settled: Settled, prepared: pl.DataFrame, judged: pl.DataFrame, *, spec: LinkageSpec) -> Settled:
    """An exact link that somebody has judged to be another person is cut; one judged to be another's goes there."""
    different = judged.filter(pl.col("judgement") == "different").select("unit", "person")
    elsewhere = judged.filter(pl.col("judgement") == "same").select("unit", to="person")
    kept = settled.links.join(different, on=["unit", "person"], how="anti")
    kept = kept.join(elsewhere, on="unit", how="left").filter(pl.col("to").is_null() | (pl.col("to") == pl.col("person")))
    kept = kept.select(settled.links.columns).sort("unit")
    loose = settled.links.join(kept, on="unit", how="anti")
    freed = with_forms(prepared.join(loose, on="unit", how="semi"), surname_readings=spec.names.surname_readings)
    return Settled(settled.persons, kept, pl.concat([settled.residue, freed]).sort("unit"))


def _linked(settled: Settled, decided: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Links of both levels, and `person`, `to`: persons from elsewhere who turned out to be registered ones.

    All rows of such a person follow the pair that was weighed; `weighed_unit` says whose evidence a link rests on.
    """
    fresh = decided.filter(pl.col("outcome") == LINK).unique("unit", keep="first", maintain_order=True)
    own = settled.persons.filter(pl.col("known_from") == "elsewhere").select("unit", own="person")
    moved = fresh.join(own, on="unit").select("rule", "weight", "probability", person="own", to="person", weighed_unit="unit")
    links = evidence.level_a(settled.links).join(moved, on="person", how="left", suffix="_moved", maintain_order="left")
    follows = pl.col("to").is_not_null()
    links = links.with_columns(
        level=pl.when(follows).then(pl.lit("B")).otherwise("level"),
        rule=pl.when(follows).then("rule_moved").otherwise("rule"),
        weight=pl.coalesce("weight_moved", "weight"),
        probability=pl.coalesce("probability_moved", "probability"),
        person=pl.coalesce("to", "person"),
    )
    columns = ["unit", "person", "rule", "level", "probability", "weight", "weighed_unit"]
    weighed = fresh.join(own, on="unit", how="anti").with_columns(level=pl.lit("B"), weighed_unit="unit").select(columns)
    weighed = _moved(weighed, moved)
    return pl.concat([links.select(columns), weighed.select(columns)]).sort("unit"), moved.select("person", "to")


def _moved(pairs: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    joined = pairs.join(moved.select("person", "to"), on="person", how="left", maintain_order="left")
    return joined.with_columns(person=pl.coalesce("to", "person")).drop("to")


def _described(persons: pl.DataFrame) -> pl.DataFrame:
    """The persons with what the ledger knows them by."""
    home = pl.coalesce("group", pl.col("dwellings").list.first())
    return persons.select(
        "person",
        "known_from",
        "register",
        "row",
        "role",
        "resident_id",
        "name",
        "name_key",
        "birth_date",
        home=pl.when(pl.col("known_from") == "defining").then(home),
    )


def _named(
    described: pl.DataFrame, recalled: Recalled, moved: pl.DataFrame, ledger: pl.DataFrame, *, snapshot: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Persons with their ids; the id of a person from elsewhere who is a registered one resolves to that one's."""
    gone = moved.join(recalled.known, on="person")
    kept = described.join(moved, on="person", how="anti")
    known = recalled.known.join(moved, on="person", how="anti")
    heirs = gone.join(known.select(to="person", current_id="person_id"), on="to").select("person_id", "current_id")
    fresh = gone.join(known.select(to="person"), on="to", how="anti").unique("to", keep="first", maintain_order=True)
    known = pl.concat([known, fresh.select(person="to", person_id="person_id")]).sort("person")
    absorbed = pl.concat([recalled.absorbed, heirs]).unique("person_id", keep="first", maintain_order=True)
    return mint(kept, Recalled(known, absorbed), ledger, snapshot=snapshot)


def _with_ids(linked: pl.DataFrame, ids: pl.DataFrame, prepared: pl.DataFrame) -> pl.DataFrame:
    named = linked.join(ids, on="person").join(prepared.select("unit", "name_key"), on="unit")
    lost = pl.col("name_key").str.contains(LOST, literal=True) | pl.col("held_key").str.contains(LOST, literal=True)
    different = pl.col("name_key") != pl.col("held_key")
    return named.with_columns(lost_character=(lost & different).fill_null(value=False)).sort("unit")
