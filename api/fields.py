"""What a form sends, as typed values; each fault names its field and what was expected, and all are raised together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from starlette.datastructures import FormData

from targeting.errors import InvalidInput

Code = TypeVar("Code", bound=StrEnum)
Value = TypeVar("Value")
LONGEST_TEXT = 8000


@dataclass(slots=True)
class Fields:
    """One form being read; `checked()` raises if any field was wrong."""

    form: FormData
    faults: list[str] = field(default_factory=list)

    def raw(self, name: str) -> str:
        """The text of a field, trimmed; empty where it was not sent."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def text(self, name: str, *, required: bool = True) -> str:
        """A text within the length that the store keeps."""
        value = self.raw(name)
        if required and not value:
            self.faults.append(f"{name}: a text is required.")
        if len(value) > LONGEST_TEXT:
            self.faults.append(f"{name}: {len(value)} characters, at most {LONGEST_TEXT}.")
        return value

    def day(self, name: str) -> date:
        """A date as the browser sends it, YYYY-MM-DD."""
        return self._read(name, date.fromisoformat, "a date YYYY-MM-DD", date(1, 1, 1))

    def code(self, name: str, codes: type[Code]) -> Code:
        """One of the declared codes."""
        return self._read(name, codes, f"one of {', '.join(codes)}", next(iter(codes)))

    def number(self, name: str) -> int:
        """A whole number."""
        return self._read(name, int, "a whole number", 0)

    def flag(self, name: str) -> bool:
        """Whether the box was ticked."""
        return bool(self.raw(name))

    def cents(self, name: str) -> int:
        """An amount in yuan as cents; a field left blank is a fault, because nothing typed is not nothing paid."""
        if not self.raw(name).strip():
            self.faults.append(f"{name}: expected an amount in yuan; write 0 if it was nothing.")
            return 0
        return self._read(name, yuan_to_cents, "an amount in yuan such as 780 or 780.50", 0)

    def list(self, name: str) -> tuple[str, ...]:
        """All values sent under one name."""
        return tuple(value for value in self.form.getlist(name) if isinstance(value, str) and value)

    def checked(self) -> None:
        """The fields were all right.

        Raises:
            InvalidInput: with one sentence a faulty field.
        """
        if self.faults:
            raise InvalidInput("The form does not fit.", faults=self.faults)

    def _read(self, name: str, parse: Callable[[str], Value], expected: str, otherwise: Value) -> Value:
        value = self.raw(name)
        try:
            return parse(value)
        except ValueError:
            self.faults.append(f"{name}: expected {expected}.")
            return otherwise


def yuan_to_cents(text: str) -> int:
    """Yuan as typed, in cents.

    >>> yuan_to_cents("1,234.5"), yuan_to_cents("")
    (123450, 0)
    """
    cleaned = text.replace(",", "").replace("，", "").strip()
    if not cleaned:
        return 0
    try:
        cents = Decimal(cleaned) * 100
    except InvalidOperation:
        raise ValueError("not an amount") from None
    if not cents.is_finite() or cents != cents.to_integral_value() or not 0 <= cents < 10**12:
        raise ValueError("not an amount of money")
    return int(cents)
