import polars as pl
import pytest

from targeting.errors import InvalidInput


def content(intake):
    return intake.table.to_dicts(), intake.identities.to_dicts(), intake.summary["rows"].item()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_encoding_delimiter_and_line_ends_are_found_out(take, pensions, encoding, delimiter, end) -> None:
    expected = content(take("social_security", pensions))
    written = pensions.replace(",", delimiter).replace("\r\n", end).encode(encoding)
    found = take("social_security", written)
    assert content(found) == expected
    assert found.summary["encoding"].item() == encoding


def test_a_character_outside_gbk_is_read_from_gb18030(take, pensions) -> None:
    found = take("social_security", pensions.replace("张伟", "张䶮𬱖").encode("gb18030"))
    assert found.identities["name"].to_list()[2] == "张䶮𬱖"


def test_the_first_non_ascii_character_may_stand_at_the_very_end(take) -> None:
    header = "insured_id,name,insurance,state,employer,contribution base,from,until,monthly benefit,agency"
    row = "11010519491231002X,Wang,employee pension,paying,Acme,3920,2019-06,,,Office"
    text = "\n".join([header, *(f"{row} {number}" for number in range(3000)), f"{row} 镇"])
    for encoding in ("utf-8", "gb18030"):
        found = take("social_security", text.encode(encoding))
        assert found.table["agency"].to_list()[-1] == "Office 镇"


def test_a_line_with_bytes_of_no_encoding_is_refused_alone(take, pensions) -> None:
    rows = pensions.encode("gb18030").split(b"\r\n")
    broken = b"\r\n".join([rows[0], *rows[1:4] * 60, rows[2].replace("李".encode("gb18030"), b"\xff\xff"), b""])
    found = take("social_security", broken)
    assert found.rejects.filter(pl.col("rule") == "undecodable_bytes")["row"].to_list() == [181]
    assert found.summary["rows"].item() == 181


def test_a_damaged_line_does_not_turn_utf8_into_another_encoding(take, pensions) -> None:
    rows = pensions.encode("utf-8").split(b"\r\n")
    damaged = b"\r\n".join([rows[0], *rows[1:4] * 60, rows[2].replace("强".encode(), "强".encode()[:2]), b""])
    found = take("social_security", damaged)
    assert found.summary["encoding"].item() == "utf-8"
    assert found.rejects.filter(rule="undecodable_bytes")["row"].to_list() == [181]


def test_a_damaged_character_in_utf16_spoils_its_row_alone_and_a_lost_byte_the_file(take, pensions) -> None:
    rows = pensions.split("\r\n")
    text = "\n".join([rows[0], *rows[1:4] * 60])
    place = len(text.encode("utf-16-le")) - 40
    content = text.encode("utf-16")
    damaged = content[:place] + b"\x00\xdc" + content[place + 2 :]
    found = take("social_security", damaged)
    assert found.rejects.filter(rule="undecodable_bytes")["row"].to_list() == [180]
    with pytest.raises(InvalidInput):
        take("social_security", content[:400] + content[401:])


def test_a_file_in_another_encoding_is_refused(take, pensions) -> None:
    with pytest.raises(InvalidInput, match="neither UTF-8 nor GB 18030"):
        take("social_security", "\n".join(["Größe, Übergröße,é" * 4 + "\xff"] * 30).encode("latin-1"))


def test_a_declared_encoding_wins(take, pensions) -> None:
    assert take("social_security", pensions.encode("gbk"), encoding="gbk").summary["rows"].item() == 3
    with pytest.raises(InvalidInput, match="encoding klingon is unknown"):
        take("social_security", pensions, encoding="klingon")


@pytest.mark.parametrize("empty", [b"", b"\r\n", b"  "])
def test_an_empty_file_is_refused(take, empty) -> None:
    with pytest.raises(InvalidInput, match="is empty"):
        take("social_security", empty)


def test_a_file_with_a_header_only_has_no_rows(take, pensions) -> None:
    found = take("social_security", pensions.split("\r\n")[0] + "\r\n")
    assert found.summary.select("rows", "accepted", "repaired", "rejected").row(0) == (0, 0, 0, 0)


def test_quoted_fields_may_hold_the_delimiter_and_doubled_quotes(take, pensions) -> None:
    text = pensions.replace("3920", '"3,920.00"').replace("清河县盛泰新建材有限公司", '"清河县""盛泰""新建材,有限公司"')
    row = take("social_security", text).table.row(1, named=True)
    assert row["contribution_base_cents"] == 392_000
    assert row["employer"] == '清河县"盛泰"新建材,有限公司'


def test_a_file_that_quotes_every_field_is_the_same_file(take, pensions) -> None:
    quoted = "\r\n".join(",".join(f'"{field}"' for field in line.split(",")) for line in pensions.strip().split("\r\n"))
    assert content(take("social_security", quoted)) == content(take("social_security", pensions))


@pytest.mark.parametrize(
    ("field", "stray"),
    [("张伟", '"张伟'), ("张伟", '张伟"'), ("张伟", '张"伟'), ("张伟", '张伟""'), (",张伟", '",张伟'), ("2015-11", '"2015-11')],
)
def test_a_stray_quotation_mark_eats_no_row_and_is_recorded(take, pensions, field, stray) -> None:
    lines = pensions.strip().split("\r\n")
    text = "\n".join([lines[0], lines[1], lines[3].replace(field, stray), lines[2]])
    found = take("social_security", text)
    assert found.table["row"].to_list() == [1, 2, 3]
    assert found.identities["name"].to_list() == ["王秀英", "张伟", "李国强"]
    assert found.repairs.filter(rule="stray_quotation_mark")["row"].to_list() == [2]


def test_two_stray_quotation_marks_in_two_rows_do_not_join_them(take, pensions) -> None:
    text = pensions.replace("王秀英", '"王秀英').replace("张伟", '张伟"')
    assert take("social_security", text).identities["name"].to_list() == ["王秀英", "李国强", "张伟"]


def test_a_row_cut_inside_quotes_is_refused(take, pensions) -> None:
    lines = pensions.strip().split("\r\n")
    cut = lines[2].split(",3920")[0] + ',"3'
    found = take("social_security", "\n".join([lines[0], lines[1], cut, lines[3]]))
    assert found.rejects.select("row", "rule").rows() == [(2, "quotation_mark_not_closed")]
    assert found.table["row"].to_list() == [1, 3]


def test_line_breaks_inside_quoted_fields_are_found_out(take, pensions) -> None:
    text = pensions.replace("清河县盛泰新建材有限公司", '"清河县\r\n盛泰\r\n新建材有限公司"')
    found = take("social_security", text)
    assert found.summary["rows"].item() == 3
    assert found.table["employer"].to_list()[1] == "清河县\n盛泰\n新建材有限公司"
    assert found.table["row"].to_list() == [1, 2, 3]


def test_line_breaks_inside_quotes_can_be_declared_never_to_occur(take, pensions) -> None:
    text = pensions.replace("清河县盛泰新建材有限公司", '"清河县\r\n盛泰新建材有限公司"')
    found = take("social_security", text, line_breaks="never")
    assert found.summary["rows"].item() == 4
    assert found.summary["rejected"].item() == 2


def test_declared_line_breaks_hold_beside_a_stray_mark(take, pensions) -> None:
    text = pensions.replace("清河县盛泰新建材有限公司", '"清河县\n盛泰新建材有限公司"').replace("张伟", '张"伟')
    found = take("social_security", text, line_breaks="quoted")
    assert found.table["row"].to_list() == [1, 2, 3]
    assert found.identities["name"].to_list() == ["王秀英", "李国强", "张伟"]


def test_a_title_above_the_header_is_no_row(take, pensions) -> None:
    found = take("social_security", "清河县社会保险参保信息表,,,,,,,,,\r\n" + pensions)
    assert found.table["row"].to_list() == [1, 2, 3]


def test_parquet_gives_the_same_register(take, pensions, tmp_path) -> None:
    lines = [line.split(",") for line in pensions.strip().split("\r\n")]
    frame = pl.DataFrame(lines[1:], schema=lines[0], orient="row").with_columns(
        pl.col("缴费基数").cast(pl.Float64, strict=False),
        pl.col("开始年月").str.to_date("%Y-%m", strict=False),
        pl.col("终止年月").str.to_datetime("%Y-%m", strict=False),
    )
    path = tmp_path / "pensions.parquet"
    frame.write_parquet(path)
    found = take("social_security", path)
    assert content(found)[:2] == content(take("social_security", pensions))[:2]
    assert found.summary.select("encoding", "delimiter").row(0) == ("parquet", "")


def test_a_parquet_file_that_is_none_is_refused(take) -> None:
    with pytest.raises(InvalidInput, match="cannot be read as Parquet"):
        take("social_security", b"PAR1 nothing", name="pensions.parquet")


def test_a_spreadsheet_is_refused_in_one_sentence(take) -> None:
    with pytest.raises(InvalidInput, match=r"register\.csv is a spreadsheet or an archive that cannot be read"):
        take("population", b"PK\x03\x04" + bytes(500))
