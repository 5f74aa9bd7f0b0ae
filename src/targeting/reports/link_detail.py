"""One link as a person judges it: the record and the person field by field, the other candidates, the evidence and its weights.

In: the files of a link run and its snapshot, or what came with a case where this home does not hold them. Out: values that a page
or an answer shows: of numbers only the ends and the few characters that differ, of a protected person no address (G23).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from targeting.cases.links import LinkRef
from targeting.linkage.learn import POOLED
from targeting.linkage.weights import PRIOR
from targeting.reports.differences import Pieces, numbers_beside, texts_beside
from targeting.reports.waterfall import FIELDS, Waterfall, waterfall
from targeting.specs.linkage import load_linkage

KEY = ("register", "row", "role")
DEFINING = ("population", "person")
"""Register and role whose rows are the persons."""
AGREEING = ("exact", "folded", "room", "old_form", "together", "named_together", "itself", "unknown_character")
SILENT = ("absent", "not_compared")
CONTRARY = ("different", "different_valid", "others_number", "relatives_number", "apart")
AGREES, PARTLY, DIFFERS, UNKNOWN = "agrees", "partly", "differs", "unknown"


@dataclass(frozen=True, slots=True)
class ComparedField:
    """One field on both sides; an empty side is not given, which is unknown and not different."""

    code: str
    left: Pieces
    right: Pieces
    agreement: str
    state: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another person whom the record may mean; `fields` is empty for somebody outside the reader's offices.

    `link` leads to the pair's own evidence; the next person of a link has none.
    """

    link: str | None
    person_id: str
    weight: float | None
    probability: float | None
    rule: str | None
    fields: tuple[ComparedField, ...]


@dataclass(frozen=True, slots=True)
class LinkDetail:
    """A link with all that speaks for and against it."""

    ref: LinkRef
    kind: str
    level: str
    fields: tuple[ComparedField, ...]
    evidence: Mapping[str, Any]
    margin_bits: float | None
    alternatives: tuple[Alternative, ...]
    picture: Waterfall | None
    own_row: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """What the reader of a link may see: `sees` persons by id and office, `hides` whose address is protected (G23)."""

    sees: Callable[[str, str | None], bool]
    hides: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Files:
    """Where a link run and its snapshot lie."""

    home: Path
    snapshot: str
    link_run: str

    def identities(self) -> pl.LazyFrame | None:
        """All identities of the snapshot, where this home holds it."""
        return _scan(self.home / "lake" / "snapshots" / self.snapshot / "identities.parquet")

    def of_run(self, name: str) -> pl.LazyFrame | None:
        """A table of the link run, where this home holds it."""
        return _scan(self.home / "lake" / "links" / self.link_run / f"{name}.parquet")


def ref_in(table: pl.DataFrame, link: str) -> LinkRef | None:
    """Which record and which person the link of that key joins, where the table of a run has it."""
    here = table.filter(pl.col("link") == link)
    if here.is_empty():
        return None
    row = here.row(0, named=True)
    return LinkRef(
        link, row["register"], row["row"], row["role"], row["snapshot"], row["identity_sha256"], row["person_id"], row["rule"],
        row["office"],
    )  # fmt: skip


def from_table(files: Files, table: pl.DataFrame, ref: LinkRef, *, reader: Reader) -> LinkDetail:
    """The link as the table of a run has it, with the other candidates of its record."""
    row = table.filter(pl.col("link") == ref.link_key).row(0, named=True)
    evidence = _evidence(files, row) or {name: row[name] for name in ("level", "rule", "probability", "weight")}
    record = identity_of(replace(files, snapshot=ref.snapshot), ref.register, ref.row, ref.role) or {}
    others = table.filter((pl.col("identity") == row["identity"]) & (pl.col("link") != ref.link_key))
    detail = _detail(files, ref, row["kind"], record, evidence, told={}, reader=reader)
    next_one = _runner_up(evidence, detail.picture)
    found = [*others.iter_rows(named=True), *([next_one] if next_one else [])]
    people = persons_of(files, [one["person_id"] for one in found if reader.sees(one["person_id"], one["office"])])
    alternatives = tuple(_alternative(record, one, people.get(one["person_id"]), reader) for one in found)
    return replace(detail, margin_bits=row["margin_bits"], alternatives=alternatives)


def from_case(files: Files, ref: LinkRef, link: Mapping[str, Any], *, told: Mapping[str, Any], reader: Reader) -> LinkDetail:
    """The link as it came with a case: `link` is its evidence, `told` what the case says of the person."""
    record = identity_of(files, ref.register, ref.row, ref.role) or link.get("row_identity") or {}
    kind = "probable" if link.get("level") == "B" else "certain"
    return _detail(files, ref, kind, record, link, told=told, reader=reader)


def whole_numbers(files: Files, ref: LinkRef) -> tuple[str | None, str | None]:
    """The record's number and the person's, whole: for the logged reveal only."""
    then = replace(files, snapshot=ref.snapshot)
    record, person = identity_of(then, ref.register, ref.row, ref.role), person_of(files, ref.person_id)
    return (record or {}).get("id_text"), (person or {}).get("id_text")


def identity_of(files: Files, register: str, row: int, role: str) -> dict[str, Any] | None:
    """The identity in one row."""
    identities = files.identities()
    if identities is None:
        return None
    found = identities.filter((pl.col("register") == register) & (pl.col("row") == row) & (pl.col("role") == role)).collect()
    return found.row(0, named=True) if found.height else None


def person_of(files: Files, person_id: str) -> dict[str, Any] | None:
    """The person's own row in the population register, else what other registers say."""
    return persons_of(files, [person_id]).get(person_id)


def persons_of(files: Files, person_ids: list[str]) -> dict[str, dict[str, Any]]:
    """The same of several persons, each file read once; somebody whom the link run does not know is left out."""
    persons, identities = files.of_run("persons"), files.identities()
    if persons is None:
        return {}
    known = {row["person_id"]: row for row in persons.filter(pl.col("person_id").is_in(person_ids)).collect().rows(named=True)}
    rows = [row["population_row"] for row in known.values() if row["population_row"] is not None]
    own = {}
    if identities is not None and rows:
        register, role = DEFINING
        same = (pl.col("register") == register) & (pl.col("role") == role) & pl.col("row").is_in(rows)
        own = {row["row"]: row for row in identities.filter(same).collect().rows(named=True)}
    return {
        person_id: own.get(row["population_row"])
        or {"id_text": row["resident_id"], "name": row["name"], "birth_date": row["birth_date"]}
        for person_id, row in known.items()
    }


def unknown_share(files: Files, register: str) -> float:
    """The share of a register's records whose person is not known, as the link run learnt it; 1 where that is not told."""
    weights = files.of_run("weights")
    if weights is None:
        return 1.0
    priors: dict[str, float] = dict(weights.filter(pl.col("field") == PRIOR).select("register", "m").collect().iter_rows())
    return 1.0 - priors.get(register, priors.get(POOLED, 0.0))


def compared(
    record: Mapping[str, Any], person: Mapping[str, Any], evidence: Mapping[str, Any], *, protected: bool
) -> tuple[ComparedField, ...]:
    """The record and the person field by field."""
    fields = []
    for code in FIELDS:
        agreement = str(evidence.get(f"{code}_agreement") or "absent")
        left, right = _sides(code, record, person, agreement)
        if code == "address" and protected:
            left = right = ()
        fields.append(ComparedField(code, left, right, agreement, _state(agreement)))
    return tuple(fields)


def _detail(
    files: Files, ref: LinkRef, kind: str, record: Mapping[str, Any], evidence: Mapping[str, Any], *,
    told: Mapping[str, Any], reader: Reader,
) -> LinkDetail:  # fmt: skip
    decision, unknown = load_linkage().decision, unknown_share(files, ref.register)
    person = person_of(files, ref.person_id) or told
    return LinkDetail(
        ref=ref,
        kind=kind,
        level=str(evidence.get("level") or "C"),
        fields=compared(record, person, evidence, protected=reader.hides(ref.person_id)),
        evidence=evidence,
        margin_bits=evidence.get("margin_bits"),
        alternatives=(),
        picture=waterfall(evidence, link=decision.link, candidate=decision.candidate, unknown=unknown),
        own_row=ref.rule == "defines_person",
    )


def _runner_up(evidence: Mapping[str, Any], picture: Waterfall | None) -> dict[str, Any] | None:
    """The next person of a link, unless it is so unlikely that it would not be kept as a candidate."""
    if picture is None or not evidence.get("runner_up") or evidence.get("margin_bits") is None:
        return None
    weight = float(evidence["weight"]) - float(evidence["margin_bits"])
    if weight < picture.kept:
        return None
    known = {"link": None, "office": None, "probability": None, "rule": None}
    return {**known, "person_id": str(evidence["runner_up"]), "weight": weight}


def _alternative(
    record: Mapping[str, Any], one: Mapping[str, Any], person: Mapping[str, Any] | None, reader: Reader
) -> Alternative:
    """Another candidate, without a word about somebody whom the reader may not see."""
    person_id = one["person_id"]
    fields = _plain_fields(record, person, protected=reader.hides(person_id)) if person else ()
    return Alternative(one["link"] if person else None, person_id, one["weight"], one["probability"], one["rule"], fields)


def _plain_fields(record: Mapping[str, Any], person: Mapping[str, Any], *, protected: bool) -> tuple[ComparedField, ...]:
    return tuple(field for field in compared(record, person, {}, protected=protected) if field.code != "relation")


def _evidence(files: Files, row: Mapping[str, Any]) -> dict[str, Any] | None:
    scanned = files.of_run("evidence" if row["level"] == "B" else "candidates")
    if scanned is None:
        return None
    same = [pl.col(name) == row[name] for name in (*KEY, "person_id")]
    found = scanned.filter(*same).collect()
    return found.row(0, named=True) if found.height else None


def _state(agreement: str) -> str:
    if agreement in SILENT:
        return UNKNOWN
    return AGREES if agreement in AGREEING else DIFFERS if agreement in CONTRARY else PARTLY


def _sides(code: str, record: Mapping[str, Any], person: Mapping[str, Any], agreement: str) -> tuple[Pieces, Pieces]:
    if code == "id":
        own, held = record.get("id_text"), person.get("id_text")
        if own or held:
            return numbers_beside(own, held, agrees=agreement in AGREEING)
        return texts_beside(record.get("masked_id"), person.get("masked_id"))
    column = {"name": "name", "birth": "birth_date", "address": "address"}.get(code)
    if column is None:
        return (), ()
    return texts_beside(_text(record.get(column)), _text(person.get(column)))


def _text(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, date) else str(value) if value else None


def _scan(path: Path) -> pl.LazyFrame | None:
    return pl.scan_parquet(path) if path.exists() else None
