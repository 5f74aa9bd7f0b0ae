"""A county of a few people, row by row: what the tests of families, facts, checks and situations stand on.

People are known by their first names (behind `prefix`, so that many situations fit into one county); every identity is linked at
level A unless a row says otherwise. Money is in yuan here, as caseworkers write it, months are `YYYY-MM`.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from targeting.dates import Month
from targeting.eligibility.determine import determine
from targeting.frames.assessment import COVERAGE, DISPOSITIONS, FACTS
from targeting.households.awards import awards
from targeting.households.compose import compose
from targeting.households.facts import facts
from targeting.households.price_index import price_index
from targeting.households.residents import residents
from targeting.households.supporters import supporter_facts, supporters
from targeting.households.ties import ties
from targeting.households.unit_prices import Prices
from targeting.specs.knowledge import Knowledge, knowledge_of
from targeting.specs.policy import Policy, load_policy
from targeting.specs.registers import RegisterSpec, load_registers
from targeting.specs.valuation import load_valuation

AS_OF = date(2026, 10, 31)
HOME = "柳林镇荷湾村3组12号"
JURISDICTION = "cn-qinghe-sample"
TYPES = {
    "text": pl.String,
    "token": pl.String,
    "code": pl.String,
    "date": pl.Date,
    "month": pl.Date,
    "money": pl.Int64,
    "int": pl.Int64,
    "number": pl.Float64,
    "share": pl.Float64,
    "yesno": pl.Boolean,
}
SPECS: Mapping[str, RegisterSpec] = load_registers()
POLICY = load_policy(JURISDICTION)
VALUATION = load_valuation()


def month(text: str | date | None) -> date | None:
    """The first day of a month written YYYY-MM."""
    return Month.parse(text).first_day if isinstance(text, str) else text


def cents(yuan: float | None) -> int | None:
    """Cents of an amount in yuan."""
    return None if yuan is None else round(yuan * 100)


@dataclass
class SmallCounty:
    """Rows of registers, added one thing at a time, and what the stages make of them."""

    as_of: date = AS_OF
    snapshot: date = AS_OF
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    identities: list[dict[str, Any]] = field(default_factory=list)
    prefix: str = ""

    def add(self, register: str, columns: Mapping[str, Any], level: str | None = "A", **roles: str | None) -> int:
        """A row of a register, whose identities in `roles` are these people; its number."""
        row = len(self.rows[register]) + 1
        self.rows[register].append({"row": row, **columns})
        for role, person in roles.items():
            linked = person is not None and level is not None
            person = f"{self.prefix}{person}"
            self.identities.append(
                {
                    "register": register,
                    "row": row,
                    "role": role,
                    "person_id": person if linked else None,
                    "level": level if linked else None,
                    "method": "test",
                }
            )
        return row

    def person(self, name: str, born: date = date(1980, 1, 1), relation: str = "head", **more: Any) -> int:
        """A registered person; household, address, status and level of the link as given."""
        columns = {
            "birth_date": born,
            "relation_to_head": relation,
            "register_household": self.prefix + more.get("household", "1"),
            "registered_address": more.get("address", HOME),
            "present_address": more.get("address", HOME),
            "status": more.get("status", "active"),
            "status_date": more.get("status_date"),
            "grid_cell": more.get("grid_cell"),
        }
        return self.add("population", columns, more.get("level", "A"), person=name)

    def award(self, members: Mapping[str, str], benefit: str = "dibao", **more: Any) -> str:
        """An award with its members and their relation to the applicant, who is the one called `self`.

        `declared` maps people to yuan a month; `unresolved` members have no person; `end` is the last month paid; `account`,
        `phone` and `custody` (the number of a filed agreement) are those of the payment.
        """
        case_no = more.get("case_no", f"T{len(self.rows['assistance_roll']) + 1:03d}")
        applicant = next((name for name, relation in members.items() if relation == "self"), None)
        declared = more.get("declared", {})
        for name, relation in members.items():
            columns = {
                "benefit": benefit,
                "case_no": case_no,
                "relation": relation,
                "declared_income_cents": cents(declared.get(name, 0 if benefit == "dibao" else None)),
                "amount_cents": cents(more.get("amount")),
                "start_month": month(more.get("start", "2025-01")),
                "end_month": month(more.get("end")),
                "street": more.get("street", "柳林镇"),
                "community": "荷湾村",
                "bank_account": more.get("account"),
                "phone": more.get("phone"),
                "custody_agreement": more.get("custody"),
            }
            known = name not in more.get("unresolved", ())
            self.add(
                "assistance_roll",
                columns,
                more.get("level", "A"),
                member=name if known else None,
                applicant=applicant if applicant not in more.get("unresolved", ()) else None,
            )
        return case_no

    def spell(self, person: str, insurance: str, **more: Any) -> int:
        """A spell of social insurance: `base` and `employer` of one who pays, `benefit` of one who receives, in yuan a month."""
        columns = {
            "insurance": insurance,
            "state": "receiving" if "benefit" in more else "paying",
            "employer": more.get("employer"),
            "contribution_base_cents": cents(more.get("base")),
            "benefit_cents": cents(more.get("benefit")),
            "start_month": month(more.get("start", "2020-01")),
            "end_month": month(more.get("end")),
        }
        return self.add("social_security", columns, more.get("level", "A"), insured=person)

    def dwelling(self, person: str, area: float | None = 90.0, **more: Any) -> int:
        """A holder's row of a dwelling or other unit; whole and sole unless `share` or `co_ownership` says otherwise."""
        number = f"139921005027GB{len(self.rows['property']) + 1:05d}F00010001"
        columns = {
            "unit_number": more.get("unit_number", number),
            "co_ownership": more.get("co_ownership", "shares" if more.get("share") else "sole"),
            "share": more.get("share"),
            "address": more.get("address", f"柳林镇和平街8号清河家园{len(self.rows['property']) + 1}号楼1单元101室"),
            "use": more.get("use", "dwelling"),
            "floor_area_m2": None if "area" in more.get("unknown", ()) else area,
            "registered_on": more.get("registered_on", date(2018, 5, 1)),
            "state": more.get("state", "current"),
            "price_cents": cents(more.get("price")),
        }
        return self.add("property", columns, more.get("level", "A"), owner=person)

    def vehicle(self, person: str, kind: str = "小型轿车", **more: Any) -> int:
        """A vehicle in a person's name; private, in normal state, 80,000 yuan when new unless said otherwise."""
        columns = {
            "plate": "冀I00000",
            "vin": more.get("vin", f"LTEST{len(self.rows['vehicle']):012d}"),
            "vehicle_type": kind,
            "use_class": None if "use" in more.get("unknown", ()) else more.get("use", "private"),
            "first_registered": more.get("first_registered", date(2024, 6, 1)),
            "inspection_until": more.get("inspection_until", date(2028, 6, 1)),
            "state": more.get("state", "normal"),
            "price_new_cents": None if "price" in more.get("unknown", ()) else cents(more.get("price", 80_000)),
            "transfers": more.get("transfers"),
        }
        return self.add("vehicle", columns, more.get("level", "A"), owner=person)

    def business(self, person: str, kind: str = "company", **more: Any) -> int:
        """A business whose representative the person is; `capital` in yuan."""
        columns = {
            "type": kind,
            "state": more.get("state", "operating"),
            "capital_cents": cents(more.get("capital", 500_000)),
            "founded": more.get("founded", date(2021, 3, 1)),
            "business_name": "清河县某商行",
            "holds": more.get("holds"),
            "profit_year_cents": cents(more.get("profit")),
        }
        return self.add("business", columns, more.get("level", "A"), representative=person)

    def sales(self, level: float = 5_000, street: str = "柳林镇", months: int = 24) -> None:
        """Two sales a month of the last months in a street, 90 m² each, a tenth above and below `level` yuan a square metre."""
        for back in range(months):
            day = (Month.of(self.as_of) - back - 1).first_day
            for factor in (0.9, 1.1):
                columns = {"street": street, "month": day, "floor_area_m2": 90.0, "use": "dwelling"}
                self.add("price", {**columns, "price_cents": cents(level * factor * 90)})

    def certificate(self, person: str, grade: int = 1, **more: Any) -> int:
        """A disability certificate: limb, issued 2020, valid to 2030 unless said otherwise."""
        columns = {
            "category": more.get("category", "limb"),
            "grade": grade,
            "issued": more.get("issued", date(2020, 4, 1)),
            "expires": more.get("expires", date(2030, 3, 31)),
            "state": more.get("state", "valid"),
        }
        return self.add("disability", columns, more.get("level", "A"), holder=person)

    def entry(self, register: str, role: str, person: str, **told: Any) -> int:
        """A row of a further register about a person: columns by name, money in yuan (`pay` for pay_cents), months `YYYY-MM`."""
        columns: dict[str, Any] = {}
        for column in SPECS[register].columns:
            given = told.get(column.name, told.get(column.name.removesuffix("_cents")))
            kind = str(column.type)
            columns[column.name] = month(given) if kind == "month" else cents(given) if kind == "money" else given
        tabled = {name: columns[name] for name in _schema(SPECS[register]) if name != "row"}
        others = {name: told[name] for name in ("payer",) if name in told}
        return self.add(register, tabled, told.get("level", "A"), **{role: person, **others})

    def wedding(self, husband: str | None, wife: str | None, on: date = date(2010, 5, 1), **more: Any) -> int:
        """A registration of marriage, or of divorce with `kind="divorce"`."""
        columns = {"kind": more.get("kind", "marriage"), "registered_on": on}
        return self.add("marriage", columns, more.get("level", "A"), husband=husband, wife=wife)

    def funeral(self, person: str, died: date, **more: Any) -> int:
        """A funeral."""
        return self.add("deaths", {"death_date": died, "cremated_on": died}, more.get("level", "A"), deceased=person)

    def review(self, case_no: str, on: date, source: str = "annual") -> int:
        """A review of an award that found it in order."""
        return self.add("reviews", {"case_no": case_no, "reviewed_on": on, "source": source, "finding": "conforms"})

    # what the stages make of it

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """The registers' tables, typed as their specifications declare; a register without rows is there, empty."""
        return {name: pl.DataFrame(self.rows[name], schema=_schema(spec)) for name, spec in sorted(SPECS.items())}

    @property
    def links(self) -> pl.DataFrame:
        """The links of all identities."""
        schema = {"register": pl.String, "row": pl.Int64, "role": pl.String, "person_id": pl.String, "level": pl.String}
        return pl.DataFrame(self.identities, schema={**schema, "method": pl.String})

    @property
    def persons(self) -> pl.DataFrame:
        """Everybody, with no other date of birth than the population register's."""
        names = sorted({row["person_id"] for row in self.identities if row["person_id"]})
        schema = {"person_id": pl.String, "birth_date": pl.Date}
        return pl.DataFrame({"person_id": names, "birth_date": [None] * len(names)}, schema=schema)

    @property
    def knowledge(self) -> dict[str, Knowledge]:
        """When rows become known, as the specifications say."""
        return knowledge_of(SPECS, snapshot=self.snapshot)

    def families(self, policy: Policy | None = None) -> pl.DataFrame:
        """HOUSEHOLDS on the date."""
        law = (policy or POLICY).on(self.as_of)
        registered = residents(self.tables, self.links, knowledge=self.knowledge, as_of=self.as_of)
        return compose(registered, self.tables, self.links, self.persons, rules=law, knowledge=self.knowledge, as_of=self.as_of)

    def known(self, policy: Policy | None = None) -> pl.DataFrame:
        """FACTS on the date."""
        law = (policy or POLICY).on(self.as_of)
        registered = residents(self.tables, self.links, knowledge=self.knowledge, as_of=self.as_of)
        owing = supporters(
            registered, self.families(policy), self.tables, self.links, rules=law, knowledge=self.knowledge, as_of=self.as_of
        )
        index = price_index(self.tables, knowledge=self.knowledge, spec=VALUATION, as_of=self.as_of)
        prices = Prices(index, VALUATION)
        shown = facts(self.tables, self.links, knowledge=self.knowledge, as_of=self.as_of, prices=prices)
        return FACTS.conform(pl.concat([shown, supporter_facts(owing)]))

    def coverage(self, **answers: str) -> pl.DataFrame:
        """Every register answered up to the date, but for those named."""
        return COVERAGE.of(
            [
                {"register": name, "answer": answers.get(name, "answered"), "data_until": self.as_of, "outreach": spec.outreach}
                for name, spec in SPECS.items()
            ]
        )

    def findings(
        self,
        policy: Policy | None = None,
        *,
        coverage: pl.DataFrame | None = None,
        dispositions: pl.DataFrame | None = None,
    ) -> pl.DataFrame:
        """FINDINGS on the date."""
        law = policy or POLICY
        families = self.families(law)
        registered = residents(self.tables, self.links, knowledge=self.knowledge, as_of=self.as_of)
        running, members = awards(self.tables, self.links, families, knowledge=self.knowledge, as_of=self.as_of)
        return determine(
            families,
            running,
            members,
            self.known(law),
            self.coverage() if coverage is None else coverage,
            ties=ties(registered, self.tables, running, members, families, knowledge=self.knowledge, as_of=self.as_of),
            policy=law,
            dispositions=DISPOSITIONS.empty() if dispositions is None else dispositions,
            run="test",
            as_of=self.as_of,
        )

    def finding(self, check: str, benefit: str | None = None, **more: Any) -> dict[str, Any]:
        """The one answer of a check (about one benefit), as a row."""
        found = self.findings(**more).filter(pl.col("check") == check)
        if benefit is not None:
            found = found.filter(pl.col("benefit") == benefit)
        assert found.height == 1, f"{check} gave {found.height} answers"
        return found.row(0, named=True)


def _schema(spec: RegisterSpec) -> dict[str, Any]:
    columns = {column.name: TYPES[str(column.type)] for column in spec.columns if column.tabled}
    return {"row": pl.Int64, **columns}
