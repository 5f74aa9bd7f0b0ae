"""The words of the case store: every code that a column may hold.

Findings and causes are those of the decision dialog; their texts for people (zh, en) live with the pages.
"""

from enum import StrEnum


class Role(StrEnum):
    """What an account may do; see `POWERS`."""

    CASEWORKER = "caseworker"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    DATA_SCIENTIST = "data_scientist"
    ADMINISTRATOR = "administrator"


class Power(StrEnum):
    """One thing that only some roles may do."""

    READ_CASES = "cases:read"
    WORK_CASES = "cases:work"
    DECIDE = "cases:decide"
    ASSIGN = "cases:assign"
    APPROVE = "cases:approve"
    WITHDRAW = "cases:withdraw"
    REVEAL_IDENTITY = "pii:reveal"
    EXPORT = "cases:export"
    READ_RUNS = "runs:read"
    READ_AUDIT = "audit:read"
    MANAGE_USERS = "users:manage"
    PROPOSE_RULES = "rules:propose"
    PUBLISH_RULES = "rules:publish"
    READ_GROUPS = "groups:read"


POWERS: dict[Role, frozenset[Power]] = {
    Role.CASEWORKER: frozenset(
        {Power.READ_CASES, Power.WORK_CASES, Power.DECIDE, Power.REVEAL_IDENTITY, Power.EXPORT, Power.READ_RUNS}
    ),
    Role.SUPERVISOR: frozenset(set(Power) - {Power.MANAGE_USERS, Power.READ_GROUPS}),
    Role.AUDITOR: frozenset({Power.READ_CASES, Power.READ_RUNS, Power.READ_AUDIT, Power.READ_GROUPS}),
    Role.DATA_SCIENTIST: frozenset({Power.READ_RUNS, Power.PROPOSE_RULES}),
    Role.ADMINISTRATOR: frozenset({Power.MANAGE_USERS, Power.READ_RUNS, Power.PROPOSE_RULES, Power.PUBLISH_RULES}),
}


class State(StrEnum):
    """Where a case stands; being snoozed is an attribute, not a state."""

    NEW = "new"
    IN_REVIEW = "in_review"
    WAITING_HOUSEHOLD = "waiting_household"
    VISIT_DUE = "visit_due"
    WAITING_APPROVAL = "waiting_approval"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


OPEN_STATES = (State.NEW, State.IN_REVIEW, State.WAITING_HOUSEHOLD, State.VISIT_DUE, State.WAITING_APPROVAL)


class Finding(StrEnum):
    """What an officer found; in the missing direction `entitled_as_paid` says that nothing paid is right."""

    ENTITLED_AS_PAID = "entitled_as_paid"
    PAID_TOO_MUCH = "paid_too_much"
    PAID_TOO_LITTLE = "paid_too_little"
    NOT_ENTITLED = "not_entitled"
    WRONG_PERSON_LINKED = "wrong_person_linked"
    REGISTER_IS_WRONG = "register_is_wrong"
    CANNOT_DECIDE = "cannot_decide"


ADVERSE = frozenset({Finding.PAID_TOO_MUCH, Finding.NOT_ENTITLED})


class Cause(StrEnum):
    """Why it came to the finding; `suspected_intent` always needs a supervisor."""

    CHANGE_NOT_REPORTED = "change_not_reported"
    HOUSEHOLD_MISTAKE = "household_mistake"
    OFFICE_MISTAKE = "office_mistake"
    REGISTER_ERROR = "register_error"
    LINKAGE_ERROR = "linkage_error"
    SUSPECTED_INTENT = "suspected_intent"
    NONE = "none"


class Direction(StrEnum):
    """Over: may be paid without entitlement. Missing: may be entitled and not paid."""

    OVER = "over"
    MISSING = "missing"


class SubjectKind(StrEnum):
    """What a case is about."""

    AWARD = "award"
    PERSON = "person"
    HOUSEHOLD = "household"


class Arm(StrEnum):
    """How a case was selected for review."""

    RANKED = "ranked"
    RANDOM = "random"


class Strength(StrEnum):
    """How strong the evidence is: strong (a hit on certain links), medium (hits on probable links only), weak (no hit)."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"


class FactSource(StrEnum):
    """Where a fact comes from; a model is never a source of facts."""

    REGISTER = "register"
    DOCUMENT = "document"
    VISIT = "visit"
    STATEMENT = "statement"


class Verdict(StrEnum):
    """An officer's own mark on one fact: ✓, ✗ or ?."""

    RIGHT = "right"
    WRONG = "wrong"
    UNSURE = "unsure"


class Judgement(StrEnum):
    """What a person says of one link."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


class Channel(StrEnum):
    """How the household was reached."""

    LETTER = "letter"
    VISIT = "visit"
    PHONE = "phone"
    SMS = "sms"
    OFFICE = "office"
    COMMUNITY = "community"
    ELECTRONIC = "electronic"


class VisitOutcome(StrEnum):
    """How a home visit ended."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"


class HearingOutcome(StrEnum):
    """How a hearing ended; `not_reached` is no hearing."""

    HEARD = "heard"
    DECLINED = "declined"
    NOT_REACHED = "not_reached"


class DisputeRoute(StrEnum):
    """Who is asked about a disputed fact: always by the office, never by the household."""

    REGISTER_ERROR = "register_error"
    IDENTITY_THEFT = "identity_theft"


class DisputeState(StrEnum):
    """A parked fact is not used; upheld: the register is wrong; dismissed: the register has confirmed it."""

    PARKED = "parked"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class Disposition(StrEnum):
    """What officers have settled about the facts behind one check."""

    PARKED = "parked"
    CLEARED = "cleared"


class ApprovalVerdict(StrEnum):
    """What the second person says."""

    APPROVED = "approved"
    RETURNED = "returned"


class ReadKind(StrEnum):
    """What somebody looked at."""

    VIEW_CASE = "view_case"
    VIEW_RANK = "view_rank"
    REVEAL_IDENTITY = "reveal_identity"
    SEARCH_IDENTITY = "search_identity"
    VIEW_LINK = "view_link"
    LOOKUP = "lookup"
    EXPORT = "export"


class Skip(StrEnum):
    """Why a run opened or changed nothing for one referral."""

    BEYOND_CAPACITY = "beyond_capacity"
    UNCHANGED = "unchanged"
    CLEARED = "cleared"
    PARKED = "parked"
    DECIDED = "decided"
    REVIEWED_RECENTLY = "reviewed_recently"


class GateFault(StrEnum):
    """One thing that an adverse decision lacks; the last five are conditions on its grounds.

    RESCREEN: a link of the case was judged to be another person, and no run has said since what is left.
    """

    OFFICER = "gate.officer_missing"
    REASON = "gate.reason_missing"
    NOTICE = "gate.notice_missing"
    CHANNELS = "gate.notice_on_fewer_than_two_channels"
    REPLY_WINDOW = "gate.reply_window_open"
    VISIT = "gate.visit_after_silence_missing"
    HEARING = "gate.hearing_missing"
    APPROVAL = "gate.second_person_missing"
    RESCREEN = "gate.link_cut_since_screening"
    GROUND = "gate.ground_missing"
    EVIDENCE = "gate.ground_without_evidence"
    PARKED = "gate.ground_on_disputed_fact"
    UNCONFIRMED = "gate.ground_on_unconfirmed_link"
    NOT_IN_NOTICE = "gate.ground_not_in_notice"
