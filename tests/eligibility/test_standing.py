"""Every declared check stands somewhere, and one that does not run says why; it is never clear."""

from datetime import date, timedelta

import pytest
from small_county import AS_OF, JURISDICTION, SmallCounty

from targeting.eligibility.checks import CHECKS
from targeting.eligibility.standing import CheckStanding, Standing, standings
from targeting.specs.jurisdictions import policy_files
from targeting.specs.policy import Policy, load_policy, policy_from

POLICY = load_policy(JURISDICTION)


def stands(
    policy: Policy = POLICY, on: date = AS_OF, off: dict[str, str] | None = None, **answers: str
) -> dict[str, CheckStanding]:
    coverage = SmallCounty().coverage(**answers)
    return {one.check.code: one for one in standings(policy.on(on), coverage=coverage, switched_off=off or {})}


def test_a_check_whose_registers_nobody_declares_is_not_evaluated_and_names_them() -> None:
    bank = stands()["X12"]
    assert (bank.state, bank.because) == (Standing.NEEDS_REGISTER, ("bank_balances",))
    county = SmallCounty()
    county.person("an")
    county.award({"an": "self"}, amount=780)
    assert not set(county.findings()["check"]) & {"X06", "X12", "X13", "X18", "X19", "X22", "X24", "X25", "X27", "X28"}


def test_every_check_that_this_version_has_runs_where_law_and_registers_are_there() -> None:
    running = {code for code, one in stands().items() if one.state == Standing.RUNS}
    assert set(CHECKS) <= running
    assert not [code for code, one in stands().items() if one.state == Standing.NOT_BUILT]


def test_a_repealed_law_says_which_limb_is_missing() -> None:
    files, _ = policy_files(JURISDICTION)
    files["cn/instruments"]["instruments"]["CN-DBR21"]["effective_to"] = AS_OF - timedelta(days=1)
    found = stands(policy_from(files, jurisdiction=JURISDICTION, digest="repealed"))
    assert (found["X26"].state, found["X26"].because) == (Standing.NO_LAW, ("CN-DBR21 art. 31",))
    assert found["X16"].state == Standing.RUNS


def test_a_check_on_the_new_law_does_not_run_before_the_law() -> None:
    assert stands(on=date(2026, 6, 30))["X28"].state == Standing.NO_LAW
    assert stands(on=date(2026, 7, 1))["X28"].state == Standing.NEEDS_REGISTER


def test_a_silent_register_and_a_switch_are_told_apart() -> None:
    found = stands(vehicle="stale", off={"X16": "12 of 60"})
    assert (found["X10"].state, found["X10"].because) == (Standing.REGISTER_SILENT, ("stale:vehicle",))
    assert (found["X16"].state, found["X16"].because) == (Standing.SWITCHED_OFF, ("12 of 60",))


@pytest.mark.parametrize("code", sorted(POLICY.checks))
def test_a_check_informs_or_opens_a_verification_and_never_more(code: str) -> None:
    assert POLICY.checks[code].consequence in ("inform", "verify")
