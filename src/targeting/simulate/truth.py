"""The truth of one snapshot, in the two files that `targeting evaluate` reads, and in a third for judging any pair of rows.

`links.csv`: register, row, role, population_row - who truly stands in each row; blank where the person is not in the
population register. `referrals.csv`: one line a key of a subject - every award in payment (direction over, and missing where
it pays too little), every family without dibao (missing dibao) and every certificate holder without a subsidy (missing);
`subject` is the same for all keys of one subject; `amount_month` is cents. `identities.csv`: register, row, role, person - a
number for the person behind every identity, also in the population register and of people who are not in it.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.simulate.awards import CARE, DIBAO, LIVING
from targeting.simulate.clock import NOBODY, Bools, Ints
from targeting.simulate.extract import Written, population_rows
from targeting.simulate.improper import KINDS
from targeting.simulate.law import Assessment, assess, due_amounts, paid_amounts, valid_grades
from targeting.simulate.look_alikes import LOOKS
from targeting.simulate.registers_benefit import case_numbers
from targeting.simulate.registers_people import Desk
from targeting.simulate.world import World

CODES = ("dibao", "dis_living", "dis_care")
BLANK_ROLE = {"owner", "insured", "member", "holder", "deceased", "representative"}


def links_truth(written: dict[str, Written], persons: int) -> pl.DataFrame:
    """The person behind every identity of every row, as the person's first row in the population register."""
    first = population_rows(written["population"], persons)
    frames = []
    for register, file in written.items():
        for role in () if register == "population" else file.extract.person:
            rows, person = file.rows_of(role)
            population_row = np.where(person == NOBODY, 0, first[np.maximum(person, 0)])
            frames.append(
                pl.DataFrame(
                    {
                        "register": register,
                        "row": rows,
                        "role": "" if role in BLANK_ROLE else role,
                        "population_row": pl.Series(population_row).replace_strict({0: None}, default=pl.Series(population_row)),
                    }
                )
            )
    return pl.concat(frames).sort("register", "row", "role")


def identities_truth(written: dict[str, Written]) -> pl.DataFrame:
    """A number for the person behind every identity of every row, blank where nobody in particular stands there."""
    frames = []
    for register, file in written.items():
        for role in file.extract.person:
            rows, person = file.rows_of(role)
            known = pl.Series(person).set(pl.Series(person == NOBODY), None)
            frames.append(pl.DataFrame({"register": register, "row": rows, "role": role, "person": known}))
    return pl.concat(frames).sort("register", "row", "role")


def referrals_truth(desk: Desk, month: int, population: Written, law: dict[str, Any]) -> pl.DataFrame:
    """What is right and wrong in one month, award by award, family by family, holder by holder."""
    world = desk.world
    assessment = assess(world.truth, month, law)
    first = population_rows(population, len(world.people))
    frames = [_awards(desk, month, assessment, law), *_families(world, month, assessment, first, law)]
    for benefit in (LIVING, CARE):
        frames.append(_holders(world, month, assessment, benefit, first, law))
    columns = ["subject", "case_no", "population_row", "benefit", "direction", "wrong", "amount_month", "kind", "look_alike"]
    return pl.concat([frame.select(columns) for frame in frames]).sort("direction", "benefit", "subject", "population_row")


def _awards(desk: Desk, month: int, assessment: Assessment, law: dict[str, Any]) -> pl.DataFrame:
    world = desk.world
    awards = world.awards
    paid = paid_amounts(awards, world.members, month, law)
    least, most = due_amounts(world.truth, awards, assessment, law)
    tolerance = law["amount_tolerance_yuan"]
    excess, lack = np.maximum(paid - most, 0), np.maximum(least - paid, 0)
    running = np.flatnonzero(paid > 0)
    cases = case_numbers(desk)[0]
    frames = []
    for direction, difference in (("over", excess), ("missing", lack)):
        wrong = difference > tolerance
        kind = _kinds(world, month, assessment, direction)[running]
        frames.append(
            pl.DataFrame(
                {
                    "subject": cases.gather(pl.Series(running.astype(np.uint32))),
                    "case_no": cases.gather(pl.Series(running.astype(np.uint32))),
                    "population_row": pl.Series([None], dtype=pl.Int64).new_from_index(0, len(running)),
                    "benefit": [CODES[code] for code in awards.benefit[running]],
                    "direction": direction,
                    "wrong": wrong[running].astype(np.int64),
                    "amount_month": np.where(wrong, np.round(difference * 100), 0).astype(np.int64)[running],
                    "kind": [name if is_wrong else "" for name, is_wrong in zip(kind, wrong[running], strict=True)],
                    "look_alike": [LOOKS[max(code, 0)] for code in awards.look[running]],
                }
            )
        )
    return pl.concat(frames)


def _kinds(world: World, month: int, assessment: Assessment, direction: str) -> npt.NDArray[np.str_]:
    """Why each award would be wrong: what was brought about, else what has happened since."""
    awards, members = world.awards, world.members
    listed = (members.since <= month) & (members.until >= month)
    gone = listed & ~assessment.counted[members.person] & (world.people.dies_on[members.person] < world.last)
    dead = np.bincount(members.award[gone], minlength=len(awards)) > 0
    since = np.where(awards.benefit == DIBAO, "income_or_family_changed", "expired_certificate")
    since = np.where((awards.benefit == LIVING) & ~assessment.margin[awards.unit], "household_not_poor", since)
    since = np.where(dead, np.where(awards.benefit == DIBAO, "deceased_member", "deceased_holder"), since)
    if direction == "missing":
        since = np.where(awards.benefit == DIBAO, "income_or_family_changed", "grade_changed")
    planted = np.array(KINDS)[awards.kind]
    over = np.isin(planted, ("left_out_member", "outdated_amount", ""), invert=True)
    fits = over if direction == "over" else ~over & (planted != "")
    return np.where(fits, planted, since)


def _families(world: World, month: int, assessment: Assessment, first: Ints, law: dict[str, Any]) -> list[pl.DataFrame]:
    """Families without a dibao award in payment, under every member's row."""
    awards = world.awards
    paid = paid_amounts(awards, world.members, month, law)
    has = np.zeros(len(world.people), dtype=bool)
    has[awards.unit[(paid > 0) & (awards.benefit == DIBAO)]] = True
    had = np.zeros(len(world.people), dtype=bool)
    had[awards.unit[(awards.benefit == DIBAO) & (awards.start <= month)]] = True
    person = np.flatnonzero(assessment.counted & (first > 0))
    unit = world.truth.living.unit[person]
    person, unit = person[~has[unit]], unit[~has[unit]]
    due = assessment.due[unit]
    wrong = due > law["amount_tolerance_yuan"]
    kind = np.where(wrong, np.where(had[unit], 2, 1), 0)
    return [
        _missing_frame(
            pl.Series([f"family:{number}" for number in unit], dtype=pl.String), first[person], "dibao", wrong, due,
            [("", "not_applied", "ended_though_entitled")[code] for code in kind],
        )
    ]  # fmt: skip


def _holders(world: World, month: int, assessment: Assessment, benefit: int, first: Ints, law: dict[str, Any]) -> pl.DataFrame:
    """Holders of certificates without the subsidy."""
    awards = world.awards
    paid = paid_amounts(awards, world.members, month, law)
    has = np.zeros(len(world.people), dtype=bool)
    has[awards.applicant[(paid > 0) & (awards.benefit == benefit)]] = True
    holder = np.zeros(len(world.people), dtype=bool)
    holder[world.truth.certificates.person] = True
    person = np.flatnonzero(assessment.counted & (first > 0) & holder & ~has)
    grade = valid_grades(world.truth, month)[person]
    if benefit == LIVING:
        due = np.where((grade > 0) & assessment.margin[world.truth.living.unit[person]], law["living_subsidy_yuan"], 0)
    else:
        due = np.select([grade == 1, grade == 2], [law["care_subsidy_grade_1_yuan"], law["care_subsidy_grade_2_yuan"]], 0)
    wrong = due > 0
    subjects = pl.Series([f"{CODES[benefit]}:{number}" for number in person], dtype=pl.String)
    kinds = [f"{CODES[benefit]}_due" if is_due else "" for is_due in wrong]
    return _missing_frame(subjects, first[person], CODES[benefit], wrong, due.astype(np.float64), kinds)


def _missing_frame(
    subject: pl.Series, population_row: Ints, benefit: str, wrong: Bools, due: np.ndarray, kinds: list[str]
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "subject": subject,
            "case_no": pl.Series([None], dtype=pl.String).new_from_index(0, len(subject)),
            "population_row": population_row,
            "benefit": benefit,
            "direction": "missing",
            "wrong": wrong.astype(np.int64),
            "amount_month": np.where(wrong, np.round(due * 100), 0).astype(np.int64),
            "kind": kinds,
            "look_alike": "",
        }
    )


def save(folder: Path, links: pl.DataFrame, identities: pl.DataFrame, referrals: pl.DataFrame) -> None:
    """Write the files beside the registers, in UTF-8."""
    folder.mkdir(parents=True, exist_ok=True)
    links.write_csv(folder / "links.csv")
    identities.write_csv(folder / "identities.csv")
    referrals.write_csv(folder / "referrals.csv")
