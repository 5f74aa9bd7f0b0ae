"""Which answers a check can give where a register is silent, or does not reach the time or the office asked about (G27).

A silent register (not asked, not authorised, no answer, stale, or not reaching the month of assessment) turns its checks to
unknown. One that reaches only a part can still show what is there, never that nothing is: a clear answer becomes unknown, and in
the missing direction, where findings rest on what is not there, every answer.
"""

from datetime import date

import polars as pl

from targeting.eligibility.answers import CLEAR, HIT, UNKNOWN
from targeting.specs.checks import CheckDeclaration

ANSWERED = "answered"
NOT_COVERED = "not_covered"
_TEXTS = pl.List(pl.String)


def silent(coverage: pl.DataFrame, check: CheckDeclaration, *, month: date) -> list[str]:
    """Why the check's registers cannot answer for a month: reason and register, none where all can.

    A register of the missing direction needs an outreach basis.
    """
    reasons = []
    for register, row in _of(coverage, check).items():
        answer = "not_asked" if row is None else str(row["answer"])
        if answer == ANSWERED and row is not None:
            if check.direction == "missing" and not row["outreach"]:
                answer = "not_authorised"
            elif _ends_before(row["covers_to"], month) or _begins_after(row["covers_from"], month):
                answer = NOT_COVERED
        if answer != ANSWERED:
            reasons.append(f"{answer}:{register}")
    return reasons


def partly(coverage: pl.DataFrame, check: CheckDeclaration, *, first: date, last: date) -> dict[str, tuple[str, ...]]:
    """The check's registers that answer for a part only of the period `first` to `last`, or for some offices: register and
    those offices, none where the period is the limit and nobody is covered as a whole.
    """
    limited: dict[str, tuple[str, ...]] = {}
    for register, row in _of(coverage, check).items():
        if row is None or row["answer"] != ANSWERED:
            continue
        if _begins_after(row["covers_from"], first) or _ends_before(row["covers_to"], last):
            limited[register] = ()
        elif isinstance(offices := row["offices"], list) and offices:
            limited[register] = tuple(str(office) for office in offices)
    return limited


def limit(answers: pl.DataFrame, limits: dict[str, tuple[str, ...]], *, missing: bool) -> pl.DataFrame:
    """The answers (with `office`) where these registers cover a part only: what rests on their silence is unknown."""
    rests_on_silence = pl.col("result") == HIT if missing else pl.lit(False)
    for register, offices in limits.items():
        outside = ~pl.col("office").is_in(list(offices)).fill_null(False)
        unsure = ((pl.col("result") == CLEAR) | rests_on_silence) & outside
        reason = pl.lit([f"{NOT_COVERED}:{register}"], dtype=_TEXTS)
        more = (pl.col("result") == UNKNOWN) & outside
        answers = answers.with_columns(
            reasons=pl.when(more).then(pl.concat_list("reasons", reason)).when(unsure).then(reason).otherwise("reasons"),
            result=pl.when(unsure).then(pl.lit(UNKNOWN)).otherwise("result"),
            amount_month=pl.when(~unsure).then("amount_month"),
            effective_from=pl.when(~unsure).then("effective_from"),
        )
    return answers


def _of(coverage: pl.DataFrame, check: CheckDeclaration) -> dict[str, dict[str, object] | None]:
    known = {row["register"]: row for row in coverage.iter_rows(named=True)}
    return {register: known.get(register) for register in check.registers}


def _ends_before(until: object, day: date) -> bool:
    return isinstance(until, date) and until < day


def _begins_after(since: object, day: date) -> bool:
    return isinstance(since, date) and since > day
