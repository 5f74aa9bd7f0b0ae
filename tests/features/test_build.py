"""What features are, and what they can never be."""

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest

from targeting.errors import InvalidInput, Misconfigured
from targeting.features.build import catalogue
from targeting.frames.assessment import AWARD_MEMBERS, AWARDS, FACT_KINDS, HOUSEHOLDS
from targeting.specs.scoring import ScoringSpec, load_inputs, load_scoring

Declare = Callable[[str, tuple[str, ...]], ScoringSpec]


def test_every_award_has_every_declared_feature_in_declared_order(assessed: Any) -> None:
    assessed.award("D2", "li")
    assessed.award("D1", "wang", "zhang")
    assessed.family("wang", "wang", "zhang")
    frame = assessed.features(spec=load_scoring("over"))
    assert frame.columns[6:] == list(load_scoring("over").feature_names)
    assert frame["subject"].to_list() == ["dibao:D1", "dibao:D2"]
    assert set(frame.schema.dtypes()[6:]) == {pl.Float64}


def test_every_feature_says_its_fact() -> None:
    for name, function in catalogue().items():
        told = getattr(function, "func", function).__doc__ or ""
        assert told.split("\n")[0].endswith("."), f"{name} does not say what it is"


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("sex_of_head", "sex"),
        ("id_digit_17", "sex"),
        ("id_parity", "sex"),
        ("minority_share", "ethnicity"),
        ("surname_count", "name"),
        ("id_prefix", "resident ID"),
        ("resident_id_first_6", "resident ID"),
        ("region_code", "resident ID"),
        ("hukou_kind", "hukou"),
        ("rural", "hukou"),
        ("dialect", "language"),
        ("certificate_grade", "disability"),
        ("disabled_members", "disability"),
        ("divorced", "marital"),
        ("head_single", "marital"),
        ("age_of_head", "age"),
        ("elderly_members", "age"),
        ("grid_cell", "grid"),
        ("community_rate", "community"),
        ("office_workload", "office"),
        ("distance_to_street", "neighbourhood"),
        ("photo_score", "appearance"),
        ("last_review_outcome", "outcome of a review"),
        ("months_until_end_month", "outcome of a review"),
    ],
)
def test_a_protected_attribute_a_proxy_and_a_review_result_are_refused_by_name(
    assessed: Any, declared_with: Declare, name: str, attribute: str
) -> None:
    with pytest.raises(Misconfigured, match="G10") as raised:
        assessed.features(spec=declared_with(name, ("awards.start_month",)))
    assert any(attribute in fault for fault in raised.value.faults)


def test_an_input_that_is_not_admitted_is_refused_whatever_the_name(assessed: Any, declared_with: Declare) -> None:
    spec = declared_with("evidence", ("households.grid_cell", "awards.office", "facts.certificate", "persons.resident_id"))
    with pytest.raises(Misconfigured) as raised:
        assessed.features(spec=spec)
    refused = {fault.split("input ")[1].split(" ")[0] for fault in raised.value.faults}
    assert refused == {"households.grid_cell", "awards.office", "facts.certificate", "persons.resident_id"}


def test_all_refused_features_are_listed_at_once(assessed: Any, declared_with: Declare) -> None:
    one, other = declared_with("sex", ("awards.office",)), declared_with("age", ("awards.start_month",))
    with pytest.raises(Misconfigured) as raised:
        assessed.features(spec=one.model_copy(update={"features": (*one.features, *other.features)}))
    assert [fault.split(":")[0] for fault in raised.value.faults] == ["sex", "sex", "sex", "age"]


def test_a_column_that_was_not_asked_for_does_not_reach_a_feature(assessed: Any, declared_with: Declare) -> None:
    assessed.award("D1", "wang", amount_month=50_000)
    with pytest.raises(pl.exceptions.ColumnNotFoundError):
        assessed.features(spec=declared_with("listed_unresolved", ("awards.level",)))


def test_a_name_that_nothing_builds_is_misconfigured(assessed: Any, declared_with: Declare) -> None:
    with pytest.raises(Misconfigured, match="nothing builds"):
        assessed.features(spec=declared_with("luck", ("awards.level",)))


def test_a_fact_of_the_future_stops_the_build(assessed: Any) -> None:
    assessed.award("D1", "wang")
    assessed.fact("wang", "vehicle", 1.0, known_at=date(2026, 11, 1))
    with pytest.raises(InvalidInput, match="became known later") as raised:
        assessed.features("vehicle_price_new")
    assert raised.value.faults == ("r: 1 facts became known after 2026-10-31",)


def test_the_admitted_inputs_are_columns_and_kinds_that_exist() -> None:
    admitted = load_inputs().admitted
    assert set(admitted["facts"]) <= set(FACT_KINDS)
    for table, contract in {"awards": AWARDS, "households": HOUSEHOLDS, "award_members": AWARD_MEMBERS}.items():
        assert set(admitted[table]) <= set(contract.schema.names())


def test_no_admitted_input_is_protected() -> None:
    inputs = load_inputs()
    named = [f"{table}.{column}" for table, columns in inputs.admitted.items() for column in columns]
    assert [name for name in named if inputs.refusals(name.partition(".")[2])] == []
