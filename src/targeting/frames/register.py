"""Tables that intake leaves behind besides the registers themselves.

A register's own table (`<snapshot>/<register>.parquet`) has `row` first (1-based data row of the file as received, rejected rows
counted), then the columns its specification declares, typed: text `String`, code `String` (canonical code), date and month `Date`
(a month is its first day), money `Int64` cents, whole number `Int64`, number `Float64`, yes/no `Boolean`.
"""

import polars as pl

from targeting.frames.contract import Column, Contract

REJECTS = Contract(
    "rejects",
    "one fault for which a row was refused",
    (
        Column("register", pl.String, nullable=False),
        Column("row", pl.Int64, "1-based data row in the file as received", nullable=False),
        Column("column", pl.String, "source header, or empty where the fault is the whole row's", nullable=False),
        Column("rule", pl.String, "rule broken, e.g. too_few_fields, not_a_date, duplicate_row", nullable=False),
        Column(
            "shape",
            pl.String,
            'the value with 9 for digits, A for letters, 汉 for characters: "9{17}X"',
            nullable=False,
        ),
    ),
    ("register", "row", "column", "rule"),
)

REPAIRS = Contract(
    "repairs",
    "one value that was repaired, or set aside as unusable, in an accepted row",
    (
        *REJECTS.columns,
        Column("action", pl.String, "what was done, e.g. half_width, to_18_digits, set_aside", nullable=False),
    ),
    ("register", "row", "column", "rule"),
)

INTAKE = Contract(
    "intake",
    "one register file as read",
    (
        Column("register", pl.String, nullable=False),
        Column("file", pl.String, "file name as received", nullable=False),
        Column("sha256", pl.String, nullable=False),
        Column("encoding", pl.String, nullable=False),
        Column("delimiter", pl.String, nullable=False),
        Column("rows", pl.Int64, "data rows in the file", nullable=False),
        Column("accepted", pl.Int64, "rows taken as they were", nullable=False),
        Column("repaired", pl.Int64, "rows taken with a recorded repair", nullable=False),
        Column("rejected", pl.Int64, "rows refused; accepted + repaired + rejected = rows", nullable=False),
        Column("data_until", pl.Date, "latest event date in the file: how fresh the register is"),
    ),
    ("register",),
)

PROTECTED = Contract(
    "protected",
    "the protected attributes of one accepted row; kept in <home>/audit only",
    (
        Column("register", pl.String, nullable=False),
        Column("row", pl.Int64, nullable=False),
        Column("attribute", pl.String, "e.g. sex, ethnicity, marital_state, hukou_type", nullable=False),
        Column("value", pl.String, nullable=False),
    ),
    ("register", "row", "attribute"),
)
