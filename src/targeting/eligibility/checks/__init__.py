"""The checks, one file each: a question about every subject, answered hit, clear or unknown (ANSWER)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import polars as pl

from targeting.eligibility.checks.m01_dibao import is_entitled_to_dibao_and_unpaid
from targeting.eligibility.checks.m02_disability_subsidy import is_entitled_to_a_disability_subsidy_and_unpaid
from targeting.eligibility.checks.u01_severe_disability import is_severely_disabled_without_any_benefit
from targeting.eligibility.checks.x01_deceased import pays_a_deceased_person
from targeting.eligibility.checks.x04_overlap import draws_what_does_not_go_together
from targeting.eligibility.checks.x05_spouse import leaves_out_a_spouse
from targeting.eligibility.checks.x07_wages import earns_more_than_declared
from targeting.eligibility.checks.x08_pension import receives_an_undeclared_benefit
from targeting.eligibility.checks.x09_dwelling import owns_more_than_one_home
from targeting.eligibility.checks.x10_vehicle import owns_a_vehicle_beyond_the_rule
from targeting.eligibility.checks.x11_business import runs_a_business_beyond_the_rule
from targeting.eligibility.checks.x16_certificate import lacks_the_certificate_required
from targeting.eligibility.situation import Situation

Check = Callable[[Situation], pl.DataFrame]

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "M01": is_entitled_to_dibao_and_unpaid,
        "M02": is_entitled_to_a_disability_subsidy_and_unpaid,
        "U01": is_severely_disabled_without_any_benefit,
        "X01": pays_a_deceased_person,
        "X04": draws_what_does_not_go_together,
        "X05": leaves_out_a_spouse,
        "X07": earns_more_than_declared,
        "X08": receives_an_undeclared_benefit,
        "X09": owns_more_than_one_home,
        "X10": owns_a_vehicle_beyond_the_rule,
        "X11": runs_a_business_beyond_the_rule,
        "X16": lacks_the_certificate_required,
    }
)
