"""Applies every check whose law is in force on the date to every subject, and says hit, clear or unknown with facts and law.

A register that did not answer turns its checks to unknown with that reason; a register without an outreach basis does so in the
missing direction. What officers settled about facts holds until the facts change: disputed ones are parked, cleared ones clear.
"""

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256

import polars as pl

from targeting.eligibility.answers import CLEAR, HIT, UNKNOWN
from targeting.eligibility.checks import CHECKS
from targeting.eligibility.coverage import limit, partly, silent
from targeting.eligibility.months import reference_months
from targeting.eligibility.outreach import for_outreach
from targeting.eligibility.situation import Situation, situate
from targeting.frames.assessment import FINDINGS
from targeting.specs.checks import CheckDeclaration
from targeting.specs.policy import Policy, PolicyOn

NO_RECORD = "no_record"
WEAK_LINK = "weak_link"
_TEXTS = pl.List(pl.String)


def determine(
    households: pl.DataFrame,
    awards: pl.DataFrame,
    award_members: pl.DataFrame,
    facts: pl.DataFrame,
    coverage: pl.DataFrame,
    *,
    ties: pl.DataFrame,
    policy: Policy,
    dispositions: pl.DataFrame,
    run: str,
    as_of: date,
) -> pl.DataFrame:
    """Every check in force has answered for each of its subjects (FINDINGS).

    Raises:
        ParameterNotInForce: a check needs a value that the policy does not have on the date.
    """
    situation = situate(households, awards, award_members, facts, law=policy.on(as_of), as_of=as_of, ties=ties)
    return answered(situation, coverage, dispositions=dispositions, run=run)


def answered(situation: Situation, coverage: pl.DataFrame, *, dispositions: pl.DataFrame, run: str) -> pl.DataFrame:
    """As `determine`, of a situation whose law may be that of another day than the one on which the facts are known."""
    checks, facts = in_force(situation.law), situation.history
    seen = {"over": situation, "missing": for_outreach(situation, coverage)}
    answers = [_covered(CHECKS[check.code](seen[check.direction]), check, basis, situation, coverage) for check, basis in checks]
    if not answers:
        return FINDINGS.empty()
    findings = _strong_enough(_with_level(pl.concat(answers).with_columns(run=pl.lit(run)), facts), situation.law)
    return FINDINGS.conform(_settled(findings, facts, dispositions).with_columns(facts=_fact_json()))


def in_force(law: PolicyOn) -> list[tuple[CheckDeclaration, str]]:
    """The enabled checks of the catalogue that this version knows and whose law is in force on the date, with that law."""
    found = []
    for code, check in sorted(law.policy.checks.items()):
        basis = law.basis(check)
        if code in CHECKS and check.enabled and basis is not None:
            found.append((check, basis))
    return found


def _covered(
    answer: pl.DataFrame, check: CheckDeclaration, basis: str, situation: Situation, coverage: pl.DataFrame
) -> pl.DataFrame:
    """The answers as findings, unknown as far as a register of the check is silent or does not reach."""
    months = reference_months(situation)
    why = silent(coverage, check, month=months[-1].first_day)
    found = _finding(answer, check, basis, why)
    limits = {} if why else partly(coverage, check, first=months[0].first_day, last=situation.month)
    if not limits:
        return found
    awards = situation.subjects.select("subject", by_award="office").unique("subject", keep="first", maintain_order=True)
    heads = situation.families.filter(pl.col("relation") == "head").select("household_id", by_family="office")
    placed = found.join(awards, on="subject", how="left").join(heads, on="household_id", how="left")
    placed = placed.with_columns(office=pl.coalesce("by_award", "by_family"))
    return limit(placed, limits, missing=check.direction == "missing").select(found.columns)


def _finding(answer: pl.DataFrame, check: CheckDeclaration, basis: str, why: list[str]) -> pl.DataFrame:
    """The answers as findings; all unknown where a register is silent, and a hit that rests on no fact is unknown (G02, G27)."""
    frame = answer.filter(pl.col("benefit").is_in(check.benefits)).with_columns(
        pl.lit(check.code).alias("check"), pl.lit(check.direction).alias("direction"), pl.lit(basis).alias("legal_basis")
    )
    bare = (pl.col("result") == HIT) & (pl.col("facts").list.len() == 0)
    frame = frame.with_columns(
        result=pl.when(bare).then(pl.lit(UNKNOWN)).otherwise("result"),
        reasons=pl.when(bare).then(pl.lit([NO_RECORD], dtype=_TEXTS)).otherwise("reasons"),
        amount_month=pl.when(~bare).then("amount_month"),
        effective_from=pl.when(~bare).then("effective_from"),
    )
    if why:
        frame = frame.with_columns(
            result=pl.lit(UNKNOWN),
            reasons=pl.lit(why, dtype=_TEXTS),
            facts=pl.lit([], dtype=_TEXTS),
            amount_month=pl.lit(None, dtype=pl.Int64),
            effective_from=pl.lit(None, dtype=pl.Date),
        )
    return frame


def _with_level(findings: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """The findings with `link_level`: the weakest among the facts used and the identities of the people concerned."""
    indexed = findings.with_row_index("finding")
    levels = (
        indexed.select("finding", fact_id="facts")
        .explode("fact_id")
        .drop_nulls()
        .join(facts.select("fact_id", fact_level="level"), on="fact_id")
        .group_by("finding")
        .agg(pl.col("fact_level").max())
    )
    return indexed.join(levels, on="finding", how="left").with_columns(link_level=pl.max_horizontal("level", "fact_level"))


def _strong_enough(findings: pl.DataFrame, law: PolicyOn) -> pl.DataFrame:
    """The findings; a hit on a weaker link than the catalogue asks of its check is unknown (G05)."""
    asked = {code: check.minimum_level for code, check in law.policy.checks.items()}
    weak = (pl.col("result") == HIT) & (pl.col("link_level") > pl.col("check").replace_strict(asked))
    weak = weak.fill_null(False)
    return findings.with_columns(
        result=pl.when(weak).then(pl.lit(UNKNOWN)).otherwise("result"),
        reasons=pl.when(weak).then(pl.lit([WEAK_LINK], dtype=_TEXTS)).otherwise("reasons"),
        amount_month=pl.when(~weak).then("amount_month"),
        effective_from=pl.when(~weak).then("effective_from"),
    )


def _settled(findings: pl.DataFrame, facts: pl.DataFrame, dispositions: pl.DataFrame) -> pl.DataFrame:
    """The findings with the hash of what their facts say; a hit on settled facts is unknown (parked) or clear (cleared)."""
    hits = findings.filter(pl.col("result") == HIT)
    hashes = _hashes(hits.select("finding", "facts"), facts)
    settled = (
        findings.join(hashes, on="finding", how="left")
        .join(
            dispositions.select("subject", "check", "facts_sha256", "disposition"),
            on=["subject", "check", "facts_sha256"],
            how="left",
        )
        .with_columns(was=pl.col("disposition").fill_null(""))
    )
    parked, cleared = pl.col("was") == "parked", pl.col("was") == "cleared"
    return settled.with_columns(
        result=pl.when(parked).then(pl.lit(UNKNOWN)).when(cleared).then(pl.lit(CLEAR)).otherwise("result"),
        reasons=pl.when(parked).then(pl.lit(["parked"])).when(cleared).then(pl.lit(["cleared"])).otherwise("reasons"),
        amount_month=pl.when(parked | cleared).then(None).otherwise("amount_month"),
        detail=pl.when(pl.col("facts_sha256").is_not_null()).then(_with_hash()).otherwise("detail"),
    )


def _with_hash() -> pl.Expr:
    """The detail object with `facts_sha256` as its last entry."""
    body = pl.col("detail").str.slice(0, pl.col("detail").str.len_chars() - 1)
    comma = pl.when(body == "{").then(pl.lit("")).otherwise(pl.lit(","))
    return pl.concat_str(body, comma, pl.lit('"facts_sha256":"'), "facts_sha256", pl.lit('"}'))


def _hashes(hits: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """`facts_sha256` of each hit: what its facts say, whoever's row they are; row numbers, which change each month, stay out."""
    said = facts.select(
        "fact_id",
        said=pl.concat_str(
            "person_id",
            "kind",
            pl.col("value").cast(pl.String).fill_null(""),
            pl.col("text").fill_null(""),
            pl.col("valid_from").cast(pl.String).fill_null(""),
            separator="|",
        ),
    )
    return (
        hits.explode("facts")
        .join(said, left_on="facts", right_on="fact_id", how="left")
        .group_by("finding")
        .agg(pl.col("said").drop_nulls().sort())
        .with_columns(facts_sha256=pl.col("said").list.join(";").map_elements(_sha256, return_dtype=pl.String))
        .select("finding", "facts_sha256")
    )


def _sha256(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _fact_json() -> pl.Expr:
    """JSON list of the fact ids used, then an object with the reason for each reason why the answer is not known."""
    ids = pl.col("facts").list.eval(pl.concat_str(pl.lit('"'), pl.element(), pl.lit('"')))
    why = pl.col("reasons").list.eval(pl.concat_str(pl.lit('{"reason":"'), pl.element(), pl.lit('"}')))
    return pl.concat_str(pl.lit("["), pl.concat_list(ids, why).list.join(","), pl.lit("]"))


def facts_of(finding: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The fact ids and the reasons of a finding's `facts`."""
    entries = json.loads(finding["facts"])
    return [e for e in entries if isinstance(e, str)], [e["reason"] for e in entries if isinstance(e, dict)]
