"""The catalogue for people to read: what each check is, where it stands on the date and why, and what the newest run counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from targeting.cases import check_switches
from targeting.cases.check_switches import Switch
from targeting.cases.store import Store
from targeting.dates import today
from targeting.eligibility.standing import CheckStanding, Standing, standings
from targeting.jobs.lake import Lake
from targeting.settings import Settings
from targeting.specs.checks import CatalogueWords, load_words
from targeting.specs.policy import Policy

SMALLEST_SHOWN = 5
"""Counts below it are not published: few enough to point at somebody (usual in official statistics)."""


@dataclass(frozen=True, slots=True)
class Said:
    """Codes of the catalogue in both languages, in their order."""

    zh: tuple[str, ...]
    en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One check as declared, where it stands (`state`, `because`), and how many subjects the newest run answered.

    `hits`, `unknown` and `clear` are null where no run asked it, or where the public version keeps them back; `subjects` is their
    sum. `below` is true where a count is kept back because it is small.
    """

    check: str
    direction: str
    module: str
    module_words: Said
    class_words: Said
    title_zh: str
    title_en: str
    benefits: tuple[str, ...]
    registers: tuple[str, ...]
    needs_registers: tuple[str, ...]
    needs_words: Said
    legal_basis: tuple[tuple[str, ...], ...]
    basis_in_force: str | None
    department: Said
    deadline_workdays: int
    consequence: str
    minimum_level: str
    evidence: Said
    innocent: Said
    clears: Said
    owner: str
    precision_floor: float
    minimum_reviews: int
    review_by: date
    state: str
    because: tuple[str, ...]
    subjects: int | None
    hits: int | None
    unknown: int | None
    clear: int | None
    below: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every declared check on a date; `run` is the newest run, null before the first."""

    as_of: date
    run: str | None
    jurisdiction: str
    entries: tuple[CatalogueEntry, ...]


def catalogue(settings: Settings, policy: Policy, *, switches: Mapping[str, Switch]) -> Catalogue:
    """The catalogue of a home: on the date of its newest run, else today."""
    lake = Lake(settings.home)
    manifest = newest_run(settings.home)
    name = lake.newest("runs") if manifest else None
    coverage = lake.tables("runs", name, {"coverage": None}).get("coverage") if name else None
    as_of = date.fromisoformat(manifest["as_of"]) if "as_of" in manifest else today()
    off = {code: switch.reason for code, switch in switches.items() if not switch.running}
    counts = _counts(manifest)
    words = load_words()
    found = standings(policy.on(as_of), coverage=coverage, switched_off=off)
    return Catalogue(as_of, name, policy.jurisdiction, tuple(_entry(one, counts.get(one.check.code), words) for one in found))


def of_home(settings: Settings, store: Store, policy: Policy) -> Catalogue:
    """The catalogue with the switches that the case store keeps."""
    return catalogue(settings, policy, switches=check_switches.switches(store))


def newest_run(home: Path) -> Mapping[str, Any]:
    """The manifest of the newest run; empty before the first."""
    lake = Lake(home)
    return lake.manifest("runs", lake.newest("runs")) if lake.names("runs") else {}


def public(found: Catalogue) -> Catalogue:
    """The catalogue as anybody may read it (G17): no person, no office; a small number of hits or of others is kept back."""
    entries = []
    for entry in found.entries:
        others = None if entry.subjects is None or entry.hits is None else entry.subjects - entry.hits
        small = any(count is not None and 0 < count < SMALLEST_SHOWN for count in (entry.hits, others, entry.subjects))
        values = {name: getattr(entry, name) for name in CatalogueEntry.__dataclass_fields__}
        kept: dict[str, Any] = {"hits": None, "subjects": None} if small else {}
        kept |= {"because": ()} if entry.state == Standing.SWITCHED_OFF else {}  # how many reviews confirmed it: few
        entries.append(CatalogueEntry(**{**values, "unknown": None, "clear": None, "below": small, **kept}))
    return Catalogue(found.as_of, None, found.jurisdiction, tuple(entries))


def lines(found: Catalogue) -> list[dict[str, Any]]:
    """The catalogue as a flat table, one check a row: for the command line and for files."""
    return [
        {
            "check": one.check,
            "direction": one.direction,
            "state": one.state,
            "because": "; ".join(one.because),
            "title_zh": one.title_zh,
            "title_en": one.title_en,
            "module": one.module,
            "class": one.class_words.en[0],
            "benefits": " ".join(one.benefits),
            "registers": " ".join(one.registers),
            "needs_registers": " ".join(one.needs_registers),
            "legal_basis": "; ".join(" or ".join(limb) for limb in one.legal_basis),
            "department": one.department.en[0],
            "deadline_workdays": one.deadline_workdays,
            "consequence": one.consequence,
            "minimum_level": one.minimum_level,
            "evidence": "; ".join(one.evidence.en),
            "innocent_explanations": "; ".join(one.innocent.en),
            "clears": "; ".join(one.clears.en),
            "owner": one.owner,
            "precision_floor": one.precision_floor,
            "minimum_reviews": one.minimum_reviews,
            "review_by": one.review_by,
            "subjects": one.subjects,
            "hits": one.hits,
            "hits_kept_back": one.below,
        }
        for one in found.entries
    ]


def table(found: Catalogue) -> pl.DataFrame:
    """The flat table as a frame."""
    return pl.DataFrame(lines(found), infer_schema_length=None)


def _counts(manifest: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for row in manifest.get("checks", []):
        counts.setdefault(row["check"], {})[row["result"]] = row["subjects"]
    return counts


def _entry(one: CheckStanding, counts: Mapping[str, int] | None, words: CatalogueWords) -> CatalogueEntry:
    check = one.check

    def said(group: str, codes: tuple[str, ...]) -> Said:
        zh, en = (tuple(words.word(group, code, language) for code in codes) for language in ("zh", "en"))
        return Said(zh, en)

    hits, unknown, clear = (None if counts is None else counts.get(result, 0) for result in ("hit", "unknown", "clear"))
    return CatalogueEntry(
        check=check.code, direction=check.direction, module=check.module, module_words=said("module", (check.module,)),
        class_words=said("class", (check.class_,)), title_zh=check.title_zh, title_en=check.title_en, benefits=check.benefits,
        registers=check.registers, needs_registers=check.needs_registers, needs_words=said("register", check.needs_registers),
        legal_basis=check.legal_basis, basis_in_force=one.basis, department=said("department", (check.department,)),
        deadline_workdays=check.deadline_workdays, consequence=check.consequence, minimum_level=check.minimum_level,
        evidence=said("evidence", check.evidence), innocent=said("explanation", check.innocent),
        clears=said("explanation", check.clears), owner=check.owner, precision_floor=check.precision_floor,
        minimum_reviews=check.minimum_reviews, review_by=check.review_by, state=one.state.value, because=one.because,
        subjects=None if counts is None else sum(counts.values()), hits=hits, unknown=unknown, clear=clear, below=False,
    )  # fmt: skip
