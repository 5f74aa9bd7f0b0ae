"""A small assessed county: awards, families, facts, findings and ties, each added with one call."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl
import pytest

from targeting.features.build import build
from targeting.frames.assessment import AWARD_MEMBERS, AWARDS, FACTS, FINDINGS, HOUSEHOLDS, TIES
from targeting.specs.scoring import FeatureSpec, ScoringSpec, load_evidence, load_scoring

AS_OF = date(2026, 10, 31)


@dataclass
class Assessed:
    """Rows of the contract tables; person ids are single words."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in CONTRACTS})

    def award(self, case_no: str, *members: str, benefit: str = "dibao", household: str | None = "own", **columns: Any) -> None:
        """An award on which these persons are listed; `household` is own (the first member's), an id, or None."""
        row = len(self.rows["awards"]) + 1
        household_id = members[0] if household == "own" else household
        self.rows["awards"].append(
            {"benefit": benefit, "case_no": case_no, "person_id": members[0] if members else None, "household_id": household_id,
             "members_listed": len(members), "register": "assistance_roll", "row": row, "level": "A", **columns}
        )  # fmt: skip
        for number, person in enumerate(members):
            self.rows["members"].append(
                {"benefit": benefit, "case_no": case_no, "row": 100 * row + number, "person_id": person or None, "level": "A"}
            )

    def family(self, household_id: str, *members: str) -> None:
        """The assessed family of a head."""
        for number, person in enumerate(members):
            self.rows["households"].append(
                {"household_id": household_id, "person_id": person, "relation": "head", "rule": "hh", "register": "population",
                 "row": number, "level": "A", "listed": False}
            )  # fmt: skip

    def fact(self, person: str, kind: str, value: float | None = None, *, since: date | None = None, until: date | None = None,
             known_at: date = AS_OF) -> None:  # fmt: skip
        """One fact of one person."""
        number = len(self.rows["facts"])
        self.rows["facts"].append(
            {"fact_id": f"r:{number}:x:{kind}", "person_id": person, "kind": kind, "value": value, "unit": "none",
             "valid_from": since, "valid_to": until, "known_at": known_at, "register": "r", "row": number, "role": "x",
             "level": "A"}
        )  # fmt: skip

    def finding(self, subject: str, check: str, result: str, level: str | None = "A", amount: int | None = None) -> None:
        """One answer of one check."""
        self.rows["findings"].append(
            {"run": "r1", "subject_kind": "award", "subject": subject, "benefit": subject.split(":")[0], "person_id": check,
             "direction": "over", "check": check, "result": result, "link_level": level, "legal_basis": "law", "facts": "[]",
             "amount_month": amount, "detail": "{}"}
        )  # fmt: skip

    def tie(self, case_no: str, kind: str, person: str | None = None, other: str = "") -> None:
        """One tie of one dibao award."""
        self.rows["ties"].append(
            {"benefit": "dibao", "case_no": case_no, "kind": kind, "person_id": person, "other_award": other, "level": "A",
             "register": "population", "row": 1}
        )  # fmt: skip

    def features(self, *names: str, spec: ScoringSpec | None = None) -> pl.DataFrame:
        """The named features of every award."""
        tables = {name: contract.of(self.rows[name]) for name, contract in CONTRACTS.items()}
        return build(
            tables["findings"], tables["facts"], tables["households"], tables["awards"], tables["members"], tables["ties"],
            spec=spec or only(*names), evidence=load_evidence(), as_of=AS_OF,
        )  # fmt: skip

    def value(self, name: str, *, case_no: str = "D1") -> float | None:
        """One feature of one award."""
        frame = self.features(name)
        found: float | None = frame.filter(pl.col("subject").str.ends_with(f":{case_no}"))[name].item()
        return found


CONTRACTS = {
    "findings": FINDINGS, "facts": FACTS, "households": HOUSEHOLDS, "awards": AWARDS, "members": AWARD_MEMBERS, "ties": TIES,
}  # fmt: skip


def only(*names: str) -> ScoringSpec:
    """The declared model with these features only."""
    spec = load_scoring("over")
    return spec.model_copy(update={"features": tuple(f for f in spec.features if f.name in names)})


def with_feature(name: str, inputs: tuple[str, ...]) -> ScoringSpec:
    """The declared model with one feature of this name and these inputs."""
    feature = FeatureSpec(name=name, says="x", inputs=inputs, known_at="x", family="x")
    return load_scoring("over").model_copy(update={"features": (feature,)})


@pytest.fixture
def assessed() -> Assessed:
    return Assessed()


@pytest.fixture
def declared_with() -> Callable[[str, tuple[str, ...]], ScoringSpec]:
    return with_feature
