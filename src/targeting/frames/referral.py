"""Tables of the last stages: scores, reasons and the ranking."""

import polars as pl

from targeting.frames.contract import Column, Contract

SCORES = Contract(
    "scores",
    "the calibrated probability of one subject in one direction, and the model that gave it",
    (
        Column("subject_kind", pl.String, nullable=False),
        Column("subject", pl.String, nullable=False),
        Column("benefit", pl.String, nullable=False),
        Column("direction", pl.String, nullable=False),
        Column("probability", pl.Float64, nullable=False),
        Column("margin", pl.Float64, "raw model margin, log odds", nullable=False),
        Column("model", pl.String, "name and version", nullable=False),
    ),
    ("subject_kind", "subject", "benefit", "direction"),
)

REASONS = Contract(
    "reasons",
    "one reason for one subject, strongest first",
    (
        Column("subject_kind", pl.String, nullable=False),
        Column("subject", pl.String, nullable=False),
        Column("benefit", pl.String, nullable=False),
        Column("direction", pl.String, nullable=False),
        Column("order", pl.Int64, "1 is the strongest", nullable=False),
        Column("source", pl.String, "finding or model", nullable=False),
        Column("code", pl.String, "check code or reason family", nullable=False),
        Column("contribution", pl.Float64, "log odds; null for findings", unit="log odds"),
        Column("zh", pl.String, nullable=False),
        Column("en", pl.String, nullable=False),
        Column("clears_zh", pl.String, "what would clear it", nullable=False),
        Column("clears_en", pl.String, nullable=False),
        Column("facts", pl.String, "JSON list of fact_id behind the reason", nullable=False),
    ),
    ("subject_kind", "subject", "benefit", "direction", "order"),
)

REFERRALS = Contract(
    "referrals",
    "one subject in one direction: the whole ranking",
    (
        Column("run", pl.String, nullable=False),
        Column("subject_kind", pl.String, nullable=False),
        Column("subject", pl.String, nullable=False),
        Column("direction", pl.String, nullable=False),
        Column("benefit", pl.String, nullable=False),
        Column("rank", pl.Int64, "1 is first; one ranking for the run, both directions", nullable=False),
        Column("arm", pl.String, "ranked or random", nullable=False),
        Column("opened", pl.Boolean, "within capacity", nullable=False),
        Column("probability", pl.Float64, "null where there is no model"),
        Column("amount_month", pl.Int64, "at stake a month", unit="cents"),
        Column("checks", pl.String, "hit checks, strongest first, comma-separated", nullable=False),
        Column("reasons", pl.String, "JSON list of the reasons", nullable=False),
        Column("household_id", pl.String),
        Column("person_ids", pl.String, "comma-separated", nullable=False),
    ),
    ("subject_kind", "subject", "direction", "benefit"),
)

ARMS = Contract(
    "arms",
    "how one referral was selected: logged for the evaluation (G15)",
    (
        Column("subject_kind", pl.String, nullable=False),
        Column("subject", pl.String, nullable=False),
        Column("direction", pl.String, nullable=False),
        Column("benefit", pl.String, nullable=False),
        Column("arm", pl.String, nullable=False),
        Column("office", pl.String),
        Column("selection_probability", pl.Float64, nullable=False),
        Column("tie_seed", pl.Int64, nullable=False),
        Column("ranked_by", pl.String, "model name and version, or findings_and_money", nullable=False),
    ),
    ("subject_kind", "subject", "direction", "benefit"),
)
