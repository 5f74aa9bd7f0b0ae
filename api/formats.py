"""How values look on a page: money, months, dates and time left. Values in, words out; nothing is rounded away."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

from .texts import Texts

HIDDEN = re.compile(r"\*+")
CHINA = timezone(timedelta(hours=8), "UTC+8")


def money(cents: int | None) -> str:
    """Yuan with thousands separators; fen only where there are any.

    >>> money(123450), money(120000), money(None)
    ('1,234.50', '1,200', '–')
    """
    if cents is None:
        return "–"
    yuan, fen = divmod(abs(cents), 100)
    sign = "−" if cents < 0 else ""
    return f"{sign}{yuan:,}.{fen:02d}" if fen else f"{sign}{yuan:,}"


def month(value: date | str | None) -> str:
    """The month of a date, `2026-10`.

    >>> month(date(2026, 10, 1))
    '2026-10'
    """
    return "–" if value is None else str(value)[:7]


def day(value: date | datetime | str | None) -> str:
    """The calendar day, `2026-10-31`; an instant is shown as the day in China.

    >>> day(datetime(2026, 10, 30, 23, 0, tzinfo=UTC))
    '2026-10-31'
    """
    if value is None:
        return "–"
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(CHINA).date().isoformat()
    return str(value)[:10]


def moment(value: datetime | None) -> str:
    """Day and minute in China, `2026-10-31 07:05`."""
    if value is None:
        return "–"
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def time_left(deadline: date | None, today: date, texts: Texts) -> tuple[str, str]:
    """The words of a deadline tag and its band: late, soon (3 days), week, later or none."""
    if deadline is None:
        return texts("deadline.none"), "none"
    days = (deadline - today).days
    if days < 0:
        return texts("deadline.late", days=-days), "late"
    if days == 0:
        return texts("deadline.today"), "soon"
    band = "soon" if days <= 3 else "week" if days <= 7 else "later"
    return texts("deadline.left", days=days), band


def percent(share: float | None, digits: int = 1) -> str:
    """A share as per cent.

    >>> percent(0.98765)
    '98.8 %'
    """
    return "–" if share is None else f"{share * 100:.{digits}f} %"


def short_mask(masked: str | None) -> str:
    """A masked number with its hidden middle drawn together, for narrow lists.

    >>> short_mask("139***********0012")
    '139****0012'
    """
    return "–" if not masked else HIDDEN.sub("****", masked)
