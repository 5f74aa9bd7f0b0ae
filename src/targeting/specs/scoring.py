"""Typed form of models/scoring/*.toml: which features a model may see, how it is trained, measured and gated, and the capacity.

A feature reaches a model only by name: declared in the model's file with its inputs, each input admitted in
`models/scoring/inputs.toml`, no word of it refused there (G10). All faults of a declaration are raised together.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field, ValidationError, model_validator

from targeting.errors import Misconfigured
from targeting.specs.declared import Declared
from targeting.specs.loading import declaration

Share = Annotated[float, Field(ge=0, le=1)]
Form = TypeVar("Form", bound="Declared")


class FeatureSpec(Declared):
    """One feature: what it says, from which inputs, since when known, and the sign that law or arithmetic fixes.

    `benefits` names those on which it bears (none: all); for an award of another benefit it is unknown.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    says: str
    inputs: Annotated[tuple[str, ...], Field(min_length=1)]
    known_at: str
    family: str
    benefits: tuple[str, ...] = ()
    monotone: Literal[-1, 0, 1] = 0
    because: str = ""

    @model_validator(mode="after")
    def sign_has_a_reason(self) -> Self:
        """A fixed sign names the law or the arithmetic that fixes it."""
        if self.monotone and not self.because:
            raise ValueError(f"{self.name} fixes the sign {self.monotone:+d} without a reason: add `because`")
        return self


class BoosterSpec(Declared):
    """Parameters of the gradient-boosted trees (SCORING §5)."""

    rounds: Annotated[int, Field(ge=1)]
    leaves: Annotated[int, Field(ge=2)]
    depth: Annotated[int, Field(ge=1)]
    learning_rate: Annotated[float, Field(gt=0)]
    min_child_samples: Annotated[int, Field(ge=1)]
    lambda_l2: Annotated[float, Field(ge=0)]
    seed: int


class PriorSpec(Declared):
    """What is believed before any review: the log odds of a feature, worth as much as this many reviews that found something.

    A model trained on n such reviews stands on itself with weight n / (n + `reviews`) (credibility, Bühlmann 1967).
    """

    feature: str
    reviews: Annotated[int, Field(ge=0)]
    because: str

    def weight(self, positives: int) -> float:
        """The weight of the prior beside a model trained on `positives` reviews that found something."""
        return self.reviews / (self.reviews + positives) if self.reviews else 0.0


class CalibrationSpec(Declared):
    """How many positives of the random arm each kind of calibration needs, and the folds that give unseen margins."""

    isotonic_from_positives: int
    platt_from_positives: int
    folds: Annotated[int, Field(ge=2)]


class EvaluationSpec(Declared):
    """Rolling origin: splits, the share of reviews taken as training before the first, the capacity, the resamples."""

    splits: Annotated[int, Field(ge=1)]
    first_train_share: Share
    capacity_share: Share
    resamples: int
    seed: int


class GateSpec(Declared):
    """What stops a promotion until a person explains it."""

    feature_auc_at_most: Share
    model_auc_at_most: Share
    calibration_error_at_most: Share
    auc_at_least: Share


class ScoringSpec(Declared):
    """One model: its direction, label, features, training, evaluation and gates."""

    name: str
    direction: Literal["over", "missing"]
    label: str
    horizon: str
    booster: BoosterSpec
    prior: PriorSpec
    calibration: CalibrationSpec
    evaluation: EvaluationSpec
    gates: GateSpec
    features: Annotated[tuple[FeatureSpec, ...], Field(min_length=1, alias="feature")]
    sha256: str

    @model_validator(mode="after")
    def prior_is_a_feature(self) -> Self:
        """The prior is one of the features, so that it is admitted, built and explained like them."""
        if self.prior.feature not in self.feature_names:
            raise ValueError(f"the prior {self.prior.feature} is not among the features")
        return self

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The features in declared order: the order of the model's columns."""
        return tuple(feature.name for feature in self.features)

    @property
    def families(self) -> dict[str, str]:
        """The reason family of each feature."""
        return {feature.name: feature.family for feature in self.features}


class RefusedSpec(Declared):
    """One protected attribute and the words by which a name or an input gives it away."""

    attribute: str
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


class InputsSpec(Declared):
    """The admitted inputs (table → columns, kinds or codes) and the refused attributes."""

    admitted: dict[str, tuple[str, ...]]
    refused: tuple[RefusedSpec, ...]
    outcomes: tuple[str, ...]
    sha256: str

    def faults(self, features: Iterable[FeatureSpec]) -> list[str]:
        """Every reason for which a feature may not reach a model, in declared order."""
        return [fault for feature in features for fault in self._faults_of(feature)]

    def refusals(self, name: str) -> list[str]:
        """The protected attributes and review outcomes that a name gives away."""
        lowered = name.lower()
        words = set(re.split(r"[^0-9a-z\u4e00-\u9fff]+", lowered))
        attributes = [
            refused.attribute
            for refused in self.refused
            if words & set(refused.words) or any(re.search(pattern, lowered) for pattern in refused.patterns)
        ]
        hindsight = [f"the outcome of a review ({word})" for word in self.outcomes if re.search(word, lowered)]
        return attributes + hindsight

    def _faults_of(self, feature: FeatureSpec) -> list[str]:
        faults = [f"{feature.name}: its name derives from {what}" for what in self.refusals(feature.name)]
        for text in feature.inputs:
            table, _, column = text.partition(".")
            faults += [f"{feature.name}: input {text} is {what}" for what in self.refusals(column)]
            if column not in self.admitted.get(table, ()):
                faults.append(f"{feature.name}: input {text} is not admitted in models/scoring/inputs.toml")
        return faults


class CheckEvidence(Declared):
    """How often a hit of one check is confirmed on review, and where that share comes from."""

    precision: Annotated[float, Field(gt=0, lt=1)]
    source: str


class EvidenceSpec(Declared):
    """What findings are worth before any model: confirmed shares of the checks, and of an award without a hit."""

    base: Annotated[float, Field(gt=0, lt=1)]
    base_source: str
    confirmation_discount: Share
    discount_reason: str
    other: Annotated[float, Field(gt=0, lt=1)]
    checks: dict[str, CheckEvidence]
    sha256: str

    def weight(self, check: str, *, certain: bool) -> float:
        """The log odds against being right that one hit adds: -ln(1 - precision), discounted until the link is confirmed."""
        precision = self.checks[check].precision if check in self.checks else self.other
        return -math.log1p(-precision * (1.0 if certain else self.confirmation_discount))

    def share_wrong(self, weight: float) -> float:
        """The share wrong among subjects with this summed weight, checks taken as independent: 1 - (1 - base)·e^-weight.

        A hit of precision .5 on a base of .04 gives 1 - .96 * .5 = .52.
        """
        return 1.0 - (1.0 - self.base) * math.exp(-weight)


class CapacitySpec(Declared):
    """How many reviews each office can do a month, and how they are shared out."""

    share_of_awards: Share
    at_least: Annotated[int, Field(ge=0)]
    offices: dict[str, int] = Field(default_factory=dict)
    missing_share: Share
    random_share: Share
    value_of_a_correction_cents: Annotated[int, Field(ge=0)]
    sources: dict[str, str]
    sha256: str

    def reviews(self, office: str | None, awards: int) -> int:
        """Reviews of one office in the month: its declared number, else a share of its awards, rounded up."""
        if office is not None and office in self.offices:
            return self.offices[office]
        return max(self.at_least if awards else 0, math.ceil(round(self.share_of_awards * awards, 6)))


@dataclass(frozen=True, slots=True)
class Ranking:
    """What the order of reviews rests on: the capacity and what findings are worth."""

    capacity: CapacitySpec
    evidence: EvidenceSpec


def load_scoring(name: str) -> ScoringSpec:
    """The declared model, every feature admitted.

    Raises:
        Misconfigured: the declaration is not of this form, or a feature is refused; every fault is listed.
    """
    spec = _typed(ScoringSpec, "scoring", name)
    check_features(spec)
    return spec


def check_features(spec: ScoringSpec) -> None:
    """Nothing after this call can bring a protected attribute, its proxy or a review outcome into the model (G10).

    Raises:
        Misconfigured: with every refused feature and why.
    """
    faults = load_inputs().faults(spec.features)
    names = spec.feature_names
    faults += [f"{name}: declared {names.count(name)} times" for name in sorted(set(names)) if names.count(name) > 1]
    if faults:
        raise Misconfigured(
            f"models/scoring/{spec.name}.toml declares features that no model may use (G10). Remove them.", faults=faults
        )


def load_inputs() -> InputsSpec:
    """The admitted inputs and the refused attributes."""
    return _typed(InputsSpec, "scoring", "inputs")


def load_evidence() -> EvidenceSpec:
    """What the findings are worth before any model."""
    return _typed(EvidenceSpec, "scoring", "checks")


def load_capacity() -> CapacitySpec:
    """The reviews of each office and how they are shared out."""
    return _typed(CapacitySpec, "scoring", "capacity")


def load_ranking() -> Ranking:
    """The capacity and what findings are worth: all that the ranking needs to know."""
    return Ranking(load_capacity(), load_evidence())


def _typed(form: type[Form], kind: str, name: str) -> Form:
    content, sha256 = declaration(kind, name)
    return typed(form, {**content, "sha256": sha256}, where=f"models/{kind}/{name}.toml")


def typed(form: type[Form], content: Mapping[str, Any], *, where: str) -> Form:
    """The declaration in its typed form.

    Raises:
        Misconfigured: with every fault of the declaration.
    """
    try:
        return form.model_validate(content)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise Misconfigured(f"{where} is not a valid declaration. Correct it.", faults=faults) from None
