"""Splink's specifications for the cases, written to its own advice: levels, blocking, term frequencies, training."""

from typing import Any

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import SettingsCreator, block_on

FEBRL = "febrl4"
U_PAIRS = 1e7  # the default of 1e6 miscalibrates cuts at a million records
RECALL = 0.8


def of(spec: str) -> Any:
    """The settings for a case."""
    return _febrl() if spec == FEBRL else _chinese()


def train(linker: Any, spec: str) -> None:
    """Prior from sure pairs, u from random pairs, m by EM over two blockings."""
    sure = [["soc_sec_id"]] if spec == FEBRL else [["number", "name"], ["name", "birth"]]
    rounds = [["date_of_birth"], ["postcode"]] if spec == FEBRL else [["number"], ["name_pinyin", "birth"]]
    linker.training.estimate_probability_two_random_records_match([block_on(*keys) for keys in sure], recall=RECALL)
    linker.training.estimate_u_using_random_sampling(max_pairs=U_PAIRS, seed=1)
    for keys in rounds:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*keys))


def _febrl() -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("date_of_birth", [1, 2]),
            cl.LevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number"),
            cl.JaroWinklerAtThresholds("address_1", [0.9, 0.7]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("suburb", [0.9, 0.7]).configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("postcode", [1, 2]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("given_name", "surname"),
            block_on("soc_sec_id"),
            block_on("date_of_birth"),
            block_on("postcode", "street_number"),
            block_on("address_1"),
            block_on("surname", "postcode"),
            block_on("given_name", "postcode"),
        ],
    )


def _chinese() -> SettingsCreator:
    number = cl.CustomComparison(
        output_column_name="number",
        comparison_levels=[
            cll.NullLevel("number"),
            cll.ExactMatchLevel("number"),
            cll.CustomLevel(f"{_old_form('number_l')} = number_r or number_l = {_old_form('number_r')}"),
            cll.LevenshteinLevel("number", 1),
            cll.LevenshteinLevel("number", 2),
            cll.ElseLevel(),
        ],
    )
    name = cl.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            cll.NullLevel("name"),
            cll.ExactMatchLevel("name", term_frequency_adjustments=True),
            cll.ExactMatchLevel("name_pinyin"),
            cll.CustomLevel(
                "name_l[1] = name_r[1] and "
                "(name_l[-1] = name_r[-1] or starts_with(name_l, name_r) or starts_with(name_r, name_l))"
            ),
            cll.CustomLevel("length(name_l) = length(name_r) and name_l[2:] = name_r[2:]"),
            cll.JaroWinklerLevel("name", 0.7),
            cll.ElseLevel(),
        ],
    )
    birth = cl.CustomComparison(
        output_column_name="birth",
        comparison_levels=[
            cll.NullLevel("birth"),
            cll.ExactMatchLevel("birth"),
            cll.CustomLevel("birth_l = birth_r[1:4] || birth_r[7:8] || birth_r[5:6]"),
            cll.LevenshteinLevel("birth", 1),
            cll.CustomLevel("birth_l[1:6] = birth_r[1:6]"),
            cll.ElseLevel(),
        ],
    )
    return SettingsCreator(
        link_type="link_only",
        comparisons=[number, name, birth, cl.ExactMatch("address")],
        blocking_rules_to_generate_predictions=[
            block_on("number_end"),
            block_on("number_front"),
            block_on("name_pinyin", "birth"),
            block_on("name_surname", "birth"),
            block_on("name_given", "birth"),
            block_on("birth", "address"),
            block_on("name_pinyin", "address"),
            block_on("name_surname", "address"),
            block_on("name"),
        ],
    )


def _old_form(number: str) -> str:
    """The number of 15 digits that an 18-digit one was."""
    return f"substr({number}, 1, 6) || substr({number}, 9, 9)"
