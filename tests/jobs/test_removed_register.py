"""A register that is not received turns exactly its checks to unknown and changes nothing else (G27)."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from targeting.frames.assessment import DISPOSITIONS
from targeting.jobs import inputs as lake_inputs
from targeting.jobs import run
from targeting.jobs.assess import circumstances, findings
from targeting.jobs.inputs import Inputs
from targeting.jobs.lake import Lake
from targeting.settings import Settings
from targeting.specs.policy import load_policy

pytestmark = pytest.mark.slow

POLICY = load_policy("cn-qinghe-sample")
REGISTERS = (
    "assistance_roll", "business", "deaths", "disability", "grid", "marriage", "price", "property", "reviews",
    "social_security", "vehicle",
)  # fmt: skip
KEY = ["subject_kind", "subject", "benefit", "direction", "check"]
SAID = ["result", "facts", "amount_month", "effective_from", "legal_basis", "link_level"]
"""What a finding says. The family under which it is filed, and the value of a home that is told beside it, are no part of it."""


@cache
def inputs_of(home: Path) -> Inputs:
    lake = Lake(home)
    return lake_inputs.load(lake, lake.newest("links"))


def without(inputs: Inputs, register: str) -> Inputs:
    silent = pl.when(pl.col("register") == register).then(pl.lit("not_asked")).otherwise("answer")
    return replace(
        inputs,
        tables={name: table for name, table in inputs.tables.items() if name != register},
        links=inputs.links.filter(pl.col("register") != register),
        coverage=inputs.coverage.with_columns(answer=silent),
    )


def assessed(inputs: Inputs) -> pl.DataFrame:
    known = circumstances(inputs, law=POLICY.on(inputs.as_of), as_of=inputs.as_of)
    return findings(known, inputs.coverage, policy=POLICY, dispositions=DISPOSITIONS.empty(), run="test")


@cache
def with_all(home: Path) -> pl.DataFrame:
    return assessed(inputs_of(home))


def of_others(found: pl.DataFrame, register: str) -> pl.DataFrame:
    """The answers of the checks that do not rest on the register."""
    rest = [code for code, check in POLICY.checks.items() if register not in check.registers]
    return found.filter(pl.col("check").is_in(rest)).select(*KEY, *SAID).sort(KEY)


@pytest.mark.parametrize("register", REGISTERS)
def test_without_a_register_its_checks_are_unknown_and_all_else_is_as_before(small_home: Path, register: str) -> None:
    found = assessed(without(inputs_of(small_home), register))
    own = [code for code, check in POLICY.checks.items() if register in check.registers]
    told = found.filter(pl.col("check").is_in(own))
    assert set(told["result"]) <= {"unknown"}
    assert told["facts"].str.contains(f"not_asked:{register}", literal=True).all()
    assert of_others(found, register).equals(of_others(with_all(small_home), register))


def test_a_sources_file_without_a_register_gives_the_same_findings_but_for_its_checks(
    small_home: Path, small_county: Path, tmp_path: Path
) -> None:
    """The whole way from the files: people get other ids in another home, so only subjects that are awards are compared."""
    month = small_county / "2026-10"
    parts = (month / "sources.toml").read_text("utf-8").split("[[sources]]")
    fewer = month / "without_vehicles.toml"
    fewer.write_text("[[sources]]".join(part for part in parts if 'register = "vehicle"' not in part), "utf-8")
    run.run(fewer, settings=Settings(home=tmp_path), as_of=date(2026, 10, 31))
    fewer.unlink()
    awards = pl.col("subject_kind") == "award"
    lake = Lake(tmp_path)
    found = lake.table("runs", lake.newest("runs"), "findings").filter(awards)
    assert set(found.filter(pl.col("check") == "X10")["result"]) == {"unknown"}
    assert of_others(found, "vehicle").equals(of_others(with_all(small_home).filter(awards), "vehicle"))
