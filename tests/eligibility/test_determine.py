"""The machinery of the checks: law in force, silent registers, levels, settled facts, and nothing lost."""

import json
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from small_county import AS_OF, JURISDICTION, SPECS, SmallCounty

from targeting.eligibility.checks import CHECKS
from targeting.errors import ParameterNotInForce
from targeting.frames.assessment import DISPOSITIONS, FINDINGS
from targeting.specs.jurisdictions import policy_files
from targeting.specs.policy import Policy, load_policy, policy_from


@pytest.fixture
def owner() -> SmallCounty:
    """Somebody on dibao with a car, a company, two homes, an undeclared wage and an unlisted spouse."""
    county = SmallCounty()
    county.person("an")
    county.person("bo", household="2", address="城关街道和平街1号安居苑1号楼1单元101室")
    county.wedding("an", "bo")
    county.award({"an": "self"}, amount=780)
    county.spell("an", "employee_pension", base=4500, employer="某公司", start="2022-01")
    county.vehicle("an")
    county.business("an")
    county.dwelling("an")
    county.dwelling("an")
    county.certificate("an", 1)
    return county


def results(findings: pl.DataFrame) -> dict[tuple[str, str], str]:
    return {(row["check"], row["benefit"]): row["result"] for row in findings.iter_rows(named=True)}


def reasons(row: dict[str, Any]) -> list[str]:
    return [entry["reason"] for entry in json.loads(row["facts"]) if isinstance(entry, dict)]


def amended(**changes: Any) -> Policy:
    """The county's policy with some instruments changed."""
    files, _ = policy_files(JURISDICTION)
    instruments = files["cn/instruments"]["instruments"]
    for code, dates in changes.items():
        instruments[code.replace("_", "-")] |= dates
    return policy_from(files, jurisdiction=JURISDICTION, digest="amended")


def test_every_check_answers_once_for_every_award_of_its_benefits(owner: SmallCounty) -> None:
    found = owner.findings()
    # of families and persons, or of another benefit
    of_others = ("M01", "U01", "U02", "U04", "U08", "U09", "U13", "X16", "X23", "X29")
    assert set(found["check"]) == {c for c in CHECKS if c not in of_others}
    assert found.filter(pl.col("direction") == "over").group_by("subject", "check").len()["len"].max() == 1
    assert results(found)[("X10", "dibao")] == "hit"


@pytest.mark.parametrize("register", sorted({r for c in load_policy(JURISDICTION).checks.values() for r in c.registers}))
def test_a_register_that_was_not_asked_turns_its_checks_to_unknown_and_changes_nothing_else(
    owner: SmallCounty, register: str
) -> None:
    policy = load_policy(JURISDICTION)
    before, after = owner.findings(), owner.findings(coverage=owner.coverage(**{register: "not_asked"}))
    silent = {code for code, check in policy.checks.items() if register in check.registers}
    unchanged = ~pl.col("check").is_in(silent)
    assert before.filter(unchanged).equals(after.filter(unchanged))
    for row in after.filter(~unchanged).iter_rows(named=True):
        assert row["result"] == "unknown"
        assert row["amount_month"] is None
        assert f"not_asked:{register}" in reasons(row)


@pytest.mark.parametrize("answer", ["not_asked", "not_authorised", "no_answer", "not_covered", "stale"])
def test_the_reasons_for_not_knowing_are_kept_apart(owner: SmallCounty, answer: str) -> None:
    row = owner.finding("X10", coverage=owner.coverage(vehicle=answer))
    assert (row["result"], reasons(row)) == ("unknown", [f"{answer}:vehicle"])


def test_a_register_without_an_outreach_basis_is_not_used_to_find_people(owner: SmallCounty) -> None:
    coverage = owner.coverage().with_columns(outreach=pl.col("register") != "disability")
    found = owner.findings(coverage=coverage)
    missing = found.filter(pl.col("direction") == "missing")
    assert missing.height
    assert set(missing["result"]) == {"unknown"}
    assert "not_authorised:disability" in missing["facts"][0]
    assert found.filter(pl.col("direction") == "over").equals(owner.findings().filter(pl.col("direction") == "over"))


def test_repealing_a_law_disables_the_checks_that_rest_on_it(owner: SmallCounty) -> None:
    repealed = amended(CN_DBR21={"effective_to": AS_OF - timedelta(days=1)})
    found = owner.findings(repealed)
    assert set(owner.findings()["check"]) - set(found["check"]) == {
        "U06",
        "X05",
        "X07",
        "X08",
        "X09",
        "X10",
        "X11",
        "X15",
        "X17",
        "X26",
    }
    assert set(owner.findings(amended(CN_DBR21={"effective_to": AS_OF}))["check"]) == set(owner.findings()["check"])


def test_a_parameter_without_a_value_on_the_date_is_an_error_that_says_what_to_add(owner: SmallCounty) -> None:
    owner.as_of = date(2023, 12, 31)
    files, _ = policy_files(JURISDICTION)
    files[f"{JURISDICTION}/instruments"]["instruments"]["QH-RULES"]["effective_from"] = date(2020, 1, 1)
    policy = policy_from(files, jurisdiction=JURISDICTION, digest="earlier")
    with pytest.raises(ParameterNotInForce, match=r"has no value in force on 2023-12-31.*Add a value with its legal source"):
        owner.findings(policy)


def test_a_finding_is_as_weak_as_the_weakest_identity_it_rests_on(owner: SmallCounty) -> None:
    owner.vehicle("an", level="B")
    assert owner.finding("X10")["link_level"] == "B"
    assert owner.finding("X11")["link_level"] == "A"


def test_an_unresolved_identity_is_evidence_against_nobody(owner: SmallCounty) -> None:
    bare = SmallCounty()
    bare.person("an")
    bare.award({"an": "self"}, amount=780)
    bare.vehicle("an", level=None)
    assert bare.finding("X10")["result"] == "clear"


@pytest.mark.parametrize(("asked", "result", "why"), [("A", "unknown", ["weak_link"]), ("B", "hit", [])])
def test_a_hit_on_a_weaker_link_than_the_check_asks_for_is_unknown(asked: str, result: str, why: list[str]) -> None:
    county = SmallCounty()
    county.person("an")
    county.award({"an": "self"}, amount=780)
    county.vehicle("an", level="B")
    files, _ = policy_files(JURISDICTION)
    files["cn/checks"]["checks"]["X10"]["minimum_level"] = asked
    row = county.finding("X10", policy=policy_from(files, jurisdiction=JURISDICTION, digest="amended"))
    assert (row["result"], reasons(row), row["link_level"]) == (result, why, "B")


def test_a_cleared_fact_stays_clear_and_a_parked_one_unknown_until_it_changes(owner: SmallCounty) -> None:
    hit = owner.finding("X10")
    settled = {"subject": hit["subject"], "check": "X10", "facts_sha256": json.loads(hit["detail"])["facts_sha256"]}
    for disposition, result in (("cleared", "clear"), ("parked", "unknown")):
        row = owner.finding("X10", dispositions=DISPOSITIONS.of([{**settled, "disposition": disposition}]))
        assert (row["result"], reasons(row), row["amount_month"]) == (result, [disposition], None)
    owner.vehicle("an", kind="小型普通客车")
    assert owner.finding("X10", dispositions=DISPOSITIONS.of([{**settled, "disposition": "cleared"}]))["result"] == "hit"


def test_what_facts_say_does_not_depend_on_the_row_they_stand_in(owner: SmallCounty) -> None:
    before = json.loads(owner.finding("X10")["detail"])["facts_sha256"]
    other = SmallCounty()
    other.person("an")
    other.person("bo")
    other.vehicle("bo", kind="普通二轮摩托车")
    other.award({"an": "self"}, amount=780)
    other.vehicle("an")
    assert json.loads(other.finding("X10")["detail"])["facts_sha256"] == before


def test_every_hit_names_facts_law_and_what_would_clear_it(owner: SmallCounty) -> None:
    hits = owner.findings().filter(pl.col("result") == "hit")
    known = set(owner.known()["fact_id"])
    assert hits.height >= 6
    for row in hits.iter_rows(named=True):
        assert set(json.loads(row["facts"])) <= known
        assert json.loads(row["facts"])
        assert "art." in row["legal_basis"] or "§" in row["legal_basis"]
        assert "facts_sha256" in json.loads(row["detail"])


def test_order_of_rows_changes_nothing(owner: SmallCounty) -> None:
    before = owner.findings()
    for rows in owner.rows.values():
        rows.reverse()
    owner.identities.reverse()
    assert owner.findings().equals(before)


def test_an_empty_county_has_no_findings() -> None:
    assert SmallCounty().findings().equals(FINDINGS.empty())


def test_every_check_stands_in_the_catalogue_and_names_declared_registers() -> None:
    policy = load_policy(JURISDICTION)
    assert set(CHECKS) <= set(policy.checks)
    assert {register for check in policy.checks.values() for register in check.registers} <= set(SPECS)
    assert not [code for code, check in policy.checks.items() if check.needs_registers and code in CHECKS]


def test_every_check_says_its_question_in_its_first_line() -> None:
    for code, check in CHECKS.items():
        first = (check.__doc__ or "").splitlines()[0]
        assert first.endswith((".", ":")), code
