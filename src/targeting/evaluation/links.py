"""How right the links are, measured against verified ones: precision, recall and F1 by register and level, with intervals.

In: LINKS, PERSONS and a truth file (`register, row, role, population_row`; a blank role is the register's own, a blank
population_row says that nobody in the population register is meant). A row without a registered person that is linked to one is
an error; linked to a person known from elsewhere it says nothing and is not counted. A row whose registered person stands there
under another number makes a person of its own (`apart`): nobody else's fact is claimed, so it counts against recall only. A
person whose own row intake rejected cannot be found: that counts against recall, and against precision only if another registered
person was linked.
"""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from targeting.errors import InvalidInput
from targeting.evaluation.intervals import f1, wilson

ALL = "all"
PRIMARY_ROLES = {"assistance_roll": "member"}
TRUTH_COLUMNS = ("register", "row", "role", "population_row")
POPULATION = "population"
LEVELS = {"A": ("A",), "B": ("B",), "A+B": ("A", "B")}


def read_truth(file: Path) -> pl.DataFrame:
    """The verified links of a CSV file (UTF-8), typed.

    Raises:
        InvalidInput: a column is missing, or a row number is no number; the message names the data rows.
    """
    try:
        text = pl.read_csv(file, infer_schema=False).fill_null("")
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise InvalidInput(f"{file.name} cannot be read as a UTF-8 CSV file of verified links: {fault}.") from fault
    missing = [column for column in TRUTH_COLUMNS if column not in text.columns]
    if missing:
        raise InvalidInput(f"{file.name} lacks the columns {', '.join(missing)}; it has {', '.join(text.columns)}.")
    typed = text.select(
        "register",
        pl.col("row").cast(pl.Int64, strict=False),
        pl.col("role").str.strip_chars(),
        pl.col("population_row").replace("", None).cast(pl.Int64, strict=False),
    )
    bad = (typed["row"].is_null() | (typed["population_row"].is_null() & (text["population_row"] != ""))).arg_true()
    if len(bad):
        rows = ", ".join(str(at + 1) for at in bad.head(10).to_list())
        raise InvalidInput(f"{file.name}: row or population_row is no whole number in data rows {rows}. Correct them.")
    return typed


def judge(links: pl.DataFrame, persons: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """One row a verified link, what was linked, and `verdict`: right, wrong, apart, missed, rejected,
    elsewhere or rightly_none.

    Raises:
        InvalidInput: a register of the truth is not among the links, or a blank role leaves open whose identity is meant.
    """
    asked = with_roles(truth, links)
    held = links.filter(pl.col("register") == POPULATION).select(population_row="row", true_person="person_id")
    registered = persons.filter(pl.col("population_row").is_not_null()).select("person_id", registered=pl.lit(value=True))
    frame = asked.join(links, on=["register", "row", "role"], how="left", maintain_order="left")
    frame = frame.join(held, on="population_row", how="left", maintain_order="left")
    frame = frame.join(registered, on="person_id", how="left", maintain_order="left")
    linked, wanted = pl.col("person_id").is_not_null(), pl.col("population_row").is_not_null()
    same = (pl.col("person_id") == pl.col("true_person")).fill_null(value=False)
    verdict = (
        pl.when(wanted & pl.col("true_person").is_null() & pl.col("registered").is_null())
        .then(pl.lit("rejected"))
        .when(wanted & linked & same)
        .then(pl.lit("right"))
        .when(wanted & linked)
        .then(pl.when(pl.col("registered").is_null()).then(pl.lit("apart")).otherwise(pl.lit("wrong")))
        .when(wanted)
        .then(pl.lit("missed"))
        .when(linked & pl.col("registered").is_not_null())
        .then(pl.lit("wrong"))
        .when(linked)
        .then(pl.lit("elsewhere"))
        .otherwise(pl.lit("rightly_none"))
    )
    return frame.with_columns(verdict=verdict).drop("registered")


def evaluate(links: pl.DataFrame, persons: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Precision, recall and F1 by register (and `all`) and level (A, B, A+B), each with its 95 % interval.

    `linked` counts links that can be judged, `persons` the verified rows that have a registered person.
    """
    judged = judge(links, persons, truth)
    registers = [*sorted(judged["register"].unique().to_list()), ALL]
    rows: list[dict[str, object]] = []
    for register in registers:
        of = judged if register == ALL else judged.filter(pl.col("register") == register)
        for level, included in LEVELS.items():
            rows.append({"register": register, "level": level, **_measures(of, included)})
    return pl.DataFrame(rows)


def measures(right: int, linked: int, wanted: int) -> dict[str, object]:
    """Precision (right of linked), recall (right of wanted) and F1, with intervals, as the columns of a table."""
    named = {"precision": wilson(right, linked), "recall": wilson(right, wanted), "f1": f1(right, linked, wanted)}
    row: dict[str, object] = {"linked": linked, "right": right, "persons": wanted}
    for name, interval in named.items():
        row |= {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}
    return row


def _measures(judged: pl.DataFrame, levels: tuple[str, ...]) -> dict[str, object]:
    at_level = judged.filter(pl.col("level").is_in(levels))
    right = int((at_level["verdict"] == "right").sum())
    linked = right + int((at_level["verdict"] == "wrong").sum())
    return measures(right, linked, int(judged["population_row"].is_not_null().sum()))


def with_roles(truth: pl.DataFrame, links: pl.DataFrame, primary: Mapping[str, str] = PRIMARY_ROLES) -> pl.DataFrame:
    """The truth with a role in every row; `links` says which roles a register has.

    Raises:
        InvalidInput: a register is not among the links, or a blank role leaves open whose identity is meant.
    """
    roles = links.group_by("register").agg(pl.col("role").unique().sort())
    known: dict[str, list[str]] = dict(roles.iter_rows())
    faults, blank = [], {}
    for register in sorted(truth["register"].unique().to_list()):
        if register not in known:
            faults.append(f"register {register} is not among the links ({', '.join(sorted(known)) or 'none'})")
        elif register in primary:
            blank[register] = primary[register]
        elif len(known[register]) == 1:
            blank[register] = known[register][0]
        elif truth.filter((pl.col("register") == register) & (pl.col("role").fill_null("") == "")).height:
            faults.append(f"register {register} has the roles {', '.join(known[register])}: name one in every row")
    if faults:
        raise InvalidInput("The truth file does not fit the links. Correct these:", faults=faults)
    own = pl.col("register").replace_strict(blank, default=None, return_dtype=pl.String)
    given = pl.col("role").fill_null("")
    return truth.with_columns(role=pl.when(given == "").then(own).otherwise(given))
