"""Past reviews and decided cases → a trained, measured and registered score; and its promotion by a named person.

Each review is learnt with the features of the last day of the month before it: what the office could have known when it chose.
"""

import json
from datetime import date
from typing import Any

import polars as pl

import targeting
from targeting.cases import feedback
from targeting.dates import Month, today
from targeting.errors import InvalidInput, NotAllowed
from targeting.frames.assessment import DISPOSITIONS
from targeting.jobs import inputs as lake_inputs
from targeting.jobs import labels, registry
from targeting.jobs.assess import circumstances, features, findings
from targeting.jobs.inputs import Inputs
from targeting.jobs.lake import Lake, fingerprint
from targeting.jobs.policies import law_in_use
from targeting.jobs.progress import step
from targeting.jobs.run import opened_store
from targeting.scoring.evaluate import Evaluation, evaluate
from targeting.scoring.gates import verdicts
from targeting.scoring.train import train
from targeting.settings import Settings
from targeting.specs.policy import Policy
from targeting.specs.scoring import ScoringSpec, load_evidence, load_scoring

PROVISION_MONTHS = 3  # SCORING §5: a provisional promotion expires after three months


def train_over(settings: Settings, *, by: str) -> dict[str, Any]:
    """A new version of the *over* score is registered as challenger, with its evaluation and the answer of every gate.

    Raises:
        InvalidInput: nobody is named as trainer, or there are too few reviews.
        NotFound: nothing has been linked yet.
    """
    if not by.strip():
        raise InvalidInput("A model is trained by a named person: give --by NAME.")
    lake = Lake(settings.home)
    inputs = lake_inputs.load(lake, lake.newest("links"))
    spec = load_scoring("over")
    known, counts = _labels(settings, inputs)
    with opened_store(settings) as store:
        law = law_in_use(settings, store).policy
    rows = features_then(inputs, spec, known["as_of"].unique().sort().to_list(), law=law)
    with step("train and measure"):
        measured = evaluate(rows, known, spec=spec)
        model = train(rows, known, spec=spec)
        answers = verdicts(measured, spec=spec)
    made = registry.register(
        settings.home,
        model,
        figures=_figures(measured),
        texts={
            "evaluation.json": json.dumps(measured.as_json(), ensure_ascii=False, sort_keys=True, indent=1),
            "gates.json": json.dumps({v.gate: v.answer for v in answers}, sort_keys=True),
        },
        tags={
            "trained_by": by,
            "snapshot": inputs.snapshot,
            "labels": fingerprint(known.to_dicts()),
            "code": targeting.__version__,
        },
    )
    return {
        "model": made.name,
        "version": made.version,
        "reviews": counts,
        "evaluation": measured.as_json()["scorers"],
        "gates": [{"gate": v.gate, "answer": v.answer, "says": v.says} for v in answers],
    }


def promote(
    settings: Settings, *, version: str, approver: str, name: str = "over", provisional: str | None = None
) -> dict[str, Any]:
    """The version ranks from the next run on; for three months only, where it is promoted provisionally for a written reason.

    Raises:
        NotAllowed: a gate was not passed, or the approver trained the model.
        NotFound: there is no such version.
    """
    found = next((v for v in registry.versions(settings.home, name) if v.version == version), None)
    if found is not None and found.tags.get("trained_by", "").strip().casefold() == approver.strip().casefold():
        raise NotAllowed(f"{name} {version} was trained by {approver}: another person has to approve it.")
    answers = registry.read_artifact(settings.home, name, version, "gates.json")
    provision = registry.Provision(provisional, (Month.of(today()) + PROVISION_MONTHS).last_day) if provisional else None
    made = registry.promote(settings.home, name, version, approved_by=approver, verdicts=json.loads(answers), provision=provision)
    until = provision.until.isoformat() if provision else None
    return {"model": made.name, "version": made.version, "approved_by": approver, "provisional_until": until}


def features_then(inputs: Inputs, spec: ScoringSpec, days: list[date], *, law: Policy) -> pl.DataFrame:
    """The features of every award in payment on each of the days, as known by then; column `as_of` says when."""
    policy, evidence = law.only(spec.direction), load_evidence()
    frames = []
    for day in days:
        with step(f"what was known by {day}"):
            then = circumstances(inputs, law=policy.on(day), as_of=day)
            found = findings(then, inputs.coverage, policy=policy, dispositions=DISPOSITIONS.empty(), run="training")
            frames.append(features(then, found, spec=spec, evidence=evidence).with_columns(as_of=pl.lit(day)))
    if not frames:
        raise InvalidInput("There are no reviews to learn from: the reviews register is empty or was not received.")
    return pl.concat(frames)


def _figures(measured: Evaluation) -> dict[str, float]:
    """Every figure that could be measured, as metrics of the tracked run."""
    return {
        f"{scorer}.{name}".replace(" ", "_"): figure.value
        for scorer, figures in measured.scorers.items()
        for name, figure in figures.items()
        if figure.value is not None
    }


def _labels(settings: Settings, inputs: Inputs) -> tuple[pl.DataFrame, dict[str, int]]:
    lag = inputs.knowledge["reviews"].lag_days if "reviews" in inputs.knowledge else 0
    if "reviews" not in inputs.tables:
        raise InvalidInput("There are no reviews to learn from: the snapshot has no register 'reviews'.")
    past, counts = labels.from_reviews(
        inputs.tables["reviews"], inputs.tables["assistance_roll"], as_of=inputs.as_of, known_after_days=lag
    )
    with opened_store(settings) as store:
        decided = labels.from_cases(feedback.label_rows(store))
    return pl.concat([past, decided]), {"labels": counts.labels, "wrong": counts.wrong, "random": counts.random}
