"""Every error a user can meet, in one tree.

::

    TargetingError
    ├── InvalidInput     422  a file, value or argument is wrong; all faults of one input are raised together
    ├── NotFound         404  the thing named does not exist (or the caller may not know that it does)
    ├── NotAllowed       403  the caller lacks the power, or the law forbids the step
    │   ├── SignInRefused   401  login or password is wrong, or the account is locked or closed
    │   ├── AdverseBlocked  403  an adverse decision lacks something the law asks for
    │   └── RestsOnSample   403  a letter would rest on sample rules in a home for production
    ├── Conflict         409  the step does not fit the present state
    │   └── Outdated        412  the thing has changed since the caller read it
    └── Misconfigured    (refuses to start)  a specification, parameter or setting is missing or contradictory

The sentence says what, where, got and expected, and what to do. It never holds a person's data: a row number, a column, a
rule and a value's shape are enough to find the value in the source file.
"""

from collections.abc import Sequence


class TargetingError(Exception):
    """Base of all errors that a user can meet; `faults` lists each single fault of the input."""

    status = 500
    code = "error"

    def __init__(self, message: str, *, faults: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "\n".join((self.message, *(f"  - {fault}" for fault in self.faults)))


class InvalidInput(TargetingError):
    """A file, value or argument is wrong; the message says where and what was expected."""

    status = 422
    code = "invalid_input"


class NotFound(TargetingError):
    """The thing named does not exist."""

    status = 404
    code = "not_found"


class NotAllowed(TargetingError):
    """The caller lacks the power, or the law forbids the step."""

    status = 403
    code = "not_allowed"


class Conflict(TargetingError):
    """The step does not fit the present state of the thing."""

    status = 409
    code = "conflict"


class Misconfigured(TargetingError):
    """A specification, parameter or setting is missing or contradictory; the program refuses to start."""

    status = 500
    code = "misconfigured"


class ParameterNotInForce(Misconfigured):
    """A legal parameter has no value in force on the date asked."""

    code = "parameter_not_in_force"


class SignInRefused(NotAllowed):
    """Login or password is wrong, or the account is locked or closed; which of them is not said."""

    status = 401
    code = "sign_in_refused"


class AdverseBlocked(NotAllowed):
    """An adverse decision lacks something the law asks for; `faults` holds the codes of `cases.codes.GateFault`."""

    code = "adverse_blocked"


class RestsOnSample(NotAllowed):
    """What would go to a household rests on sample rules, in a home for production."""

    code = "rests_on_sample"


class Outdated(Conflict):
    """The thing has changed since the caller read it."""

    status = 412
    code = "outdated"
