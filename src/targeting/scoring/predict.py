"""Features → SCORES: the margin of the booster and the calibrated probability."""

import polars as pl

from targeting.errors import Misconfigured
from targeting.frames.referral import SCORES
from targeting.scoring.booster import Fitted
from targeting.scoring.matrix import matrix
from targeting.scoring.model import Model


def predict(model: Model, features: pl.DataFrame) -> pl.DataFrame:
    """Every subject of the frame has a probability and a margin: SCORES.

    Raises:
        Misconfigured: the frame holds another direction than the model's; one score never serves both.
    """
    strangers = features.filter(pl.col("direction") != model.direction)["direction"].unique().sort().to_list()
    if strangers:
        raise Misconfigured(f"The model {model.label} scores {model.direction}, the features are of {', '.join(strangers)}.")
    fitted = Fitted(model.booster, model.features.index(model.prior_feature), model.prior_weight)
    margins = fitted.margins(matrix(features, names=model.features))
    scored = features.select("subject_kind", "subject", "benefit", "direction").with_columns(
        probability=pl.Series(model.calibration.probabilities(margins), dtype=pl.Float64),
        margin=pl.Series(margins, dtype=pl.Float64),
        model=pl.lit(model.label),
    )
    return SCORES.conform(scored)
