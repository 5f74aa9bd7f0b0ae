"""Model versions, aliases and the published champion."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from targeting.errors import InvalidInput, NotAllowed, NotFound
from targeting.jobs import registry
from targeting.scoring.calibrate import Calibration
from targeting.scoring.model import Model


def a_model(booster: str = "tree") -> Model:
    return Model(
        name="over",
        direction="over",
        features=("evidence",),
        families=("rules",),
        booster=booster,
        prior_feature="evidence",
        prior_weight=0.25,
        prior_base=-2.0,
        calibration=Calibration("platt", ((1.0, -0.5),)),
        spec_sha256="0" * 64,
        trained={"rows": 3},
    )


def registered(home: Path, model: Model) -> registry.Version:
    return registry.register(home, model, figures={"auc": 0.7}, texts={"evaluation.json": "{}"}, tags={"snapshot": "s1"})


def test_a_home_without_a_model_has_no_champion(tmp_path: Path) -> None:
    assert registry.load_champion(tmp_path) is None


def test_versions_aliases_promotion_and_rollback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere, home = tmp_path / "elsewhere", tmp_path / "home"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    first = registered(home, a_model("one"))
    again = registered(home, a_model("one"))
    second = registered(home, a_model("two"))
    assert (first.version, again.version, second.version) == ("1", "1", "2")
    assert registry.load_champion(home) is None
    registry.promote(home, "over", "2", approved_by="审核员", verdicts={"leak": "pass"})
    champion = registry.load_champion(home)
    assert champion is not None
    assert champion.label == "over 2"
    assert champion.booster == "two"
    assert {v.version: v.aliases for v in registry.versions(home, "over")} == {"2": ("challenger", "champion"), "1": ()}
    registry.promote(home, "over", "1", approved_by="审核员", verdicts={"leak": "pass"})
    rolled_back = registry.load_champion(home)
    assert rolled_back is not None
    assert rolled_back.to_text() == a_model("one").to_text()
    assert registry.versions(home, "over")[1].tags["approved_by"] == "审核员"
    assert list(elsewhere.iterdir()) == [], "MLflow left files in the working directory"
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    with pytest.raises(NotFound, match=r"no version 9 of model over\. Versions: 2, 1"):
        registry.load_version(home, "over", "9")


def test_a_gate_that_was_not_passed_stops_the_promotion(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="gates were not passed") as raised:
        registry.promote(tmp_path, "over", "1", approved_by="审核员", verdicts={"leak": "fail", "order": "pass"})
    assert raised.value.faults == ("leak: fail",)


def test_nobody_named_promotes_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="named person"):
        registry.promote(tmp_path, "over", "1", approved_by=" ", verdicts={})


def test_a_damaged_champion_is_an_error_not_a_missing_model(tmp_path: Path) -> None:
    path = tmp_path / "models" / "over" / "champion.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"version": "1"}), "utf-8")
    with pytest.raises(InvalidInput, match="not a published model"):
        registry.load_champion(tmp_path)


def test_a_model_is_the_same_after_writing_and_reading() -> None:
    model = a_model()
    assert Model.from_text(model.to_text(), version="unregistered") == model


def test_a_provisional_champion_ranks_until_its_provision_ends_and_never_over_a_failed_gate(tmp_path: Path) -> None:
    registered(tmp_path, a_model("one"))
    provision = registry.Provision("too few drawn reviews", date(2027, 2, 28))
    with pytest.raises(NotAllowed, match="gates were not passed"):
        registry.promote(tmp_path, "over", "1", approved_by="审核员", verdicts={"order": "fail"}, provision=provision)
    with pytest.raises(NotAllowed, match="gates were not passed"):
        registry.promote(tmp_path, "over", "1", approved_by="审核员", verdicts={"order": "insufficient"})
    registry.promote(tmp_path, "over", "1", approved_by="审核员", verdicts={"order": "insufficient"}, provision=provision)
    assert registry.load_champion(tmp_path, on=date(2027, 2, 28)) is not None
    assert registry.load_champion(tmp_path, on=date(2027, 3, 1)) is None
    assert registry.versions(tmp_path, "over")[0].tags["provisional_reason"] == "too few drawn reviews"
