"""A referral as received, in the shape that the store keeps: keys are hashes of what a row says, not of where it stood.

In: `Referral` with its findings, facts and reasons as dicts. Out: column values for `case_findings`, `case_facts`,
`case_reasons` and `case_members`. Two facts that say the same are told apart by their order.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from targeting.cases.codes import FactSource, Strength
from targeting.cases.columns import sha256
from targeting.cases.records import Referral, ReferralMember
from targeting.errors import InvalidInput

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Received:
    """What one referral brings, ready to be stored."""

    findings: tuple[Row, ...]
    facts: tuple[Row, ...]
    reasons: tuple[Row, ...]
    members: tuple[Row, ...]

    @property
    def hits(self) -> frozenset[tuple[str, str]]:
        """The hits as (check, facts_sha256)."""
        return frozenset((row["check"], row["facts_sha256"]) for row in self.findings if row["result"] == "hit")

    @property
    def strength(self) -> Strength:
        """How strong the evidence is before anybody has judged a link."""
        levels = {row["link_level"] for row in self.findings if row["result"] == "hit"}
        if not levels:
            return Strength.WEAK
        return Strength.MEDIUM if levels == {"B"} else Strength.STRONG

    @property
    def needs_confirmation(self) -> bool:
        """Whether a hit hangs on a probable link."""
        return any(row["needs_confirmation"] for row in self.findings)


def receive(referral: Referral, *, snapshot: str) -> Received:
    """The referral's rows under their keys.

    Raises:
        InvalidInput: a fact of level C, or a finding on a fact that was not sent: such evidence may not reach a case.
    """
    facts = _facts(referral.facts, snapshot)
    said = {row["fact_id"]: row for row in facts}
    findings = _findings(referral.findings, said)
    unknown = sorted({row["check"] for row in findings for entry in row["facts"] if isinstance(entry, str) and entry not in said})
    if unknown:
        raise InvalidInput(
            f"A referral of rank {referral.rank} has findings on facts that were not sent: checks {', '.join(unknown)}."
        )
    return Received(findings, facts, _reasons(referral.reasons), _members(referral.members))


def masked(resident_id: str | None) -> str | None:
    """The number with its middle hidden.

    >>> masked("110101199001011234")
    '110***********1234'
    """
    return None if not resident_id else resident_id[:3] + "*" * (len(resident_id) - 7) + resident_id[-4:]


def _facts(rows: Iterable[Mapping[str, Any]], snapshot: str) -> tuple[Row, ...]:
    found: list[Row] = []
    seen: Counter[str] = Counter()
    for position, fact in enumerate(sorted(rows, key=lambda row: str(row["fact_id"]))):
        if fact.get("level") not in ("A", "B"):
            raise InvalidInput(f"A fact of register {fact.get('register')} has no link of level A or B: it is no evidence.")
        said = [
            *(fact.get(name) for name in ("person_id", "register", "role", "kind", "value", "unit", "text", "level")),
            _text(fact.get("valid_from")),
            _text(fact.get("valid_to")),
        ]
        key = sha256(said)
        seen[key] += 1
        if seen[key] > 1:
            key = sha256([key, seen[key]])
        link = {"identity_sha256": fact.get("identity_sha256"), **(_parsed(fact.get("evidence")) or {})}
        found.append(
            {
                "fact_key": key,
                "fact_id": fact["fact_id"],
                "source": FactSource.REGISTER.value,
                **{name: fact.get(name) for name in ("person_id", "kind", "value", "unit", "text")},
                "detail": _parsed(fact.get("detail")) or {},
                **{name: _day(fact.get(name)) for name in ("valid_from", "valid_to", "known_at")},
                **{name: fact.get(name) for name in ("register", "row", "role", "level")},
                "link_key": _link_key(fact, snapshot),
                "link": {name: value for name, value in link.items() if value is not None},
                "position": position,
            }
        )
    return tuple(found)


def link_key(identity_sha256: str, person_id: str | None) -> str:
    """The link is the same wherever the same identity text is said to be the same person."""
    return sha256(["identity", identity_sha256, person_id])


def _link_key(fact: Mapping[str, Any], snapshot: str) -> str:
    """The key by the identity's text, else by its row within the snapshot."""
    if fact.get("identity_sha256"):
        return link_key(str(fact["identity_sha256"]), fact.get("person_id"))
    return sha256(["row", snapshot, fact.get("register"), fact.get("row"), fact.get("role"), fact.get("person_id")])


def _findings(rows: Iterable[Mapping[str, Any]], facts: Mapping[str, Row]) -> tuple[Row, ...]:
    found: dict[str, Row] = {}
    for position, finding in enumerate(rows):
        used = _parsed(finding.get("facts")) or []
        detail = _parsed(finding.get("detail")) or {}
        facts_sha256 = finding.get("facts_sha256") or detail.get("facts_sha256") or _facts_sha256(used, facts)
        key = sha256([finding["check"], finding.get("person_id"), finding["result"], facts_sha256])
        level = finding.get("link_level")
        found[key] = {
            "finding_key": key,
            "check": finding["check"],
            "result": finding["result"],
            "person_id": finding.get("person_id"),
            "link_level": level,
            "needs_confirmation": finding["result"] == "hit" and level == "B",
            "facts": used,
            "facts_sha256": facts_sha256,
            "legal_basis": finding.get("legal_basis") or "",
            "effective_from": _day(finding.get("effective_from")),
            "amount_month": finding.get("amount_month"),
            "detail": detail,
            "position": position,
        }
    return tuple(found.values())


def _facts_sha256(used: Sequence[Any], facts: Mapping[str, Row]) -> str:
    said = [
        [facts[entry][name] for name in ("person_id", "register", "kind", "value", "unit", "text")]
        if isinstance(entry, str) and entry in facts
        else entry
        for entry in used
    ]
    return sha256(sorted(said, key=sha256))


def _reasons(rows: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
    return tuple(
        {
            "position": position,
            **{name: reason.get(name) or "" for name in ("code", "zh", "en", "clears_zh", "clears_en")},
            "source": reason.get("source") or "finding",
            "contribution": reason.get("contribution"),
            "facts": _parsed(reason.get("facts")) or [],
        }
        for position, reason in enumerate(rows)
    )


def _members(members: Iterable[ReferralMember]) -> tuple[Row, ...]:
    found = {member.person_id: member for member in members}
    return tuple(
        {
            "person_id": member.person_id,
            "position": position,
            "name": member.name,
            "relation": member.relation,
            "resident_id": member.resident_id,
            "masked_id": masked(member.resident_id),
            "detail": dict(member.detail),
        }
        for position, member in enumerate(found.values())
    )


def _parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value else value


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
