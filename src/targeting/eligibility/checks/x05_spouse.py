"""X05: the spouse of a listed person is not on the award (最低生活保障审核确认办法 art. 7: the spouse always counts)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.gradual_exit import due_in_exit, exit_until, kept_share
from targeting.eligibility.money import due, overpaid, transfers, wages
from targeting.eligibility.situation import Situation


def leaves_out_a_spouse(situation: Situation) -> pl.DataFrame:
    """A listed person has a living registered spouse who is not listed on the award, and with whom no more would be due.

    At stake is what would not be due with the spouse counted: one member more, and the spouse's income on record, beyond what
    register and declaration may differ. Where that income leaves as much due as is paid, nothing is paid too much; where it is a
    job within the gradual exit, the answer is clear, and says until when. Where no record shows an income of the spouse, where a
    couple in the booklet only may have parted elsewhere, and where an unidentified listed person may be the spouse, the answer is
    unknown.
    """
    spouse = _left_out(situation)
    base = (
        situation.people.filter("listed", "counted")
        .group_by("subject")
        .agg(declared_total=pl.col("declared").sum(), on_award=pl.len().cast(pl.Int64))
    )
    frame = (
        situation.dibao()
        .drop("level")
        .join(spouse, on="subject", how="left")
        .join(base, on="subject", how="left")
        .with_columns(person_id=pl.coalesce("about", "person_id"))
    )
    members = pl.col("on_award") + pl.col("unresolved") + pl.col("spouses")
    income = pl.col("declared_total") + pl.col("income")
    on_all = due(situation, members, income)
    owed = due_in_exit(situation, members, income, pl.col("declared_total") + pl.col("before"), pl.col("kept"))
    left_out = pl.col("spouses").is_not_null()
    tolerance = situation.law.whole("income.tolerance")
    enough = members * situation.law.whole("dibao.standard") - pl.col("declared_total") - pl.col("amount_month") + tolerance
    too_much = overpaid(pl.col("amount_month"), owed) > tolerance
    runs_on = left_out & pl.col("by_register") & (overpaid(pl.col("amount_month"), on_all) > tolerance)
    costs = pl.col("evidenced") & too_much.fill_null(True)
    return answers(
        frame,
        hit=left_out & pl.col("by_register") & costs & (pl.col("unresolved") == 0),
        unknown={
            "no_record": left_out & ~pl.col("evidenced"),
            "unresolved": left_out & costs & (pl.col("unresolved") > 0),
            "doubtful": left_out & costs & ~pl.col("by_register"),
        },
        clear={"gradual_exit": pl.when(runs_on).then("exit_until")},
        amount=pl.when("evidenced").then(overpaid(pl.col("amount_month"), owed)),
        effective_from=pl.max_horizontal("since", "start_month"),
        detail={
            "spouses": pl.col("spouses"),
            "by_marriage_register": pl.col("by_register"),
            "income_on_record_cents": pl.when("evidenced").then("income"),
            "due_cents": pl.when("evidenced").then(owed),
            "clears_if_divorced_by": pl.lit(situation.as_of),
            "clears_if_spouse_income_at_most_cents": pl.when(pl.col("evidenced") & (enough >= 0)).then(enough),
        },
    )


def _left_out(situation: Situation) -> pl.DataFrame:
    """The spouses of listed persons who are not listed, by award: how many, their income on record, facts, weakest level."""
    listed = situation.people.filter("listed").select("subject", partner="person_id", partner_level="level")
    missing = situation.people.filter(~pl.col("listed") & pl.col("counted"))
    couples = _couples(situation)
    undeclared = (
        missing.join(couples, on="person_id")
        .join(listed, on=["subject", "partner"])
        .sort("subject", "person_id", ~pl.col("by_register"))
        .unique(["subject", "person_id"], keep="first", maintain_order=True)
    )
    earned = wages(situation).select(
        "person_id",
        "wage",
        wage_facts="facts",
        exit_until=exit_until(situation, pl.col("since")),
        new_kept=kept_share(situation, pl.col("since")),
    )
    new = pl.col("exit_until").is_not_null()
    old_wage = pl.when(~new).then("wage").fill_null(0)
    received = transfers(situation).select("person_id", "received", received_facts="facts")
    return (
        undeclared.join(earned, on="person_id", how="left")
        .join(received, on="person_id", how="left")
        .group_by("subject")
        .agg(
            spouses=pl.len().cast(pl.Int64),
            about=pl.col("person_id").min(),
            since=pl.col("since").min(),
            by_register=pl.col("by_register").all(),
            income=(pl.col("wage").fill_null(0) + pl.col("received").fill_null(0)).sum(),
            before=(old_wage + pl.col("received").fill_null(0)).sum(),
            kept=pl.col("new_kept").filter(new).min(),
            exit_until=pl.col("exit_until").max(),
            evidenced=(pl.col("wage").is_not_null() | pl.col("received").is_not_null()).all(),
            facts=pl.col("fact")
            .append(pl.col("wage_facts").explode())
            .append(pl.col("received_facts").explode())
            .drop_nulls()
            .unique()
            .sort(),
            level=pl.max_horizontal("level", "partner_level").max(),
        )
    )


def _couples(situation: Situation) -> pl.DataFrame:
    """Everybody's spouse (person_id, partner) by the marriage register, and by the booklet where that register shows none."""
    wed = situation.of("marriage").select(person_id="person_id", partner="text", marriage="fact_id", since="valid_from")
    booklet = situation.families.filter(pl.col("rule") == "hh.spouse.population_relation")
    by_booklet = pl.concat(
        [_partners(situation, booklet), _partners(situation, booklet).select(person_id="partner", partner="person_id")]
    )
    return pl.concat(
        [
            wed.select("person_id", "partner", fact="marriage", since="since", by_register=pl.lit(True)),
            by_booklet.join(situation.families.select("person_id", fact="birth_fact"), on="person_id", how="left").select(
                "person_id", "partner", "fact", since=pl.lit(None, dtype=pl.Date), by_register=pl.lit(False)
            ),
        ]
    )


def _partners(situation: Situation, booklet: pl.DataFrame) -> pl.DataFrame:
    """The couples of the booklet as (person_id, partner): the spouse and the head, or the two parents, of one family."""
    heads = situation.families.filter(pl.col("relation") == "head").select("household_id", partner="person_id")
    direct = booklet.filter(pl.col("relation") == "spouse").join(heads, on="household_id")
    return direct.select("person_id", "partner")
