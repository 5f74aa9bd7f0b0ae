"""Typed form of models/policies/<jurisdiction>/benefits.toml: benefits and layers in their order, their tests and their amounts.

A test compares a measure of the assessed unit (a column: cents a month, square metres, a share, yes or no) with a dated
parameter; an amount is worked out on the unit's totals. Nothing here is a number: limits, shares and steps are parameters.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from targeting.specs.declared import Declared

CODE = r"^[a-z][a-z0-9_]*$"
MEMBERS = "members"
Limbs = tuple[tuple[str, ...], ...]
Operator = Literal["<", "<=", ">", ">=", "is"]


class BenefitTest(Declared):
    """One condition of a benefit.

    `per`: the limit is for the unit, or for each head (compared on totals, so that nothing is divided). `one_of`: tests of
    one name are alternatives. `if_true`, `if_false`: measures (yes or no) that say for whom the test is. `limit_on`: a
    measure (a date) whose day decides which value of the limit is in force. `at`: the day on which the measure is taken.
    """

    code: Annotated[str, Field(pattern=CODE)]
    measure: Annotated[str, Field(pattern=CODE)]
    operator: Operator
    limit: str = ""
    value: bool | str | tuple[str, ...] | None = None
    per: Literal["unit", "head"] = "unit"
    size: str = MEMBERS
    one_of: str = ""
    if_true: str = ""
    if_false: str = ""
    limit_on: str = ""
    at: Literal["as_of", "first_of_month"] = "as_of"
    legal_basis: Annotated[Limbs, Field(min_length=1)]
    note: str = ""

    @model_validator(mode="after")
    def _compares_with_a_limit_or_a_value(self) -> Self:
        if self.operator == "is" and (self.value is None or self.limit):
            raise ValueError('operator "is" needs a value (true, false or words) and takes no limit')
        if self.operator != "is" and (self.value is not None or not self.limit):
            raise ValueError(f"operator {self.operator} needs a limit: the name of a parameter")
        return self

    @property
    def column(self) -> str:
        """The column that holds the measure as taken on the day that the test asks for."""
        return self.measure if self.at == "as_of" else f"{self.measure}_{self.at}"

    @property
    def measures(self) -> tuple[str, ...]:
        """The columns that it reads, without the size of the unit."""
        return tuple(name for name in (self.column, self.if_true, self.if_false, self.limit_on) if name)


class Counted(Declared):
    """What a measure counts towards the amount: all, a share of what lies above a sum, or so much a step (tariff income).

    `if_true`: a measure (yes or no) that says for whom it counts.
    """

    measure: Annotated[str, Field(pattern=CODE)]
    above: str = ""
    share: str = ""
    step: str = ""
    each: str = ""
    if_true: str = ""

    @model_validator(mode="after")
    def _is_a_share_or_a_tariff(self) -> Self:
        if bool(self.step) != bool(self.each):
            raise ValueError("a tariff needs both step and each: so much for each step or part of one")
        if self.step and self.share:
            raise ValueError("give a share or a tariff, not both")
        return self


class Amount(Declared):
    """How the amount a month is worked out.

    `difference`: the standard (or a measure: the most that it can be) less what counts, on the unit's totals. `flat`: the
    standard. `tier`: the first row of the table into which the measure falls (`below` or `up_to`). `share`: a share of a
    measure, such as the award before.
    """

    method: Literal["difference", "flat", "tier", "share"]
    standard: str = ""
    per: Literal["unit", "head"] = "unit"
    size: str = MEMBERS
    less: tuple[Counted, ...] = ()
    measure: str = ""
    share: str = ""

    @model_validator(mode="after")
    def _has_what_its_method_needs(self) -> Self:
        needed = {
            "difference": ("less",),
            "flat": ("standard",),
            "tier": ("standard", "measure"),
            "share": ("measure", "share"),
        }
        missing = [name for name in needed[self.method] if not getattr(self, name)]
        if self.method == "difference" and bool(self.standard) == bool(self.measure):
            raise ValueError("method difference needs a standard or a measure from which the rest is taken")
        if missing:
            raise ValueError(f"method {self.method} needs {', '.join(missing)}")
        return self


class Benefit(Declared):
    """One benefit or layer: where it stands in the order of classification, its law, its tests, and its amount if it pays one.

    Without tests it takes whoever no earlier layer took.
    """

    code: Annotated[str, Field(pattern=CODE)]
    title_zh: str
    title_en: str
    order: int
    unit: Literal["household", "person", "claimants"] = "household"
    legal_basis: Annotated[Limbs, Field(min_length=1)]
    tests: tuple[BenefitTest, ...] = ()
    amount: Amount | None = None

    @model_validator(mode="after")
    def _tests_are_told_apart(self) -> Self:
        codes = [test.code for test in self.tests]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"two tests are called {', '.join(twice)}")
        return self

    @property
    def measures(self) -> tuple[str, ...]:
        """The columns that its tests and its amount read, without the size of the unit, each once."""
        amount = (
            ()
            if self.amount is None
            else (self.amount.measure, *(name for counted in self.amount.less for name in (counted.measure, counted.if_true)))
        )
        names = [name for test in self.tests for name in test.measures] + [name for name in amount if name]
        return tuple(dict.fromkeys(names))

    @property
    def sizes(self) -> tuple[str, ...]:
        """The columns that say how many the unit has, each once."""
        used = [test.size for test in self.tests] + ([] if self.amount is None else [self.amount.size])
        return tuple(dict.fromkeys(used))

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that its tests and its amount need, each once."""
        names = [test.limit for test in self.tests]
        if self.amount is not None:
            names += [self.amount.standard, self.amount.share]
            names += [name for c in self.amount.less for name in (c.above, c.share, c.step, c.each)]
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def limbs(self) -> tuple[Limbs, ...]:
        """The legal basis of the benefit and of each of its tests."""
        return (self.legal_basis, *(test.legal_basis for test in self.tests))
