"""How the registers of a situation are changed by what would clear a finding, check by check: all of it, or too little of it.

`part` is 1.0 for the computed change and less for one that falls short: a number half the way, a day or a month short of the
date, one thing fewer. A change answers False where it cannot be made in that situation: another way clears it, or there is no
half of it. A new check adds its change to CHANGES.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any

from small_county import SmallCounty

Row = dict[str, Any]
FLOOR_CENTS = 392_000
WHOLE = 1.0


@dataclass(frozen=True, slots=True)
class Changed:
    """The rows of one situation in the county, and the finding whose change is made."""

    county: SmallCounty
    prefix: str
    finding: Row
    detail: Row

    def rows(self, register: str, *, person: str | None = None) -> list[Row]:
        """The rows of a register in which somebody of the situation (or that person) stands."""
        wanted = {
            identity["row"]
            for identity in self.county.identities
            if identity["register"] == register
            and str(identity["person_id"]).startswith(self.prefix)
            and (person is None or identity["person_id"] == person)
        }
        return [row for row in self.county.rows[register] if row["row"] in wanted]

    @property
    def name(self) -> str:
        """The first name of the person whom the finding is about."""
        return str(self.finding["person_id"]).removeprefix(self.prefix)

    def day(self, entry: str) -> date:
        """A date of the detail."""
        return date.fromisoformat(self.detail[entry])


def between(now: float, target: float, part: float) -> float:
    """The value after this part of the way."""
    return now + (target - now) * part


def lived_longer(of: Changed, part: float) -> bool:
    died, until = of.day("died"), of.day("clears_if_died_from")
    day = died + timedelta(days=round((until - died).days * part))
    for row in of.rows("deaths"):
        row |= {"death_date": day, "cremated_on": day}
    for row in of.rows("population"):
        row["status_date"] = day if row["status"] == "dead" else row["status_date"]
    return True


def other_award_ended(of: Changed, part: float) -> bool:
    benefit, number = of.detail["with_award"].split(":", 1)
    last = of.day("clears_if_ended_before") - timedelta(days=1)
    for row in of.rows("assistance_roll"):
        if (row["benefit"], row["case_no"]) == (benefit, number):
            row["end_month"] = last.replace(day=1) if part == WHOLE else of.day("clears_if_ended_before")
    return True


def parted_or_earned_less(of: Changed, part: float) -> bool:
    enough = of.detail.get("clears_if_spouse_income_at_most_cents")
    if enough is not None:
        now = of.detail["income_on_record_cents"]
        for row in of.rows("social_security", person=of.finding["person_id"]):
            for amount in ("contribution_base_cents", "benefit_cents"):
                row[amount] = None if row[amount] is None else int(row[amount] * between(now, enough, part) / now)
        return True
    wed = [row["row"] for row in of.rows("marriage", person=of.finding["person_id"])]
    told = [i for i in of.county.identities if i["register"] == "marriage" and i["row"] in wed]
    couple = {i["role"]: i["person_id"].removeprefix(of.prefix) for i in told}
    of.county.prefix = of.prefix
    of.county.wedding(couple["husband"], couple["wife"], of.day("clears_if_divorced_by") - timedelta(days=90), kind="divorce")
    return part == WHOLE


def earned_less(of: Changed, part: float) -> bool:
    if of.rows("wages"):
        return False  # what was taken off a wage does not follow it
    target, now, wage = of.detail["clears_if_income_at_most_cents"], of.detail["income_cents"], of.detail["base_mean_cents"]
    factor = between(wage, wage - (now - target), part) / wage
    spells = [row for row in of.rows("social_security") if row["contribution_base_cents"] is not None]
    if part < WHOLE and any(
        row["contribution_base_cents"] * factor <= FLOOR_CENTS < row["contribution_base_cents"] for row in spells
    ):
        return False  # a base that falls to the floor is explained by any declared wage
    for row in spells:
        row["contribution_base_cents"] = int(row["contribution_base_cents"] * factor)
    return True


def received_less(of: Changed, part: float) -> bool:
    target, now, got = (of.detail[name] for name in ("clears_if_income_at_most_cents", "income_cents", "received_mean_cents"))
    factor = between(got, got - (now - target), part) / got
    spells = [row for row in of.rows("social_security") if row["benefit_cents"] is not None]
    if any(row["insurance"] in ("resident_pension", "veterans_allowance") for row in spells):
        return False  # a part of it does not count
    for row in spells:
        row["benefit_cents"] = int(row["benefit_cents"] * factor)
    return True


def lived_on_less(of: Changed, part: float) -> bool:
    """The household's only income is a pension or benefit that counts in full."""
    target, now = of.detail["clears_if_income_at_most_cents"], of.detail["income_cents"]
    spells = [row for row in of.rows("social_security") if row["benefit_cents"] is not None]
    if len(spells) != 1 or spells[0]["benefit_cents"] != now:
        return False
    spells[0]["benefit_cents"] = ceil(between(now, target, part))
    return True


def less_real_estate(of: Changed, part: float) -> bool:
    rows, said = of.rows("property"), of.detail
    homes = [row for row in rows if row["use"] in ("dwelling", "homestead")]
    if said.get("clears_if_area_m2_below") is not None:
        area = between(said["area_m2"], said["clears_if_area_m2_below"], part) - (0.02 if part == WHOLE else 0)
        _scaled(homes, area / said["area_m2"], "floor_area_m2")
    elif said.get("clears_if_dwellings_at_most") is not None:
        gone = len(homes) - said["clears_if_dwellings_at_most"]
        for row in homes[: gone if part == WHOLE else gone - 1]:
            row["state"] = "historic"
    elif said.get("clears_if_beyond_first_at_most_cents") is not None:
        now = said["beyond_first_low_cents"]
        _scaled(homes, _less(between(now, said["clears_if_beyond_first_at_most_cents"], part), part) / now, *VALUED_BY)
    elif said.get("clears_if_counted_at_most_cents") is not None:
        now = said["counted_low_cents"]
        _scaled(rows, _less(between(now, said["clears_if_counted_at_most_cents"], part), part) / now, *VALUED_BY)
    else:
        for row in rows:
            if part == WHOLE and row not in homes:
                row["state"] = "historic"
    return True


VALUED_BY = ("floor_area_m2", "price_cents")


def _less(target: float, part: float) -> float:
    """A hair below the target where all of the change is made: the value is worked out again."""
    return target * 0.999 if part == WHOLE else target


def _scaled(rows: list[Row], factor: float, *columns: str) -> None:
    for row in rows:
        for column in columns:
            if row[column] is not None:
                more = row[column] * factor
                row[column] = more if isinstance(row[column], float) else ceil(more)  # half a cent less is none


def vehicles_gone_or_cheaper(of: Changed, part: float) -> bool:
    owned, keep, most = (
        of.rows("vehicle"),
        of.detail.get("clears_if_vehicles_at_most"),
        of.detail.get("clears_if_worth_at_most_cents"),
    )
    if keep is None and most is not None and len(owned) == 1:
        worth = between(of.detail["worth_cents"], most, part) - (1 if part == WHOLE else 0)
        _scaled(owned, worth / of.detail["worth_cents"], "price_new_cents")
        return True
    gone = len(owned) - (keep or 0)
    for row in owned[: gone if part == WHOLE else gone - 1]:
        row["state"] = "scrapped"
    return True


def businesses_gone_or_smaller(of: Changed, part: float) -> bool:
    owned, most = of.rows("business"), of.detail.get("clears_if_capital_at_most_cents")
    if most is not None:
        now = sum(row["capital_cents"] for row in owned)
        for row in owned[1:]:
            row["state"] = "cancelled"
        owned[0]["capital_cents"] = ceil(between(now, most, part))
        return True
    for row in owned if part == WHOLE else owned[1:]:
        row["state"] = "cancelled"
    return True


def certificate_in_force(of: Changed, part: float) -> bool:
    card = max(of.rows("disability", person=of.finding["person_id"]), key=lambda row: row["issued"])
    if of.detail.get("clears_if_grade_at_most") is not None:
        card["grade"] = of.detail["clears_if_grade_at_most"] + (part < WHOLE)
        return True
    if of.detail.get("clears_if_valid_on") is None:
        return False
    if card["state"] == "valid" or part == WHOLE:
        card |= {"state": "valid", "expires": of.day("clears_if_valid_on") - timedelta(days=part < WHOLE)}
    return True


def drew_a_pension(of: Changed, cents: int) -> bool:
    """A pension of so many cents a month that counts in full."""
    of.county.prefix = of.prefix
    of.county.spell(of.name, "public_pension", benefit=cents / 100)
    return True


def had_more(of: Changed, part: float) -> bool:
    lacking = of.detail["clears_if_income_at_least_cents"] - of.detail["income_cents"]
    return drew_a_pension(of, int(lacking * part))


def drew_the_subsidy(of: Changed, part: float) -> bool:
    month = of.day("clears_if_paid_in")
    of.county.prefix = of.prefix
    end = None if part == WHOLE else (month - timedelta(days=1)).replace(day=1)
    of.county.award({of.name: "self"}, of.finding["benefit"], case_no=f"{of.prefix}drawn", amount=110, end=end)
    return True


def earned_more_alone(of: Changed, part: float) -> bool:
    lacking = of.detail["clears_if_own_income_at_least_cents"] - of.detail["own_income_cents"]
    if part < WHOLE and of.detail["family_income_cents"] + lacking * part >= of.detail["margin_cents"]:
        return False  # the family would no longer be a margin household
    return drew_a_pension(of, int(lacking * part))


def worked_longer(of: Changed, part: float) -> bool:
    until = of.day("clears_if_insured_until")
    for row in of.rows("social_security", person=of.finding["person_id"]):
        row["end_month"] = until if part == WHOLE else (until - timedelta(days=1)).replace(day=1)
    return True


def those_left_out_had_more(of: Changed, part: float) -> bool:
    lacking = of.detail["clears_if_income_left_out_at_least_cents"] - of.detail["income_left_out_cents"]
    return drew_a_pension(of, int(lacking * part))


def paid_more(of: Changed, part: float) -> bool:
    case = of.finding["subject"].split(":", 1)[1]
    rows = [row for row in of.rows("assistance_roll") if row["case_no"] == case]
    now = rows[0]["amount_cents"]
    for row in rows:
        row["amount_cents"] = int(between(now, of.detail["clears_if_paid_at_least_cents"], part))
    return True


def survivors_had_more(of: Changed, part: float) -> bool:
    if of.detail.get("clears_if_paid_at_least_cents") is not None:
        return paid_more(of, part)
    if of.detail.get("clears_if_adults_at_least") is None:
        return had_more(of, part)
    home = of.rows("population", person=of.finding["person_id"])[0]["register_household"].removeprefix(of.prefix)
    of.county.prefix = of.prefix
    of.county.person("carer", relation="spouse", household=home)
    return part == WHOLE


def valid_longer(of: Changed, part: float) -> bool:
    beyond = of.day("clears_if_valid_beyond")
    for card in of.rows("disability", person=of.finding["person_id"]):
        card["expires"] = beyond + timedelta(days=1) if part == WHOLE else beyond
    return True


def began_earlier(of: Changed, part: float) -> bool:
    month = of.day("clears_if_began_by")
    start_of_award(of, month if part == WHOLE else (month + timedelta(days=32)).replace(day=1))
    return True


def began_later(of: Changed, part: float) -> bool:
    month = of.day("clears_if_began_from")
    start_of_award(of, month if part == WHOLE else (month - timedelta(days=1)).replace(day=1))
    return True


def start_of_award(of: Changed, month: date) -> None:
    number = str(of.finding["subject"]).split(":", 1)[1]
    for row in of.rows("assistance_roll"):
        row["start_month"] = month if row["case_no"] == number else row["start_month"]


def moved_later(of: Changed, part: float) -> bool:
    moved, until = of.day("moved_on"), of.day("clears_if_moved_from")
    for row in of.rows("population", person=of.finding["person_id"]):
        row["status_date"] = moved + timedelta(days=int((until - moved).days * part))
    return True


def at_home(of: Changed, part: float) -> bool:
    for row in of.rows("population", person=of.finding["person_id"]) if part == WHOLE else []:
        row["status"] = "active"
    return part == WHOLE


def born_later(of: Changed, part: float) -> bool:
    born, until = of.day("born"), of.day("clears_if_born_from")
    for row in of.rows("population", person=of.finding["person_id"]):
        row["birth_date"] = born + timedelta(days=int((until - born).days * part))
    return True


def other_accounts(of: Changed, part: float) -> bool:
    number = str(of.finding["subject"]).split(":", 1)[1]
    others = [row for row in of.rows("assistance_roll") if row["case_no"] != number]
    leave = of.detail["clears_if_awards_on_account_below"] - (2 if part == WHOLE else 1)
    for row in others[leave:]:
        row["bank_account"] = f"own {row['row']}"
    return True


def assessed_earlier(of: Changed, part: float) -> bool:
    before, until = of.day("issued_before"), of.day("clears_if_assessed_by")
    for row in of.rows("disability", person=of.finding["person_id"]):
        if row["issued"] == before:
            row["issued"] = before - timedelta(days=int((before - until).days * part))
    return True


def was_reviewed(of: Changed, part: float) -> bool:
    number = str(of.finding["subject"]).split(":", 1)[1]
    of.county.review(number, of.day("clears_if_reviewed_from") - timedelta(days=part < WHOLE))
    return True


CHANGES: Mapping[str, Callable[[Changed, float], bool]] = {
    "M01": had_more,
    "M02": drew_the_subsidy,
    "U01": had_more,
    "U02": earned_more_alone,
    "U04": worked_longer,
    "U06": those_left_out_had_more,
    "U07": paid_more,
    "U08": survivors_had_more,
    "U09": valid_longer,
    "U13": had_more,
    "X01": lived_longer,
    "X02": began_earlier,
    "X03": other_award_ended,
    "X04": other_award_ended,
    "X05": parted_or_earned_less,
    "X07": earned_less,
    "X08": received_less,
    "X29": lived_on_less,
    "X09": less_real_estate,
    "X10": vehicles_gone_or_cheaper,
    "X11": businesses_gone_or_smaller,
    "X14": moved_later,
    "X15": at_home,
    "X16": certificate_in_force,
    "X17": born_later,
    "X20": began_later,
    "X21": other_accounts,
    "X23": assessed_earlier,
    "X26": was_reviewed,
}
