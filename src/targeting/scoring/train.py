"""Features and labels → Model: unweighted on both arms, calibrated on the random arm's unseen margins (SCORING §3, §5)."""

import numpy as np
import polars as pl

from targeting.errors import InvalidInput
from targeting.frames.referral import LABELS
from targeting.scoring import booster
from targeting.scoring.calibrate import Calibration, calibrate
from targeting.scoring.folds import household_folds
from targeting.scoring.matrix import Matrix, Vector, matrix
from targeting.scoring.model import Model
from targeting.specs.scoring import ScoringSpec

KEY = ["subject_kind", "subject", "benefit", "direction", "as_of"]


def train(features: pl.DataFrame, labels: pl.DataFrame, *, spec: ScoringSpec) -> Model:
    """The model trained on every review that says wrong or correct.

    Raises:
        InvalidInput: there are too few reviews of either outcome to learn from.
    """
    rows = labelled(features, labels, spec=spec)
    values, wrong = matrix(rows, names=spec.feature_names), rows["wrong"].to_numpy()
    fewest = int(min(wrong.sum(), len(wrong) - wrong.sum()))
    if fewest < spec.booster.min_child_samples:
        raise InvalidInput(
            f"Too few reviews to train {spec.name}: {len(rows)} reviews, {int(wrong.sum())} found wrong; at least "
            f"{spec.booster.min_child_samples} of each outcome are needed. Rank by findings and money until then."
        )
    fitted = booster.fit(values, wrong, spec=spec)
    return Model(
        name=spec.name,
        direction=spec.direction,
        features=spec.feature_names,
        families=tuple(feature.family for feature in spec.features),
        booster=fitted.text,
        prior_feature=spec.prior.feature,
        prior_weight=fitted.prior_weight,
        prior_base=float(values[:, fitted.prior_column].min()),
        calibration=_calibration(rows, values, wrong, spec=spec),
        spec_sha256=spec.sha256,
        trained=_trained(rows),
    )


def labelled(features: pl.DataFrame, labels: pl.DataFrame, *, spec: ScoringSpec) -> pl.DataFrame:
    """The reviews of the model's direction with an outcome, each beside its features as of then, in a fixed order.

    A review whose subject has no features as of then (award not yet in payment, unknown number) is left out.
    """
    usable = labels.filter(pl.col("outcome").is_in(["wrong", "correct"]), pl.col("direction") == spec.direction)
    columns = ["review", *KEY, "reviewed_on", "label_known_at", "arm", "amount_month", "office"]
    joined = (
        usable.with_columns(wrong=(pl.col("outcome") == "wrong").cast(pl.Float64))
        .select(*columns, "wrong")
        .join(features.select(*KEY, "household_id", *spec.feature_names), on=KEY, how="inner")
    )
    return joined.sort("as_of", "subject", "review")


def unseen_margins(rows: pl.DataFrame, values: Matrix, wrong: Vector, *, spec: ScoringSpec) -> Vector:
    """The margin of each row from a model that saw no row of its family."""
    fold = household_folds(rows, folds=spec.calibration.folds, seed=spec.booster.seed)
    margins = np.zeros(len(rows))
    for number in range(spec.calibration.folds):
        held_out = fold == number
        if held_out.any():
            margins[held_out] = booster.fit(values[~held_out], wrong[~held_out], spec=spec).margins(values[held_out])
    return margins


def _calibration(rows: pl.DataFrame, values: Matrix, wrong: Vector, *, spec: ScoringSpec) -> Calibration:
    drawn = rows["arm"].to_numpy() == "random"
    if wrong[drawn].sum() < spec.calibration.platt_from_positives:
        return Calibration("none")
    margins = unseen_margins(rows, values, wrong, spec=spec)
    return calibrate(margins[drawn], wrong[drawn], spec=spec.calibration)


def _trained(rows: pl.DataFrame) -> dict[str, object]:
    drawn = rows.filter(pl.col("arm") == "random")
    return {
        "rows": len(rows),
        "wrong": int(rows["wrong"].sum()),
        "random_rows": len(drawn),
        "random_wrong": int(drawn["wrong"].sum()),
        "first_as_of": str(rows["as_of"].min()),
        "last_as_of": str(rows["as_of"].max()),
        "labels": LABELS.name,
    }
