"""One person looked up in the linked population: candidates with level, weight and why; the purpose is in the read log (G20).

Of somebody outside the reader's offices nothing is shown but how well what was typed agrees and which township to ask.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from targeting.cases import links
from targeting.cases.records import Actor
from targeting.dates import now
from targeting.errors import NotFound
from targeting.jobs.person_index import index_of
from targeting.linkage.lookup import SEARCH, PersonIndex
from targeting.reports.link_detail import ComparedField, compared, persons_of, unknown_share
from targeting.reports.link_review import offices_of
from targeting.reports.waterfall import FIELDS, Waterfall, waterfall
from targeting.specs.linkage import load_linkage

from .access import store_of
from .link_source import Kept, review_of

MOST = 10
COLUMN = {"id": "number", "name": "name", "birth": "birth", "address": "address"}


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate; `fields` holds the person's values only where the reader may see the person."""

    person_id: str
    level: str
    rule: str
    probability: float | None
    weight: float | None
    office: str | None
    seen: bool
    fields: tuple[ComparedField, ...]
    bits: Mapping[str, float | None]
    picture: Waterfall | None


def look_up(request: Request, given: Mapping[str, Any], *, purpose: str, actor: Actor) -> tuple[str, tuple[Found, ...]]:
    """The link run that was searched, and the candidates, nearest first; who searched, why and whom it found is logged.

    Raises:
        InvalidInput: no purpose is given.
        NotFound: no run has been opened yet.
    """
    store, review = store_of(request), review_of(request, actor)
    files = review.files
    if not files.link_run or not (files.home / "lake" / "links" / files.link_run).exists():
        raise NotFound("There is no population to search yet: finish a run first.")
    indexes: Kept[PersonIndex] = request.app.state.person_indexes
    index = indexes.of((files.home, files.link_run), lambda: index_of(files.home, files.link_run))
    rows = index.find(given).head(MOST).rows(named=True)
    offices = offices_of(files.home, review.run, [row["person_id"] for row in rows])
    links.look_up(store, purpose=purpose, found=[row["person_id"] for row in rows], actor=actor, at=now())

    def sees(person_id: str) -> bool:
        lives_here = actor.offices is None or offices.get(person_id) in actor.offices
        return lives_here or (review.reach.persons is not None and person_id in review.reach.persons)

    shown = [row["person_id"] for row in rows if sees(row["person_id"])]
    people, unknown = persons_of(files, shown), unknown_share(files, SEARCH)
    record = {"id_text": given.get("number"), **{name: given.get(name) for name in ("name", "birth_date", "address")}}
    found = []
    for row in rows:
        person_id = row["person_id"]
        hidden = links.is_protected(store, person_id)
        fields = _fields(record, row, people.get(person_id) or {}, protected=hidden)
        found.append(_found(row, fields, unknown, office=offices.get(person_id), seen=person_id in shown))
    return files.link_run, tuple(found)


def _fields(
    record: Mapping[str, Any], row: Mapping[str, Any], person: Mapping[str, Any], *, protected: bool
) -> tuple[ComparedField, ...]:
    levels = {f"{code}_agreement": row[f"{name}_level"] for code, name in COLUMN.items()}
    fields = compared(record, person, levels, protected=protected)
    return tuple(field for field in fields if field.code != "relation")


def _found(row: Mapping[str, Any], fields: tuple[ComparedField, ...], unknown: float, *, office: str | None, seen: bool) -> Found:
    bits = {code: row[f"{name}_bits"] for code, name in COLUMN.items()} | {"relation": 0.0}
    return Found(
        person_id=row["person_id"],
        level=row["level"],
        rule=row["rule"],
        probability=row["probability"],
        weight=row["weight"],
        office=office,
        seen=seen,
        fields=fields,
        bits=bits,
        picture=_picture(row, bits, unknown),
    )


def _picture(row: Mapping[str, Any], bits: Mapping[str, float | None], unknown: float) -> Waterfall | None:
    decision = load_linkage().decision
    evidence: dict[str, Any] = {f"{code}_bits": bits[code] or 0.0 for code in FIELDS}
    weight = row["weight"]
    prior = None if weight is None else weight - sum(evidence.values())
    evidence |= {"weight": weight, "prior_bits": prior, "probability": row["probability"]}
    return waterfall(evidence, link=decision.link, candidate=decision.candidate, unknown=unknown)
