"""Tables of the last stages: feature subjects, labels, scores, contributions, reasons and the ranking."""

import polars as pl

from targeting.frames.contract import Column, Contract

FEATURE_SUBJECTS = Contract(
    "feature subjects",
    "the subject of one feature row, as known by one day; the columns after these are the declared features, Float64",
    (
        Column("subject_kind", pl.String, nullable=False),
        Column("subject", pl.String, nullable=False),
        Column("benefit", pl.String, nullable=False),
        Column("direction", pl.String, nullable=False),
        Column("household_id", pl.String, "keeps one family on one side of a split; null where unresolved"),
        Column("as_of", pl.Date, "every feature of the row was known by this day", nullable=False),
    ),
    ("subject_kind", "subject", "benefit", "direction", "as_of"),
)

LABELS = Contract(
    "labels",
    "what one review found of one award or person, and since when that is known",
    (
        Column("review", pl.String, "reviews:<row> or case:<id>", nullable=False),
        Column("subject_kind", pl.String, nullable=False),
        Column("subject", pl.String, nullable=False),
        Column("benefit", pl.String, nullable=False),
        Column("direction", pl.String, nullable=False),
        Column("reviewed_on", pl.Date, nullable=False),
        Column("as_of", pl.Date, "last day of the month before the review: what features may know", nullable=False),
        Column("label_known_at", pl.Date, "day from which the outcome may be learned from", nullable=False),
        Column("arm", pl.String, "random, or chosen by an officer, an alert or the ranking", nullable=False),
        Column("outcome", pl.String, "wrong, correct or undetermined; the last is no label", nullable=False),
        Column("amount_month", pl.Int64, "found wrong a month; 0 where correct", unit="cents"),
        Column("office", pl.String),
    ),
    ("review",),
)

CONTRIBUTIONS = Contract(
    "contributions",
    "how much one reason family moved one subject's margin; a subject's rows and its bias add up to the margin",
    (
        Column("subject_kind", pl.String, nullable=False),
        Column("subject", pl.String, nullable=False),
        Column("benefit", pl.String, nullable=False),
        Column("direction", pl.String, nullable=False),
        Column("family", pl.String, "reason family of the scoring specification, or bias", nullable=False),
        Column("contribution", pl.Float64, nullable=False, unit="log odds"),
        Column("feature", pl.String, "the feature that moved it most; null for the bias"),
        Column("value", pl.Float64, "that feature's value; null where unknown"),
    ),
    ("subject_kind", "subject", "benefit", "direction", "family"),
)

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
