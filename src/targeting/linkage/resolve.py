"""Identities of all registers → links, persons, evidence: the one door of the linkage.

settle (exact) → block → compare → weigh → decide, then the ledger names the persons. A pure function of its arguments: the same
identities, specification, ledger and judgements give the same tables.
"""

from dataclasses import dataclass, replace

import polars as pl

from targeting.frames.identity import IDENTITIES
from targeting.linkage.assemble import assemble, described
from targeting.linkage.block import block
from targeting.linkage.decide import decide, distinct_within_rows
from targeting.linkage.estimate import estimate
from targeting.linkage.exact import Settled, settle, with_doubt
from targeting.linkage.frequency import frequencies, with_frequencies
from targeting.linkage.habits import NONE, Habits, habits
from targeting.linkage.judgements import judged_pairs
from targeting.linkage.learn import learn
from targeting.linkage.ledger import Recalled, recall
from targeting.linkage.opinion import SCHEMA, opinions
from targeting.linkage.prepare import units, with_forms, with_own_birth
from targeting.linkage.relate import Common, Company, common, company
from targeting.linkage.rounds import (
    PAIR,
    Question,
    in_company,
    leveled,
    linked_by,
    once_more,
    suggested,
    weighed,
    with_links,
)
from targeting.linkage.weigh import Learnt
from targeting.linkage.weights import Weights, restored, stored
from targeting.specs.linkage import LinkageSpec


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
    """What the exact links leave open: every pair of a record and a person that counts, and those that were decided to be kept.

    `recalled`: persons whom the ledger knows; `apart`: pairs that people have judged to be two, compared and not weighed;
    `blocked`: pairs that blocking brought and that count, or that company suggests too, with the levels of their fields;
    `by_itself`: `decided` before two of one row are told apart; `first`: links of the first round; `known`, `met`: the company of
    each round.
    """

    units: pl.DataFrame
    settled: Settled
    recalled: Recalled
    judged: pl.DataFrame
    records: pl.DataFrame
    pairs: pl.DataFrame
    apart: pl.DataFrame
    blocked: pl.DataFrame
    by_itself: pl.DataFrame
    decided: pl.DataFrame
    first: pl.DataFrame
    known: Company
    met: Company
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
    found = residue(identities, spec=spec, ledger=ledger, judgements=judgements, trained=trained, every_pair=second_opinion)
    return tables(found, identities, spec=spec, ledger=ledger, snapshot=snapshot, second_opinion=second_opinion)


def tables(
    found: Residue,
    identities: pl.DataFrame,
    *,
    spec: LinkageSpec,
    ledger: pl.DataFrame,
    snapshot: str,
    second_opinion: bool = False,
) -> LinkResult:
    """The tables of what was decided."""
    persons = described(found.settled.persons)
    made = assemble(
        identities,
        found.units,
        found.settled.links,
        persons,
        found.decided,
        found.recalled,
        ledger,
        spec_sha256=spec.sha256,
        snapshot=snapshot,
    )
    kept = stored(found.learnt)
    told = pl.DataFrame(schema=SCHEMA)
    if second_opinion:
        told = opinions(pl.concat([found.pairs, found.apart], how="diagonal"), found.decided, found.units, made.ids)
    return LinkResult(made.links, made.evidence, made.candidates, made.persons, made.ledger, kept.weights, kept.frequencies, told)


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

    Without `every_pair` the weighed pairs are not kept.
    """
    prepared = units(IDENTITIES.conform(identities))
    learnt = None if trained is None else restored(trained)
    found = habits(prepared, learnt=learnt.habits if learnt else NONE)
    prepared = with_own_birth(prepared, found.states_birth)
    settled = _formed(settle(prepared, defining_register=spec.defining_register), spec=spec)
    recalled = recall(described(settled.persons), ledger)
    judged = judged_pairs(prepared, recalled.known, judgements, ledger)
    settled = with_doubt(cut(settled, prepared, judged, spec=spec))
    known = company_of(prepared, settled.links, found, spec=spec)
    elsewhere = settled.persons.filter(pl.col("known_from") == "elsewhere")
    records = pl.concat([settled.residue, elsewhere.select(settled.residue.columns)])
    asked = Question(records, settled.residue, known, settled.persons)
    names = _names(asked, learnt)
    blocked = block(records, settled.persons, blocking=spec.blocking)
    more = pl.concat([suggested(asked, names), said_the_same(judged, settled.links)])
    pairs = pl.concat([blocked, more]).unique().join(settled.persons.select(PAIR), on=PAIR, how="anti").sort(PAIR)
    levels = leveled(pairs, records, settled.persons, spec=spec)
    compared = in_company(levels, asked, judged, names)
    if learnt is None:
        learnt = _learnt(prepared, settled, asked, judged, compared, names, found, spec=spec)
    else:
        learnt = replace(learnt, habits=found)
    settled = replace(settled, persons=with_frequencies(settled.persons, learnt.rates.frequencies))
    asked = replace(asked, persons=settled.persons)
    at_first = weighed(compared, asked, learnt, spec=spec)
    first = decide(at_first, spec=spec)
    met = company_of(prepared, with_links(settled.links, linked_by(first)), found, spec=spec)
    left = settled.residue.join(linked_by(first), on="unit", how="anti").join(met.bonds, on="unit", how="semi")
    at_second = once_more(levels, Question(left, left, met, settled.persons), judged, names, learnt, spec=spec)
    by_itself = pl.concat([first.join(left, on="unit", how="anti"), decide(at_second, spec=spec)]).sort("unit", "place")
    decided = distinct_within_rows(by_itself, prepared, settled.links)
    every = at_second.clear()
    if every_pair:
        every = pl.concat([at_first.join(left, on="unit", how="anti"), at_second]).sort(PAIR)
    apart = compared.filter(pl.col("judgement") == "different")
    counting = pl.concat([at_first.select(PAIR), apart.select(PAIR), more]).unique()
    kept = levels.join(counting, on=PAIR, how="semi", maintain_order="left").join(
        blocked, on=PAIR, how="semi", maintain_order="left"
    )
    return Residue(
        prepared, settled, recalled, judged, records, every, apart, kept, by_itself, decided, linked_by(first), known, met, learnt
    )


def company_of(prepared: pl.DataFrame, links: pl.DataFrame, found: Habits, *, spec: LinkageSpec) -> Company:
    """The company of these units, as declared."""
    return company(
        prepared,
        links,
        defining_register=spec.defining_register,
        max_group=spec.blocking.max_group,
        wide_groups=found.wide_groups,
    )


def said_the_same(judged: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Pairs that people have judged to be one person, where no number has settled it."""
    return judged.filter(pl.col("judgement") == "same").join(links, on="unit", how="anti").select(PAIR)


def _names(asked: Question, learnt: Learnt | None) -> Common:
    if learnt is not None:
        return common(learnt.rates.frequencies, learnt.rates.persons, learnt.habits.kin)
    couples = asked.known.couples
    return common(frequencies(asked.persons), asked.persons.height, couples.height / max(couples["person"].n_unique(), 1))


def _learnt(
    prepared: pl.DataFrame,
    settled: Settled,
    asked: Question,
    judged: pl.DataFrame,
    compared: pl.DataFrame,
    names: Common,
    found: Habits,
    *,
    spec: LinkageSpec,
) -> Learnt:
    counted = frequencies(settled.persons)
    rates = learn(prepared, settled, asked.known, judged, names=names, counted=counted, spec=spec)
    persons = with_frequencies(settled.persons, counted)
    share = _known_share(prepared, settled, defining_register=spec.defining_register)
    found = replace(found, kin=names.kin)
    return estimate(compared, records=asked.records, persons=persons, rates=rates, exact=share, habits=found, spec=spec)


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


def cut(settled: Settled, prepared: pl.DataFrame, judged: pl.DataFrame, *, spec: LinkageSpec) -> Settled:
    """An exact link that somebody has judged to be another person is cut; one judged to be another's goes there."""
    different = judged.filter(pl.col("judgement") == "different").select("unit", "person")
    elsewhere = judged.filter(pl.col("judgement") == "same").select("unit", to="person")
    kept = settled.links.join(different, on=["unit", "person"], how="anti")
    kept = kept.join(elsewhere, on="unit", how="left").filter(pl.col("to").is_null() | (pl.col("to") == pl.col("person")))
    kept = kept.select(settled.links.columns).sort("unit")
    loose = settled.links.join(kept, on="unit", how="anti")
    freed = with_forms(prepared.join(loose, on="unit", how="semi"), surname_readings=spec.names.surname_readings)
    return Settled(settled.persons, kept, pl.concat([settled.residue, freed]).sort("unit"))
