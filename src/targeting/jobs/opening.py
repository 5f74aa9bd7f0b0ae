"""A screening run's ranking → cases: each referral with the people, findings, facts, links and reasons that stand behind it.

Only a referral that opens, or whose subject has an open case, needs its evidence; the others are counted.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from targeting.cases.codes import Arm, Direction, SubjectKind
from targeting.cases.opening import open_run, open_subjects
from targeting.cases.records import Referral, ReferralMember, RunCounts, RunManifest
from targeting.cases.store import Store
from targeting.dates import now
from targeting.jobs.lake import Lake
from targeting.jobs.progress import step
from targeting.linkage.judgements import identity_sha256

Row = Mapping[str, Any]
SUBJECT = ("subject_kind", "subject", "direction", "benefit")


def open_cases(lake: Lake, run: str, *, store: Store) -> RunCounts:
    """The run's referrals are cases, once; the counts say planned, evaluated, created, updated and skipped with reasons."""
    manifest = lake.manifest("runs", run)
    with step("open cases"):
        evidence = _Evidence(lake, run, manifest, already_open=open_subjects(store))
        return open_run(
            store,
            RunManifest(
                run=run,
                snapshot=manifest["snapshot"],
                as_of=date.fromisoformat(manifest["as_of"]),
                model=manifest["model"],
                manifest=_shown(lake, manifest),
                planned=manifest["counts"]["referrals"],
            ),
            evidence.referrals(),
            at=now(),
        )


def _shown(lake: Lake, manifest: Row) -> dict[str, Any]:
    """What the run page shows of a run: its key, registers with their counts, link levels, answers by check.

    The seed of the lot stays in the lake: who reviews could work out from it which cases were drawn (G15, G26).
    """
    snapshot = lake.manifest("snapshots", manifest["snapshot"])
    links = lake.manifest("links", manifest["link_run"])
    shown = {name: value for name, value in manifest.items() if name != "seed"}
    return {**shown, "registers": snapshot["registers"], "links": links["counts"]}


class _Evidence:
    """The tables of one run, cut to the subjects that need their evidence and indexed by subject or person."""

    def __init__(self, lake: Lake, run: str, manifest: Row, *, already_open: frozenset[tuple[str, str, str, str]]) -> None:
        read = {name: lake.table("runs", run, name) for name in ("referrals", "arms", "findings", "reasons", "facts", "awards")}
        links = {name: lake.table("links", manifest["link_run"], name) for name in ("persons", "evidence")}
        self.ranking = read["referrals"].join(read["arms"].drop("arm"), on=SUBJECT, how="left", maintain_order="left")
        known = pl.DataFrame(sorted(already_open), schema=dict.fromkeys(SUBJECT, pl.String), orient="row")
        needed = pl.concat([self.ranking.filter("opened").select(SUBJECT), known]).unique()
        self.needed = frozenset(needed.iter_rows())
        self.findings = _by(read["findings"].join(needed, on=SUBJECT, how="semi"), SUBJECT)
        self.reasons = _by(read["reasons"].join(needed, on=SUBJECT, how="semi").sort("order"), SUBJECT)
        people = (
            self.ranking.join(needed, on=SUBJECT, how="semi")
            .select(person_id=pl.col("person_ids").str.split(","))
            .explode("person_id")
        )
        facts = self._cut(read["facts"], people.unique())
        self.facts = _by(facts, ("person_id",))
        self.fact = {row["fact_id"]: row for rows in self.facts.values() for row in rows}
        self.persons = _by(links["persons"].join(people.unique(), on="person_id", how="semi"), ("person_id",))
        key = ["register", "row", "role", "person_id"]
        evidence = links["evidence"].join(facts.select(key).unique(), on=key, how="semi")
        self.evidence = {tuple(row[k] for k in key): row for row in evidence.iter_rows(named=True)}
        identities = lake.table("snapshots", manifest["snapshot"], "identities").join(facts, on=key[:3], how="semi")
        hashes = identities.select(*key[:3]).with_columns(identity_sha256(identities))
        self.identity = {(register, row, role): sha256 for register, row, role, sha256 in hashes.iter_rows()}
        relations = lake.table("runs", run, "households").join(people.unique(), on="person_id", how="semi")
        self.members = _by(relations, ("person_id",))
        self.awards = _by(read["awards"], ("benefit", "case_no"))
        listed = lake.table("runs", run, "award_members").join(people.unique(), on="person_id", how="semi")
        self.listed = _by(listed, ("person_id",))
        self.coverage = [dict(row) for row in lake.table("runs", run, "coverage").iter_rows(named=True)]

    def _cut(self, facts: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
        """The facts about the people, and those that a finding rests on."""
        cited = {fact for rows in self.findings.values() for row in rows for fact in _cited(row)}
        about = facts["person_id"].is_in(people["person_id"].implode())
        return facts.filter(about | facts["fact_id"].is_in(sorted(cited)))

    def referrals(self) -> Iterator[Referral]:
        """Every referral of the ranking, in order; with its evidence where it needs it."""
        for row in self.ranking.sort("rank").iter_rows(named=True):
            yield self._referral(row)

    def _referral(self, row: Row) -> Referral:
        subject = tuple(row[column] for column in SUBJECT)
        people = self._people(row) if subject in self.needed else ()
        findings = self.findings.get(subject, ())
        return Referral(
            subject_kind=SubjectKind(row["subject_kind"]),
            subject=row["subject"],
            direction=Direction(row["direction"]),
            benefit=row["benefit"],
            rank=row["rank"],
            arm=Arm(row["arm"]),
            opened=row["opened"],
            probability=row["probability"],
            amount_month=row["amount_month"],
            selection_probability=row["selection_probability"],
            tie_seed=row["tie_seed"],
            ranked_by=row["ranked_by"],
            household_id=row["household_id"],
            household_label=next((person.name for person in people if person.name), None),
            office=row["office"],
            community=self._community(row),
            members=people,
            findings=findings,
            facts=tuple(self._facts(people, findings, self._silent(row["direction"]))),
            reasons=self.reasons.get(subject, ()),
            detail={"coverage": self._coverage(row["direction"])} if subject in self.needed else {},
        )

    def _silent(self, direction: str) -> frozenset[str]:
        """The registers that a case of the direction may not show: those without an outreach basis in the missing direction."""
        missing = direction == Direction.MISSING
        return frozenset(row["register"] for row in self.coverage if missing and not row["outreach"])

    def _coverage(self, direction: str) -> list[dict[str, Any]]:
        """What each register can answer in a case of the direction."""
        silent = self._silent(direction)
        hidden = {"answer": "not_authorised"}
        return [{**row, **hidden} if row["register"] in silent and row["answer"] == "answered" else row for row in self.coverage]

    def _people(self, row: Row) -> tuple[ReferralMember, ...]:
        """The people of the referral, the head of the household or the applicant first."""
        ids = [person_id for person_id in row["person_ids"].split(",") if person_id]
        first = self._applicant(row) or row["household_id"]
        return tuple(self._member(person_id) for person_id in sorted(ids, key=lambda one: (one != first, one)))

    def _applicant(self, row: Row) -> str | None:
        award = self._award(row)
        return award["person_id"] if award else None

    def _award(self, row: Row) -> Row | None:
        case_no = row["subject"].removeprefix(f"{row['benefit']}:")
        return next(iter(self.awards.get((row["benefit"], case_no), ())), None)

    def _community(self, row: Row) -> str | None:
        award = self._award(row)
        if award:
            return str(award["community"]) if award["community"] else None
        members = self.members.get((row["household_id"],), ())
        return next((member["community"] for member in members), None)

    def _member(self, person_id: str) -> ReferralMember:
        person = next(iter(self.persons.get((person_id,), ())), {})
        family = next(iter(self.members.get((person_id,), ())), {})
        detail = {name: family[name] for name in ("rule", "listed", "level", "household_id") if name in family}
        declared = [row["declared_income_month"] for row in self.listed.get((person_id,), ()) if row["benefit"] == "dibao"]
        if declared and declared[0] is not None:
            detail["declared_income_month"] = declared[0]
        if person.get("birth_date"):
            detail["birth_date"] = person["birth_date"].isoformat()
        return ReferralMember(
            person_id=person_id,
            name=person.get("name"),
            relation=family.get("relation"),
            resident_id=person.get("resident_id"),
            detail=detail,
        )

    def _facts(self, people: Iterable[ReferralMember], findings: Iterable[Row], silent: frozenset[str]) -> Iterator[Row]:
        """Every fact about the people of the referral or under a finding, with the evidence of its link; none of `silent`."""
        every = [fact for person in people for fact in self.facts.get((person.person_id,), ())]
        about = [fact for fact in every if fact["register"] not in silent]
        cited = [self.fact[fact] for finding in findings for fact in _cited(finding) if fact in self.fact]
        for fact in {fact["fact_id"]: fact for fact in (*about, *cited)}.values():
            key = (fact["register"], fact["row"], fact["role"], fact["person_id"])
            yield {
                **fact,
                "detail": json.loads(fact["detail"] or "{}"),
                "evidence": self.evidence.get(key),
                "identity_sha256": self.identity.get(key[:3]),
            }


def _cited(finding: Row) -> list[str]:
    """The fact ids under a finding; an unknown answer holds reasons instead."""
    return [entry for entry in json.loads(finding["facts"]) if isinstance(entry, str)]


def _by(frame: pl.DataFrame, key: tuple[str, ...]) -> dict[tuple[Any, ...], tuple[Row, ...]]:
    """The frame's rows as dicts, by key, in the frame's order."""
    index: dict[tuple[Any, ...], list[Row]] = {}
    for row in frame.iter_rows(named=True):
        index.setdefault(tuple(row[column] for column in key), []).append(row)
    return {at: tuple(rows) for at, rows in index.items()}
