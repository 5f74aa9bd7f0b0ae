"""A trained model as plain text: booster, calibration and what it was trained on. The same content gives the same bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from targeting.errors import InvalidInput
from targeting.scoring.calibrate import Calibration

FORM = 1


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model; `version` is given by the registry, until then it is `unregistered`."""

    name: str
    direction: str
    features: tuple[str, ...]
    families: tuple[str, ...]
    booster: str
    prior_feature: str
    prior_weight: float
    prior_base: float
    calibration: Calibration
    spec_sha256: str
    trained: Mapping[str, Any]
    version: str = "unregistered"

    @property
    def label(self) -> str:
        """Name and version, as scores and arms carry them."""
        return f"{self.name} {self.version}"

    def registered(self, version: str) -> "Model":
        """The same model under the version that the registry gave it."""
        return replace(self, version=version)

    def to_text(self) -> str:
        """The model as JSON without its version: equal for equal data and declaration."""
        content = {
            "form": FORM,
            "name": self.name,
            "direction": self.direction,
            "features": list(self.features),
            "families": list(self.families),
            "calibration": self.calibration.as_json(),
            "prior": {"feature": self.prior_feature, "weight": self.prior_weight, "base": self.prior_base},
            "spec_sha256": self.spec_sha256,
            "trained": dict(self.trained),
            "booster": self.booster,
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n"

    @classmethod
    def from_text(cls, text: str, *, version: str) -> "Model":
        """The model from its text.

        Raises:
            InvalidInput: the text is not a model of this form.
        """
        try:
            content = json.loads(text)
            if content["form"] != FORM:
                raise InvalidInput(f"The model file is of form {content['form']}, expected {FORM}. Retrain the model.")
            return cls(
                name=content["name"],
                direction=content["direction"],
                features=tuple(content["features"]),
                families=tuple(content["families"]),
                booster=content["booster"],
                prior_feature=content["prior"]["feature"],
                prior_weight=content["prior"]["weight"],
                prior_base=content["prior"]["base"],
                calibration=Calibration.from_json(content["calibration"]),
                spec_sha256=content["spec_sha256"],
                trained=content["trained"],
                version=version,
            )
        except (ValueError, KeyError, TypeError) as fault:
            raise InvalidInput(f"The model file is not a model ({type(fault).__name__}). Retrain the model.") from fault
