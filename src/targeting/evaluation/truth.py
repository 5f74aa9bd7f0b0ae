"""The truth about awards, families and certificate holders, and which referral or finding meets which of its subjects.

Columns `case_no, population_row, benefit, direction, wrong, amount_month`; where the file has them, `subject` joins several keys
of one subject, `kind` says why it is wrong and `look_alike` why an honest one looks wrong. Read by evaluation and tests only.
"""

from pathlib import Path

import polars as pl

from targeting.errors import InvalidInput

KEYS = ("benefit", "direction")
TRUTH = {
    "case_no": pl.String,
    "population_row": pl.Int64,
    "benefit": pl.String,
    "direction": pl.String,
    "wrong": pl.Int64,
    "amount_month": pl.Int64,
}
OPTIONAL = ("subject", "kind", "look_alike")


def read_truth(path: Path) -> pl.DataFrame:
    """The truth in a CSV file, typed, with the optional columns filled.

    Raises:
        InvalidInput: the file has not all columns, a row has no key, or a value is not a number.
    """
    return checked_truth(pl.read_csv(path, infer_schema=False), where=path.name)


def checked_truth(frame: pl.DataFrame, *, where: str) -> pl.DataFrame:
    """The truth with the columns and types that the measures need.

    Raises:
        InvalidInput: with every fault of the table.
    """
    absent = [name for name in TRUTH if name not in frame.columns]
    if absent:
        raise InvalidInput(f"{where} is not a truth of referrals: it lacks {', '.join(absent)}. Expected {', '.join(TRUTH)}.")
    typed = frame.with_columns(pl.col(name).cast(kind, strict=False) for name, kind in TRUTH.items())
    typed = typed.with_columns(pl.when(pl.col("case_no") != "").then("case_no"))
    faults = [
        f"column {name}: {count} values are not whole numbers"
        for name, kind in TRUTH.items()
        if kind == pl.Int64 and (count := typed[name].null_count() - _blank(frame[name]))
    ]
    keyless = typed.filter(pl.col("case_no").is_null() & pl.col("population_row").is_null()).height
    if keyless:
        faults.append(f"{keyless} rows have neither case_no nor population_row")
    if faults:
        raise InvalidInput(f"{where} cannot be used as truth. Correct the columns named.", faults=faults)
    for name in OPTIONAL:
        if name not in typed.columns:
            typed = typed.with_columns(pl.lit(None, dtype=pl.String).alias(name))
    subject = pl.coalesce("subject", pl.format("row {}", pl.row_index()))
    return typed.with_columns(
        subject.alias("subject"), pl.col("kind", "look_alike").fill_null(""), pl.col("amount_month").fill_null(0)
    ).select(*OPTIONAL, *TRUTH)


def _blank(column: pl.Series) -> int:
    return int(column.is_null().sum()) + int((column.cast(pl.String) == "").sum())


def met_subjects(referred: pl.DataFrame, truth: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Which referral or finding meets which subject of the truth (`referral`, KEYS, `truth_subject`).

    By the case number with which `subject` ends, else by one of `person_ids` (joined by commas) standing in a population row.
    """
    cases = truth.filter(pl.col("case_no").is_not_null()).select(*KEYS, "case_no", truth_subject="subject")
    by_case = referred.select("referral", *KEYS, case_no=pl.col("subject").str.split(":").list.last()).join(
        cases, on=[*KEYS, "case_no"]
    )
    places = persons.filter(pl.col("population_row").is_not_null()).select("person_id", "population_row")
    rows = truth.filter(pl.col("population_row").is_not_null()).select(*KEYS, "population_row", truth_subject="subject")
    by_person = (
        referred.join(by_case, on="referral", how="anti")
        .select("referral", *KEYS, person_id=pl.col("person_ids").str.split(","))
        .explode("person_id")
        .join(places, on="person_id")
        .join(rows, on=[*KEYS, "population_row"])
    )
    columns = ["referral", *KEYS, "truth_subject"]
    return pl.concat([by_case.select(columns), by_person.select(columns)]).unique(maintain_order=True)
