"""Evaluation → verdicts: what a model must show before a person may promote it. Insufficient is not pass."""

from collections.abc import Collection
from dataclasses import dataclass

from targeting.scoring.evaluate import MODEL, Evaluation
from targeting.scoring.measures import Figure
from targeting.specs.scoring import ScoringSpec

RULES = "rules alone"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of one gate: pass, fail or insufficient, with the figure that it rests on."""

    gate: str
    answer: str
    says: str


def verdicts(evaluation: Evaluation, *, spec: ScoringSpec, explained: Collection[str] = ()) -> tuple[Verdict, ...]:
    """The answer of every gate; `explained` names the leaks that a person has accounted for in writing."""
    model = evaluation.scorers[MODEL]
    open_leaks = [leak for leak in evaluation.leaks if leak.what not in explained]
    said = ", ".join(f"{leak.what} has AUC {leak.auc:.3f} (limit {leak.limit:.2f})" for leak in open_leaks)
    return (
        Verdict("leak", "fail" if open_leaks else "pass", said or "no feature and no model knows the answer too well"),
        _at_least("order", model["auc"], spec.gates.auc_at_least, what="AUC"),
        _at_most("calibration", evaluation.random_arm.get("calibration_error"), spec.gates.calibration_error_at_most, what="ECE"),
        _beats_rules(evaluation),
    )


def failed(found: Collection[Verdict]) -> tuple[Verdict, ...]:
    """The gates that were not passed, insufficient ones among them."""
    return tuple(verdict for verdict in found if verdict.answer != "pass")


def _at_least(gate: str, figure: Figure, limit: float, *, what: str) -> Verdict:
    if figure.value is None:
        return Verdict(gate, "insufficient", f"{what} cannot be measured")
    answer = "pass" if figure.value >= limit else "fail"
    return Verdict(gate, answer, f"{what} {figure.value:.3f}, at least {limit:.2f}")


def _at_most(gate: str, figure: Figure | None, limit: float, *, what: str) -> Verdict:
    if figure is None or figure.value is None:
        return Verdict(gate, "insufficient", f"{what} cannot be measured: too few wrong ones in the random arm")
    says = f"{what} {figure.value:.3f}, at most {limit:.2f}"
    if figure.value <= limit:
        return Verdict(gate, "pass", says)
    if figure.low is not None and figure.low <= limit:
        return Verdict(gate, "insufficient", f"{says}; with so few drawn reviews it may be {figure.low:.3f}")
    return Verdict(gate, "fail", says)


def _beats_rules(evaluation: Evaluation) -> Verdict:
    rules = evaluation.scorers.get(RULES)
    if rules is None:
        return Verdict("challengers", "insufficient", "the findings alone were not measured")
    own, other = evaluation.scorers[MODEL]["average_precision"].value, rules["average_precision"].value
    if own is None or other is None:
        return Verdict("challengers", "insufficient", "average precision cannot be measured")
    answer = "pass" if own >= other else "fail"
    return Verdict("challengers", answer, f"average precision {own:.3f}, the findings alone {other:.3f}")
