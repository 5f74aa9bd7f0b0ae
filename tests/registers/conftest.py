"""Small register files written by the tests, and their intake."""

from collections.abc import Callable
from pathlib import Path

import pytest

from targeting.registers.intake import RegisterIntake, read_register
from targeting.specs.registers import load_registers
from targeting.specs.sources import Source
from targeting.specs.values import load_values

PENSION_HEADER = "社会保障号,姓名,险种,参保状态,单位名称,缴费基数,开始年月,终止年月,待遇月额,经办机构"
PENSION_ROWS = [
    "11010519491231002X,王秀英,城乡居民基本养老保险,正常待遇,,,2010-01,,310.23,清河县社会保险事业中心",
    "440524188001010014,李国强,企业职工基本养老保险,正常参保,清河县盛泰新建材有限公司,3920,2019-06,,,镇街人社所",
    ",张伟,城乡居民基本养老保险,暂停缴费,,200,2015-11,2020-03,,清河县社会保险事业中心",
]

Take = Callable[..., RegisterIntake]


@pytest.fixture(scope="session")
def specs():
    return load_registers()


@pytest.fixture(scope="session")
def values():
    return load_values()


@pytest.fixture
def take(tmp_path, specs, values) -> Take:
    """Writes a file and takes it in as a register: `take("property", text)`, or bytes, or a path of a file that is there."""

    def take_in(register: str, content: str | bytes | Path, *, name: str = "register.csv", **source: object) -> RegisterIntake:
        if isinstance(content, Path):
            path = content
        else:
            path = tmp_path / name
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return read_register(Source(register_name=register, path=path, **source), specs[register], values=values)

    return take_in


@pytest.fixture
def pensions() -> str:
    """A clean social-insurance file of three rows."""
    return "\r\n".join([PENSION_HEADER, *PENSION_ROWS, ""])
