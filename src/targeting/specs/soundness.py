"""Whether the parts of one jurisdiction fit together: what is cited exists, nothing goes round in a circle, floors hold."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from targeting.specs.benefits import Benefit, Limbs
from targeting.specs.checks import CheckDeclaration
from targeting.specs.dated import Instrument
from targeting.specs.parameters import DatedValue, Parameter, Series, exact, multiplier

Parameters = Mapping[str, Parameter]


def faults_of(
    instruments: Mapping[str, Instrument],
    parameters: Parameters,
    series: Mapping[str, Series],
    benefits: Mapping[str, Benefit],
    checks: Mapping[str, CheckDeclaration],
    *,
    abstract: bool,
) -> list[str]:
    """Every fault between the parts, none where they fit; an abstract jurisdiction may leave values to those that extend it."""
    cited = [(f"check {c.code}", article) for c in checks.values() for article in _articles([c.legal_basis])]
    cited += [(f"benefit {b.code}", article) for b in benefits.values() for article in _articles(b.limbs)]
    cited += [(f"parameter {p.name}", v.document) for p in parameters.values() for v in p.values]
    cited += [(f"series {s.name}", point.document) for s in series.values() for point in s.points]
    faults = [
        f"{where} cites {article}, no instrument of this code"
        for where, article in cited
        if article.split(" ", 1)[0] not in instruments
    ]
    asked = [(f"benefit {b.code}", name) for b in benefits.values() for name in b.parameters]
    asked += [(f"parameter {p.name}", name) for p in parameters.values() for name in _references(p)]
    missing = [f"{where} asks for parameter {name}, which is not declared" for where, name in asked if name not in parameters]
    unknown_series = [
        f"parameter {p.name} asks for series {v.series}, which is not declared"
        for p in parameters.values()
        for v in p.values
        if v.series is not None and v.series not in series
    ]
    faults += [] if abstract else missing + unknown_series
    if faults or missing or unknown_series:
        return faults
    return _circles(parameters) or _misfits(parameters, series)


def _articles(limbs: Iterable[Limbs]) -> Iterator[str]:
    return (article for basis in limbs for limb in basis for article in limb)


def _references(parameter: Parameter) -> list[str]:
    """The parameters that it names."""
    named = [name for value in parameter.values for name in value.follows_from]
    return [name for name in (*named, parameter.floor, parameter.ceiling) if name is not None]


def _circles(parameters: Parameters) -> list[str]:
    """Parameters that follow from themselves."""
    faults = []
    for start in parameters:
        seen, front = set[str](), {start}
        while front:
            front = {
                name
                for one in front
                for value in parameters[one].values
                for name in value.follows_from
                if name in parameters and name not in seen
            }
            seen |= front
        if start in seen:
            faults.append(f"parameter {start} follows from itself")
    return faults


def _misfits(parameters: Parameters, series: Mapping[str, Series]) -> list[str]:
    """Months of a thing that is not by the month, and given values beyond their floor or ceiling."""
    faults = []
    for parameter in parameters.values():
        for value in parameter.values:
            unit = _unit(value, parameters, series)
            if value.months is not None and not unit.endswith("_month"):
                faults.append(f"parameter {parameter.name}: months of a thing in {unit}; expected a unit that ends in _month")
            if value.years is not None and not unit.endswith(("_month", "_year")):
                faults.append(f"parameter {parameter.name}: years of a thing in {unit}; expected one in _month or _year")
            if value.a_month and not unit.endswith("_year"):
                faults.append(f"parameter {parameter.name}: a_month of a thing in {unit}; expected a unit that ends in _year")
        faults += _beyond(parameter, parameters)
    return faults


def _unit(value: DatedValue, parameters: Parameters, series: Mapping[str, Series]) -> str:
    if value.of is not None:
        return parameters[value.of].unit
    return series[value.series].unit if value.series is not None else ""


def _beyond(parameter: Parameter, parameters: Parameters) -> Iterator[str]:
    """Where a value lies below the floor that a higher level sets, or above its ceiling, while both are in force."""
    for value in parameter.values:
        for bound, sign, words in ((parameter.floor, 1, "below the floor"), (parameter.ceiling, -1, "above the ceiling")):
            for other in () if bound is None else parameters[bound].values:
                day = max(value.effective_from, other.effective_from)
                if not (value.in_force(day) and other.in_force(day)):
                    continue
                found, limit = _worked_out(value, parameters), _worked_out(other, parameters)
                if found is not None and limit is not None and sign * found < sign * limit:
                    yield (
                        f"parameter {parameter.name}: {float(found):g} from {day} ({value.source}) is {words} of {bound}, "
                        f"{float(limit):g} ({other.source}); correct the value, or the bound if a newer document moved it"
                    )


def _worked_out(value: DatedValue, parameters: Parameters) -> Fraction | None:
    """The number, where it is given or follows from a given one; none where it hangs on a series, a size or a bound."""
    if isinstance(value.value, int | float) and not isinstance(value.value, bool):
        return exact(value.value)
    if value.of is None or value.by_size or value.at_most or value.at_least:
        return None
    base, times = _under(value.of, value, parameters), _under(value.times, value, parameters)
    if base is None or (isinstance(value.times, str) and times is None):
        return None
    return base * multiplier(value, parameters[value.of].unit, times)


def _under(name: object, value: DatedValue, parameters: Parameters) -> Fraction | None:
    """The value of the parameter on the first day of the other's."""
    under = parameters[name].on(value.effective_from) if isinstance(name, str) else None
    return None if under is None else _worked_out(under, parameters)
