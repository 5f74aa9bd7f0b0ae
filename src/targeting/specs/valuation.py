"""Typed form of models/valuation/price_index.toml: how prices become an index, and how wide one unit's interval is.

These are statistical choices with their reasons, not law; shares of a logarithm unless the name says otherwise.
"""

from typing import Annotated

from pydantic import Field

from targeting.specs.declared import Declared
from targeting.specs.loading import declaration
from targeting.specs.scoring import typed

Positive = Annotated[float, Field(gt=0)]


class ValuationSpec(Declared):
    """Windows, pooling, robustness and the parts of a unit's interval, each with where it comes from."""

    reference_area_m2: Positive
    area_source: str
    county_window_months: Positive
    street_window_months: Positive
    window_source: str
    pool_sales: Positive
    pool_source: str
    least_sales: Annotated[int, Field(ge=1)]
    least_source: str
    outlier_at: Positive
    outlier_source: str
    plausible_within: Positive
    plausible_source: str
    unit_share: Annotated[float, Field(ge=0, lt=1)]
    unit_source: str
    drift_per_year: Annotated[float, Field(ge=0)]
    drift_source: str
    other_use_spread: Annotated[float, Field(ge=0)]
    other_use_source: str
    sha256: str


def load_valuation() -> ValuationSpec:
    """The declared valuation.

    Raises:
        Misconfigured: the file is not of this form.
    """
    content, sha256 = declaration("valuation", "price_index")
    return typed(ValuationSpec, {**content, "sha256": sha256}, where="models/valuation/price_index.toml")
