"""Lines of fixed width: cut by characters or bytes, refused where they do not fit the layout."""

import random

import pytest
from pydantic import ValidationError

from targeting.errors import InvalidInput
from targeting.specs.layout import Layout

FIELDS = {
    "insured_id": (1, 18),
    "insured_name": (19, 38),
    "insurance": (39, 68),
    "state": (69, 80),
    "contribution_base_cents": (81, 90),
    "start_month": (91, 97),
    "end_month": (98, 104),
    "benefit_cents": (105, 114),
}
ROWS = [
    ("11010519491231002X", "王秀英", "城乡居民基本养老保险", "正常待遇", "", "2010-01", "", "310.23"),
    ("440524188001010014", "李国强", "企业职工基本养老保险", "正常参保", "3920", "2019-06", "", ""),
    ("", "古丽·艾合买提", "城乡居民基本养老保险", "暂停缴费", "200", "2015-11", "2020-03", ""),
]


def lines(rows=ROWS, *, encoding: str = "gb18030", by_bytes: bool = True) -> list[bytes]:
    """The rows as padded lines."""
    made = []
    for row in rows:
        line = b""
        for text, (first, last) in zip(row, FIELDS.values(), strict=True):
            width = len(text.encode(encoding)) if by_bytes else len(text)
            line += text.encode(encoding) + " ".encode(encoding) * (last - first + 1 - width)
        made.append(line)
    return made


def layout(**more: object) -> Layout:
    return Layout.model_validate({"measure": "bytes", "fields": FIELDS, **more})


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_lines_cut_by_bytes_are_the_register(take, end) -> None:
    found = take("social_security", end.join([*lines(), b""]), layout=layout())
    assert found.identities["name"].to_list() == ["王秀英", "李国强", "古丽·艾合买提"]
    assert found.table["contribution_base_cents"].to_list() == [None, 392_000, 20_000]
    assert found.summary.select("rows", "rejected", "delimiter").row(0) == (3, 0, "fixed width")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_lines_cut_by_characters_are_the_same_register(take, encoding) -> None:
    expected = take("social_security", b"\n".join(lines()), layout=layout())
    written = "\n".join(line.decode(encoding) for line in lines(encoding=encoding, by_bytes=False)).encode(encoding)
    found = take("social_security", written, layout=layout(measure="characters"))
    assert found.table.equals(expected.table)
    assert found.identities.equals(expected.identities)


def test_four_byte_characters_take_four_places(take) -> None:
    rows = [("440524188001010014", "张𬱖䶮", *ROWS[1][2:]), *ROWS]
    assert take("social_security", b"\n".join(lines(rows)), layout=layout()).identities["name"][0] == "张𬱖䶮"


def test_a_line_that_cuts_a_character_is_refused_alone(take) -> None:
    made = lines()
    shifted = made[1][:39] + b" " + made[1][39:-1]
    found = take("social_security", b"\n".join([made[0], shifted, made[2]]), layout=layout())
    assert found.rejects.select("row", "rule").rows() == [(2, "position_inside_a_character")]
    assert found.table["row"].to_list() == [1, 3]


def test_a_line_that_is_too_long_is_refused_alone(take) -> None:
    made = lines()
    found = take("social_security", b"\n".join([made[0], made[1] + b"7", made[2] + b"  "]), layout=layout())
    assert found.rejects.select("row", "rule").rows() == [(2, "line_too_long")]


def test_trimmed_lines_are_whole(take) -> None:
    found = take("social_security", b"\n".join(line.rstrip() for line in lines()), layout=layout())
    assert found.table["contribution_base_cents"].to_list() == [None, 392_000, 20_000]
    assert found.repairs.is_empty()


def test_a_cut_line_loses_the_cell_in_which_it_ends(take) -> None:
    numbered = [(*row[:4], str(200 + place), *row[5:]) for place in range(10) for row in ROWS]
    made = lines(numbered)
    made[4] = made[4][:82]
    found = take("social_security", b"\n".join(made), layout=layout())
    assert found.rejects.select("row", "rule").rows() == [(5, "required_but_blank")]
    made[4] = lines(numbered)[4][:110]
    found = take("social_security", b"\n".join(made), layout=layout())
    assert found.table.filter(row=5)["benefit_cents"].to_list() == [None]
    assert found.repairs.filter(row=5).select("rule", "action").rows() == [("line_cut", "last_cell_set_aside")]


def test_header_lines_are_no_rows_and_blank_lines_are_refused(take) -> None:
    made = [b"SHBZH   XM", *lines()[:2], b"", b"\x1a"]
    found = take("social_security", b"\n".join(made), layout=layout(header_lines=1))
    assert found.summary.select("rows", "rejected").row(0) == (4, 2)
    assert found.rejects["rule"].unique().to_list() == ["empty_row"]


def test_a_layout_that_fits_no_line_is_refused(take) -> None:
    with pytest.raises(InvalidInput, match="all 3 lines are longer than 38 bytes"):
        take("social_security", b"\n".join(lines()), layout=layout(fields={"insured_id": (1, 18), "insured_name": (19, 38)}))
    with pytest.raises(InvalidInput, match="declare its layout in characters"):
        take("social_security", "\n".join(["x"] * 9).encode("utf-16"), layout=layout())


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"a": (1, 5), "b": (5, 9)}, "a and b overlap"),
        ({"a": (5, 4)}, "a ends before it begins"),
        ({"a": (0, 4)}, "greater than or equal to 1"),
        ({}, "at least 1 item"),
    ],
)
def test_a_wrong_layout_is_refused(fields, fault) -> None:
    with pytest.raises(ValidationError, match=fault):
        Layout.model_validate({"fields": fields})


def test_every_row_of_a_damaged_file_is_accounted_for(take) -> None:
    chance = random.Random(5)
    whole = b"\n".join(lines() * 12)
    for _ in range(60):
        broken = bytearray(whole)
        for _ in range(chance.randrange(1, 30)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            found = take("social_security", bytes(broken), layout=layout())
        except InvalidInput:
            continue
        rows, rejected = found.summary.select("rows", "rejected").row(0)
        assert len(found.table) + found.rejects["row"].n_unique() == rows
        assert found.rejects["row"].n_unique() == rejected
