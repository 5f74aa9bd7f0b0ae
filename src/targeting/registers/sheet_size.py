"""How far the sheets of a workbook reach, before they are loaded: a stray sign in the last cell makes a grid of billions.

Loading takes room for every cell up to the last one that holds anything. The references in the sheets' XML tell where that is.
"""

import re
import zipfile
import zlib
from io import BytesIO

# Room for a million rows of forty columns and some more; about 3 GB while a sheet is loaded.
MOST_CELLS = 64_000_000
_MOST_BYTES = 4_000_000_000
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_CELL = re.compile(rb'\sr="([A-Z]{1,3})([0-9]{1,9})"')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\sr="([0-9]{1,9})"')
_FAR_COLUMN = re.compile(rb'\sr="([A-Z]{2,3})[0-9]')
_FAR_ROW = re.compile(rb'\sr="[A-Z]{1,3}([0-9]{7,})"')
_CHUNK, _OVERLAP = 16_000_000, 400
# Up to so many columns a million rows have room, wherever their last one is.
_NARROW = 60


def reach(content: bytes) -> tuple[int, int]:
    """Last row and last column of the sheet with the most cells; an empty workbook reaches nowhere.

    Raises:
        ValueError: the archive is damaged, is no workbook in XML, or is too large.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            sheets = [part for part in parts if _SHEET.fullmatch(part.filename)]
            if not sheets or sum(part.file_size for part in parts) > _MOST_BYTES:
                raise ValueError("no sheets, or too large")
            return max((_reach(archive, part) for part in sheets), key=lambda end: end[0] * end[1])
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as fault:
        raise ValueError("damaged archive") from fault


def _reach(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> tuple[int, int]:
    last_row = last_column = 0
    wide = False
    with archive.open(part) as file:
        kept = b""
        while chunk := file.read(_CHUNK):
            text = kept + chunk
            columns = [_number(letters) for letters in set(_FAR_COLUMN.findall(text))]
            last_column = max([last_column, 26, *columns])
            wide = wide or last_column > _NARROW
            rows = [cell[1] for cell in _CELL.findall(text)] if wide else [*_ROW.findall(text), *_FAR_ROW.findall(text)]
            last_row = max([last_row, *map(int, rows)])
            kept = text[-_OVERLAP:]
    return last_row, last_column


def _number(letters: bytes) -> int:
    """The number of a column.

    >>> _number(b"A"), _number(b"AA"), _number(b"XFD")
    (1, 27, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
