"""Findings, scores and reasons → REFERRALS and ARMS: one ranking for the run, both directions, within capacity.

A tenth of the reviews is drawn by lot from *all* awards in scope, flagged or not (DOMAIN G15); a share is kept for those who may
be missing out; the rest goes by expected benefit of a review. The order of opening mixes the three evenly, so that a month that
ends early has still done its lot and its share, and a reviewer cannot tell from the place in the queue how a case was selected.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from targeting.frames.referral import ARMS, REFERRALS
from targeting.screening.capacity import Slots, slots_of_offices
from targeting.screening.priority import BY_FINDINGS, KEY, priorities
from targeting.specs.scoring import Ranking

RANDOM, RANKED = "random", "ranked"
TICKETS = 2**56


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject as the ranking sees it: its place in the frame, office, direction, order of work and lot."""

    at: int
    office: str
    direction: str
    benefit: str
    priority: float
    likely: float
    ticket: int


@dataclass(frozen=True, slots=True)
class Selected:
    """What the month opens, in order; `drawn` are the places that the lot chose."""

    opened: tuple[int, ...]
    drawn: frozenset[int]


def refer(
    findings: pl.DataFrame,
    scores: pl.DataFrame,
    reasons: pl.DataFrame,
    awards: pl.DataFrame,
    award_members: pl.DataFrame,
    households: pl.DataFrame,
    *,
    capacity: Ranking,
    informing: frozenset[str] = frozenset(),
    run: str,
    seed: int,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Each award and each subject that may be missing out has a rank; those within capacity are opened; the lot is logged.

    `informing`: checks whose hits are shown with a case and claim no place in the order.
    """
    table = priorities(findings, scores, awards, award_members, households, ranking=capacity, informing=informing).sort(KEY)
    subjects = _subjects(table, seed=seed)
    slots = slots_of_offices(table, capacity=capacity.capacity, start=_ticket(seed, "start", "") / TICKETS)
    selected = _select(subjects, slots)
    rest = sorted((s for s in subjects if s.at not in set(selected.opened)), key=_by_priority)
    order = [*selected.opened, *(subject.at for subject in rest)]
    ranked = table[order].with_columns(
        rank=pl.int_range(1, len(order) + 1, dtype=pl.Int64),
        opened=pl.int_range(0, len(order)) < len(selected.opened),
        arm=pl.Series([RANDOM if at in selected.drawn else RANKED for at in order], dtype=pl.String),
        run=pl.lit(run),
    )
    referrals = ranked.join(_reasons(reasons), on=KEY, how="left").with_columns(pl.col("reasons").fill_null("[]"))
    return REFERRALS.conform(referrals).sort("rank"), _arms(ranked, subjects, slots, order=order)


def ranked_by(scores: pl.DataFrame) -> str:
    """What the ranking rests on: the model's name and version, or the findings and the money."""
    return str(scores["model"][0]) if len(scores) else BY_FINDINGS


def _subjects(table: pl.DataFrame, *, seed: int) -> list[Subject]:
    return [
        Subject(
            at=at,
            office=row["office"] or "",
            direction=row["direction"],
            benefit=row["benefit"],
            priority=row["priority"],
            likely=row["likely"],
            ticket=_ticket(seed, row["direction"], row["subject"]),
        )
        for at, row in enumerate(table.iter_rows(named=True))
    ]


def _select(subjects: list[Subject], slots: dict[str, Slots]) -> Selected:
    """The lot first, among all awards of the office; then the best of each direction; then the offices are mixed."""
    drawn: list[Subject] = []
    missing: list[Subject] = []
    over: list[Subject] = []
    for office, own in _by_office(subjects):
        room = slots[office]
        awards = [subject for subject in own if subject.direction == "over"]
        lot = sorted(awards, key=lambda subject: (subject.ticket, subject.at))[: room.random]
        chosen = {subject.at for subject in lot}
        drawn += lot
        missing += in_turn(s for s in own if s.direction == "missing")[: room.missing]
        over += sorted((s for s in awards if s.at not in chosen), key=_by_priority)[: room.over]
    lot_order = sorted(drawn, key=lambda subject: (subject.ticket, subject.at))
    lines = [lot_order, sorted(missing, key=_by_priority), sorted(over, key=_by_priority)]
    return Selected(tuple(s.at for s in mixed(lines)), frozenset(s.at for s in drawn))


def in_turn(subjects: Iterable[Subject]) -> list[Subject]:
    """The subjects by expected benefit of a review, one benefit after the other in turn.

    Without turns the many certain and small subsidies would fill every place, and no family without dibao would ever be visited.
    """
    places: Counter[str] = Counter()
    turns = []
    for subject in sorted(subjects, key=_by_priority):
        turns.append((places[subject.benefit], subject))
        places[subject.benefit] += 1
    return [subject for _, subject in sorted(turns, key=lambda turn: (turn[0], _by_priority(turn[1])))]


def mixed(lines: list[list[Subject]]) -> list[Subject]:
    """The lines in one, each spread evenly over the whole, each in its own order.

    The i-th of n stands at (i + ½) / n of the way; equal places go to the earlier line.
    """
    places = [
        ((at + 0.5) / len(line), number, at, subject) for number, line in enumerate(lines) for at, subject in enumerate(line)
    ]
    return [subject for _, _, _, subject in sorted(places, key=lambda place: place[:3])]


def _by_office(subjects: Iterable[Subject]) -> list[tuple[str, list[Subject]]]:
    offices: dict[str, list[Subject]] = {}
    for subject in subjects:
        offices.setdefault(subject.office, []).append(subject)
    return sorted(offices.items())


def _by_priority(subject: Subject) -> tuple[float, int, int]:
    return (-round(subject.priority, 6), subject.ticket, subject.at)


def _ticket(seed: int, direction: str, subject: str) -> int:
    """The number that the lot gives a subject; it depends on nothing but the seed and the subject."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{direction}:{subject}".encode()).digest()[:7], "big")


def _arms(ranked: pl.DataFrame, subjects: list[Subject], slots: dict[str, Slots], *, order: list[int]) -> pl.DataFrame:
    """The probability with which each was to be drawn by lot; those never in the lot (missing) are selected or not: 1 or 0."""
    chance = [slots[subject.office].chance if subject.direction == "over" else 0.0 for subject in (subjects[at] for at in order)]
    tickets = [subjects[at].ticket for at in order]
    logged = ranked.with_columns(
        selection_probability=pl.when((pl.col("arm") == RANKED) & pl.col("opened"))
        .then(1.0)
        .otherwise(pl.Series(chance, dtype=pl.Float64)),
        tie_seed=pl.Series(tickets, dtype=pl.Int64),
    )
    return ARMS.conform(logged)


def _reasons(reasons: pl.DataFrame) -> pl.DataFrame:
    """The reasons of each subject as one JSON list, strongest first."""
    columns = ["order", "source", "code", "zh", "en", "clears_zh", "clears_en", "facts"]
    told = [{**row, "facts": json.loads(row["facts"])} for row in reasons.select(*columns).iter_rows(named=True)]
    texts = [json.dumps(reason, ensure_ascii=False, sort_keys=True) for reason in told]
    return (
        reasons.select(*KEY, "order")
        .with_columns(text=pl.Series(texts, dtype=pl.String))
        .sort(*KEY, "order")
        .group_by(KEY, maintain_order=True)
        .agg(reasons=pl.format("[{}]", pl.col("text").str.join(", ")))
    )
