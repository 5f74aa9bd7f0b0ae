"""A law with a few numbers set otherwise, to see what that would do: nothing is published, nothing is written.

A number is given as people write it: money in whole units of the currency (860 is 860 yuan, not cents), shares 0-1, months, years
and square metres as they are. The answer says how it was read.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from targeting.errors import InvalidInput
from targeting.specs.parameters import DatedValue, Parameter
from targeting.specs.policy import Policy

MONEY = "cents"
MOST = 10**12
"""No number of the law is larger, whatever its unit."""
WHOLE = ("months", "years", "workdays", "days", "persons", "cents")
FARTHEST = 20
"""A number so many times the one in force, or such a part of it, was meant in another unit."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One number set otherwise: the value in force and the one tried, as declared (money in cents)."""

    parameter: str
    unit: str
    old: int | float
    new: int | float
    says: str


def with_settings(policy: Policy, told: Iterable[str], *, on: date) -> tuple[Policy, list[Setting]]:
    """The law in which each `name=number` holds from the date on, and how each was read.

    Raises:
        InvalidInput: with every fault: no such parameter, no number, a table, a value that is worked out, or another unit.
    """
    faults: list[str] = []
    found: dict[str, Setting] = {}
    for text in told:
        try:
            setting = _setting(policy, text, on)
        except InvalidInput as wrong:
            faults.append(wrong.message)
            continue
        if setting.parameter in found:
            faults.append(f"{setting.parameter} is set twice.")
        found[setting.parameter] = setting
    if faults:
        raise InvalidInput("--set cannot be tried.", faults=faults)
    changed = {name: _changed(policy.parameters[name], setting.new, on) for name, setting in found.items()}
    return replace(policy, parameters={**policy.parameters, **changed}), list(found.values())


def _setting(policy: Policy, text: str, on: date) -> Setting:
    name, _, number = (part.strip() for part in text.partition("="))
    parameter = policy.parameters.get(name)
    if parameter is None:
        raise InvalidInput(
            f"{name or text!r}: there is no such parameter. 'targeting policies show' lists them; write name=number."
        )
    dated = parameter.on(on)
    if dated is None:
        raise InvalidInput(f"{name} has no value in force on {on}: there is nothing to compare with.")
    old = dated.value
    if isinstance(old, bool) or not isinstance(old, int | float):
        shape = "is worked out from another value" if not dated.is_given else "is no single number but a list or a table"
        raise InvalidInput(
            f"{name} {shape}: write the set into a folder ('targeting policies show --to FOLDER'), edit it there, and compare it "
            "with --draft FOLDER."
        )
    new = read_number(name, number, parameter.unit)
    if old and not old / FARTHEST <= new <= old * FARTHEST:
        raise InvalidInput(
            f"{name}: {number} was read as {shown(new, parameter.unit)}, and {shown(old, parameter.unit)} is in force. Write "
            "money in whole units of the currency, not in cents, and shares as 0-1."
        )
    return Setting(name, parameter.unit, old, new, f"{name}: {shown(old, parameter.unit)} → {shown(new, parameter.unit)}")


def read_number(name: str, text: str, unit: str) -> int | float:
    """The number as declared: of money in cents, out of whole units of the currency.

    Raises:
        InvalidInput: it is no number, or cannot be one of this unit.

    >>> read_number("dibao.standard", "860", "cents_person_month"), read_number("margin.multiple", "1.5", "multiple_of_standard")
    (86000, 1.5)
    """
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise InvalidInput(f"{name}: {text!r} is no number.") from None
    if not number.is_finite() or not 0 <= number <= MOST:
        raise InvalidInput(f"{name}: {text} cannot be; expected a number of at least 0 and at most {MOST:,}.")
    if unit.startswith(MONEY):
        number *= 100
    if unit.startswith(WHOLE) and number != number.to_integral_value():
        raise InvalidInput(f"{name}: {text} is not a whole number of {'cents' if unit.startswith(MONEY) else unit}.")
    if unit == "share" and number > 1:
        raise InvalidInput(f"{name}: {text} is no share; write 0.5 for one half.")
    return int(number) if number == number.to_integral_value() else float(number)


def shown(number: float, unit: str) -> str:
    """The number with its unit, as people write it.

    >>> shown(86000, "cents_person_month"), shown(1.5, "multiple_of_standard")
    ('860.00 a person a month', '1.5 multiple of standard')
    """
    if not unit.startswith(MONEY):
        return f"{number:g} {unit.replace('_', ' ')}"
    per = "".join(f" a {word}" for word in unit.split("_")[1:])
    return f"{number / 100:,.2f}{per}"


def _changed(parameter: Parameter, new: float, on: date) -> Parameter:
    """The parameter with the number from the date on, in place of whatever it was to be."""
    before = [_until(value, on - timedelta(days=1)) for value in parameter.values if value.effective_from < on]
    source = parameter.on(on) or parameter.values[-1]
    tried = DatedValue(
        value=new,
        effective_from=on,
        document=source.document,
        article=source.article,
        status="draft",
        note="tried, not published",
    )
    return parameter.model_copy(update={"values": (*before, tried)})


def _until(value: DatedValue, last: date) -> DatedValue:
    ends = value.effective_to
    return value if ends is not None and ends <= last else value.model_copy(update={"effective_to": last})
