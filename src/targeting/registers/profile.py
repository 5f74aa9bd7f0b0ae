"""What a column of an unknown file looks like: its probable type with the share of cells that fit, and what to check.

Nothing here shows a value of a person: words are listed only where few different ones stand in many rows, each often, and they
look neither like names nor like numbers of persons, telephones or accounts.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from targeting.identifiers import credit_code, disability_certificate, resident_id, unit_number
from targeting.identifiers.characters import plain, plain_series
from targeting.registers.cells import Reader, amount_reader, date_reader, month_reader, read_number, read_share
from targeting.registers.codes import folded_word
from targeting.specs.registers import MONEY_UNITS, Check, ColumnType
from targeting.specs.sources import DateOrder
from targeting.specs.values import Values

# Shares are those of so many rows, spread over the file.
SAMPLE = 10_000
# A type holds for a column if this share of its cells fit it; numbers of persons are dirtier than other cells.
_FITS, _FITS_NUMBER = 0.8, 0.5
# Holders of property and firms stand in one column; one valid number in eleven is an accident.
_SOME_PERSONS = 0.2
_MOST_WORDS, _WORDS_PER_CELL = 40, 0.05
# A word is shown only if at least so many cells hold it.
SHOWN_FROM = 5
_CHECKS = {
    Check.CREDIT_CODE: credit_code.valid,
    Check.UNIT_NUMBER: unit_number.valid,
    Check.CERTIFICATE: disability_certificate.valid,
}
_PLATE = r"^[\x{4E00}-\x{9FFF}][A-Z][0-9A-Z]{4,6}[0-9A-Z挂学警港澳]$"
_MONEY_WORDS = re.compile(r"额|价|金|资|费|款|薪|元|收入|基数|amount|price|cents|salary|wage|money|fee", re.IGNORECASE)
_NAME_WORDS = re.compile(r"姓名|名字|人员|所有人|权利人|负责人|代表人|户主|name|owner|holder", re.IGNORECASE)
_CHINESE_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,12}(?:·[\u4e00-\u9fff]{1,12})+")
_LATIN_NAME = re.compile(r"[A-Z][a-zA-Z'’.-]+(?:,? [A-Z][a-zA-Z'’.-]*){1,4}")
# The hundred commonest surnames cover five persons in six (公安部《二〇二〇年全国姓名报告》).
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪"
    "廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
)
_NAMED_SHARE = 0.55
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_LONGEST_WORD = 24
_PERSONAL = re.compile(r"\d{5}|\d\s*(?:号|室|组|楼|单元|栋|幢|户)|@")


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column: `share` of its filled cells fit `type`; `words` are codes with their counts, `notes` what to look at."""

    header: str
    place: int
    filled: float
    type: ColumnType
    share: float
    check: Check | None = None
    unit: str | None = None
    date_order: DateOrder = DateOrder.YMD
    words: tuple[tuple[str, int], ...] = ()
    hidden_words: int = 0
    notes: tuple[str, ...] = ()


def profile(header: str, place: int, cells: pl.Series, *, values: Values, known: frozenset[str]) -> ColumnProfile:
    """What the column looks like; `known` are the folded words of all declared code lists, which are nobody's."""
    sample = plain_series(cells.gather_every(max(1, len(cells) // SAMPLE)))
    texts = sample.filter(sample != "")
    filled = len(texts) / len(sample) if len(sample) else 0.0
    if _answers(texts, values):
        return ColumnProfile(header, place, filled, ColumnType.YESNO, 1.0)
    texts = texts.filter(~texts.is_in(list(values.absent)))
    if texts.is_empty():
        return ColumnProfile(header, place, filled, ColumnType.TEXT, 0.0, notes=("nothing stands in it",))
    counts = dict(sorted(texts.value_counts().iter_rows(), key=lambda pair: (-pair[1], pair[0])))
    guesses: tuple[Callable[[], ColumnProfile | None], ...] = (
        lambda: _numbers(header, place, filled, texts),
        lambda: _days(header, place, filled, counts),
        lambda: _names(header, place, filled, texts, counts, values),
        lambda: _shares(header, place, filled, counts),
        lambda: _words(header, place, filled, counts, known),
        lambda: _figures(header, place, filled, counts),
    )
    for guess in guesses:
        found = guess()
        if found is not None:
            return found
    return _plain(header, place, filled, texts)


Counts = dict[str, int]


def _fitting(counts: Counts, fits: Callable[[str], bool]) -> float:
    return sum(count for text, count in counts.items() if fits(text)) / sum(counts.values())


def _mean(fits: pl.Series) -> float:
    return float(fits.fill_null(value=False).sum()) / len(fits)


def _numbers(header: str, place: int, filled: float, texts: pl.Series) -> ColumnProfile | None:
    """Numbers of persons, organisations, units, certificates, and plates."""
    cleaned = resident_id.cleaned(texts)
    valid = resident_id.valid18(cleaned)
    forms = dict(resident_id.forms(cleaned, valid).value_counts().iter_rows())
    share, code_share = _mean(valid), _mean(credit_code.valid(cleaned) & ~valid)
    if share >= _FITS_NUMBER or (share >= _SOME_PERSONS and share + code_share >= _FITS_NUMBER):
        broken = {form: count for form, count in sorted(forms.items()) if form not in ("valid18", "other")}
        notes = [f"{share:.1%} are valid resident IDs (check digit and date)"]
        notes += [f"{code_share:.1%} are credit codes of organisations"] if code_share else []
        notes += [f"{form}: {count} cells" for form, count in broken.items()]
        return ColumnProfile(header, place, filled, ColumnType.RESIDENT_ID, share + code_share, notes=tuple(notes))
    for check, is_valid in _CHECKS.items():
        fits = _mean(is_valid(cleaned))
        if fits >= _FITS_NUMBER:
            return ColumnProfile(header, place, filled, ColumnType.TOKEN, fits, check=check)
    plates = _mean(texts.str.to_uppercase().str.contains(_PLATE))
    if plates >= _FITS_NUMBER:
        return ColumnProfile(header, place, filled, ColumnType.TOKEN, plates, notes=("number plates",))
    return None


def _days(header: str, place: int, filled: float, counts: Counts) -> ColumnProfile | None:
    """Dates and months; a bare number of five digits may be any number, so it is no sign of a spreadsheet's day.

    Where days with the year last fit better, the order under which more of them are days is taken; 3/4/2026 fits both.
    """
    ways = []
    for rank, order in enumerate(DateOrder):
        for type_, read in ((ColumnType.DATE, date_reader(order)), (ColumnType.MONTH, month_reader(order))):
            forms = _forms(type_, read, counts)
            ways.append((forms.total(), -rank, order, type_, forms))
    fitting, _, order, type_, forms = max(ways, key=lambda way: way[:2])
    share = fitting / sum(counts.values())
    if share < _FITS:
        return None
    written = ", ".join(f"{form} {count / fitting:.0%}" for form, count in forms.most_common())
    return ColumnProfile(header, place, filled, type_, share, date_order=order, notes=(f"written with {written}",))


def _forms(type_: ColumnType, read: Reader, counts: Counts) -> Counter[str]:
    """The forms of the cells that are likely days or months."""
    forms: Counter[str] = Counter()
    for text, count in counts.items():
        cell = read(text)
        likely = isinstance(cell.value, date) and _FIRST_YEAR <= cell.value.year <= _LAST_YEAR
        if (
            likely
            and "spreadsheet_day" not in cell.form
            and not (type_ is ColumnType.MONTH and cell.form.startswith("full date"))
        ):
            forms[cell.form] += count
    return forms


def _names(header: str, place: int, filled: float, texts: pl.Series, counts: Counts, values: Values) -> ColumnProfile | None:
    """Names of persons: a common surname begins most of the different ones."""
    endings = tuple(values.organisation_endings)

    def chinese(text: str) -> bool:
        return "·" in text or text[0] in _SURNAMES if _CHINESE_NAME.fullmatch(text) else False

    def organisation(text: str) -> bool:
        return len(text) > 4 and text.endswith(endings)

    persons = sum(map(chinese, counts)) / len(counts)
    latin = sum(_LATIN_NAME.fullmatch(text) is not None for text in counts) / len(counts)
    firms = _fitting(counts, organisation)
    many = len(counts) > _MOST_WORDS or len(counts) > 0.3 * len(texts)
    if (persons >= _NAMED_SHARE or latin >= _FITS) and (many or _NAME_WORDS.search(header) or len(texts) > 20):
        how = "Chinese" if persons >= latin else "Latin"
        notes = [f"{max(persons, latin):.0%} of the different ones look like {how} names"]
        notes += [f"{firms:.1%} end as organisations do"] if firms >= 0.005 else []
        return ColumnProfile(header, place, filled, ColumnType.NAME, max(persons, latin), notes=tuple(notes))
    return None


def _answers(texts: pl.Series, values: Values) -> bool:
    """Every cell says yes or no, and both are said."""
    yes, no = ({folded_word(word) for word in words} for words in (values.yes, values.no))
    said = {folded_word(text) for text in texts.unique().head(2 * _MOST_WORDS)}
    return said <= yes | no and bool(said & yes) and bool(said & no)


def _shares(header: str, place: int, filled: float, counts: Counts) -> ColumnProfile | None:
    """Shares written as such: 1/2, 50 %, 二分之一."""
    fits = _fitting(counts, lambda text: re.search("[/%]|分之", text) is not None and read_share(text).value is not None)
    return ColumnProfile(header, place, filled, ColumnType.SHARE, fits) if fits >= _FITS_NUMBER else None


def _words(header: str, place: int, filled: float, counts: Counts, known: frozenset[str]) -> ColumnProfile | None:
    """Few different words in many cells: a code list."""
    figures = _fitting(counts, lambda text: read_number(text).value is not None)
    few = len(counts) <= _MOST_WORDS and len(counts) <= max(_WORDS_PER_CELL * sum(counts.values()), 3)
    if not few or len(counts) == 1 or (figures >= _FITS and (len(counts) > 12 or max(map(len, counts)) > 3)):
        return None
    shown = tuple((text, count) for text, count in counts.items() if count >= SHOWN_FROM and _may_be_shown(text, known))
    share = sum(count for _, count in shown) / sum(counts.values())
    if not shown:
        return None
    return ColumnProfile(header, place, filled, ColumnType.CODE, share, words=shown, hidden_words=len(counts) - len(shown))


def _may_be_shown(text: str, known: frozenset[str]) -> bool:
    """A word of a code list: declared somewhere, or short and neither like a name nor an address nor anybody's number."""
    if folded_word(text) in known:
        return True
    named = _CHINESE_NAME.fullmatch(text) is not None and ("·" in text or text[0] in _SURNAMES)
    return len(text) <= _LONGEST_WORD and not named and not _LATIN_NAME.fullmatch(text) and not _PERSONAL.search(text)


def _figures(header: str, place: int, filled: float, counts: Counts) -> ColumnProfile | None:
    """Amounts and numbers; digits that are a name of something are a token."""
    coded = _fitting(counts, lambda text: text.isdecimal() and (len(text) > 9 or (text[0] == "0" and len(text) > 1)))
    if coded >= _FITS_NUMBER:
        return ColumnProfile(header, place, filled, ColumnType.TOKEN, coded, notes=("digits that number or name something",))
    numbers = _fitting(counts, lambda text: read_number(text).value is not None)
    amounts = _fitting(counts, lambda text: amount_reader("元")(text).value is not None)
    if max(numbers, amounts) < _FITS:
        return None
    signed = _fitting(counts, lambda text: re.search(r"[¥￥元万]", text) is not None)
    if _MONEY_WORDS.search(header) or signed >= 0.05:
        unit = next((unit for unit in ("万元", "千元", "亿元", "元", "角", "分") if unit in plain(header)), None)
        note = f"the header says {unit}" if unit else "元 is a guess: ask for the unit"
        return ColumnProfile(header, place, filled, ColumnType.MONEY, amounts, unit=unit or MONEY_UNITS[0], notes=(note,))
    whole = _fitting(counts, str.isdecimal)
    type_ = ColumnType.INT if whole >= 0.99 else ColumnType.NUMBER
    return ColumnProfile(header, place, filled, type_, numbers, notes=("if it is money: type money with its unit",))


def _plain(header: str, place: int, filled: float, texts: pl.Series) -> ColumnProfile:
    """Words without a space that hold digits and letters are tokens; the rest is text."""
    tokens = _mean(texts.str.contains(r"^[0-9A-Za-z_-]+$"))
    type_ = ColumnType.TOKEN if tokens >= _FITS else ColumnType.TEXT
    return ColumnProfile(header, place, filled, type_, tokens if type_ is ColumnType.TOKEN else 1.0)
