"""What a change of the law would do, over everybody of the newest run, before anything is published.

Both laws are asked about the same families, facts and awards, read back from the run; families are put together anew only
where the change is about households. A family with dibao in payment counts with the income that its office has accepted, or with
what registers show, whichever is more; of others, only those whose income registers bound are told.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

import targeting
from targeting.cases import feedback, reading
from targeting.cases.records import Actor
from targeting.cases.store import Store
from targeting.dates import now
from targeting.eligibility.determine import answered
from targeting.eligibility.layers import as_covered, classified, measures
from targeting.eligibility.situation import DIBAO, Situation, situate
from targeting.errors import Conflict, InvalidInput, NotAllowed
from targeting.evaluation.change_groups import by_group
from targeting.frames.assessment import DISPOSITIONS
from targeting.jobs import inputs as lake_inputs
from targeting.jobs.assess import Circumstances, circumstances
from targeting.jobs.lake import Lake, fingerprint, frame_fingerprint, write_json
from targeting.jobs.policies import LawInUse, as_row, law_in_use, said
from targeting.jobs.progress import step
from targeting.jobs.screen import informing
from targeting.reports import law_change
from targeting.settings import Settings
from targeting.specs.minutes import load_minutes
from targeting.specs.parameter_sets import ParameterSet
from targeting.specs.policy import Policy
from targeting.specs.policy_changes import Change, changes
from targeting.specs.trial_values import Setting, with_settings

HOUSEHOLDS = "household."
CHANGES = (law_change.ENTERS, law_change.LEAVES, law_change.MORE, law_change.LESS)


FLAG = ("subject_kind", "subject", "direction", "benefit", "check", "result")
LAYER_COLUMNS = ("layer", "families_now", "families_then", "come", "go", "money_now", "money_then")
MOVE_COLUMNS = ("layer_now", "layer_then", "families", "persons")
STREET_COLUMNS = ("street", "enter", "leave", "money_now", "money_then", "money_difference")
FLAG_COLUMNS = ("direction", "now", "then", "new", "no_more", "hours_now", "hours_then", "minutes_each")


@dataclass(frozen=True, slots=True)
class Trial:
    """The law tried beside the one in use, as of a day: the numbers set otherwise, or the hash of a draft and what it changes."""

    policy: Policy
    on: date
    settings: tuple[Setting, ...] = ()
    draft: str = ""
    changes: tuple[Change, ...] = ()

    @property
    def names(self) -> set[str]:
        """What differs."""
        return {one.parameter for one in self.settings} | {one.name for one in self.changes}

    def as_row(self) -> dict[str, Any]:
        """What is tried, as it is kept and shown."""
        told = [{name: getattr(one, name) for name in ("parameter", "unit", "old", "new", "says")} for one in self.settings]
        return {
            "settings": told,
            "draft": self.draft,
            "changes": [as_row(one) for one in self.changes],
            "on": self.on.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What a change would do: the name under which it is kept, the figures, one row a family that changes."""

    key: str
    figures: Mapping[str, Any]
    changed: pl.DataFrame

    def as_json(self, groups: Sequence[Mapping[str, Any]] | None = None) -> dict[str, Any]:
        """Every figure; with the groups of people, where the reader may see them."""
        return {"whatif": self.key, **self.figures, **({"groups": groups} if groups is not None else {})}

    def in_words(self, groups: Sequence[Mapping[str, Any]] | None = None) -> dict[str, Any]:
        """The figures in lines and tables for people, money in whole units of the currency."""
        totals, money = self.figures["totals"], self.figures["totals"]["money"]
        counted = {
            change: f"{totals[change]['families']:,} families, {totals[change]['persons']:,} persons" for change in CHANGES
        }
        words = {
            "run": self.figures["run"],
            "law": said(self.figures["standing"]),
            "tried": "; ".join(_said(self.figures["tried"])),
            "from": self.figures["tried"]["on"],
            **counted,
            "unknown": f"{totals['families_unknown']:,} of {totals['families']:,} families: no register shows their income",
            "money a month": f"{_units(money['now'])} → {_units(money['then'])} ({money['difference'] / 100:+,.2f})",
            "layers": _ordered(self.figures["layers"], LAYER_COLUMNS),
            "moves": _ordered(self.figures["moves"], MOVE_COLUMNS),
            "streets": _ordered(self.figures["streets"], STREET_COLUMNS),
            "flagged": _ordered(self.figures["flagged"], FLAG_COLUMNS),
        }
        return words | ({"groups": list(groups)} if groups is not None else {})


def trial(law: LawInUse, *, told: Sequence[str], draft: ParameterSet | None, on: date) -> Trial:
    """The law in which some numbers, or a whole draft set, take the place of the one in use.

    Raises:
        InvalidInput: neither or both are given, a number cannot be tried, or the draft is wrong.
    """
    if bool(told) == (draft is not None):
        raise InvalidInput("Say what is tried: either --set name=number (once or more) or --draft FOLDER.")
    if draft is None:
        policy, settings = with_settings(law.policy, told, on=on)
        return Trial(policy, on, settings=tuple(settings))
    found = [one for one in changes(law.set, draft) if one.kind != "source"]
    return Trial(draft.policy, on, draft=draft.sha256, changes=tuple(found))


def ask(settings: Settings, store: Store, *, told: Sequence[str], draft: ParameterSet | None, on: date | None) -> Answer:
    """The same families under the law in use and under the one tried (on a day, else that of the run), worked out once and kept.

    Raises:
        NotFound: nothing has been screened yet.
        InvalidInput: what is tried cannot be tried.
        ParameterNotInForce: a law has no value for the day.
    """
    lake = Lake(settings.home)
    run = lake.newest("runs")
    manifest = lake.manifest("runs", run)
    law = law_in_use(settings, store)
    tried = trial(law, told=told, draft=draft, on=on or date.fromisoformat(manifest["as_of"]))
    dispositions = DISPOSITIONS.of(feedback.dispositions(store))
    settled = frame_fingerprint(dispositions)
    key = {"run": run, "law": law.set.sha256, "tried": tried.as_row(), "settled": settled, "code": targeting.__version__}
    name = fingerprint(key)[:16]
    if name not in lake.names("whatif"):
        figures, changed, people = _worked_out(lake, manifest, law, tried, dispositions)
        told_groups = _groups(settings.home, lake, manifest, people)
        write_json(settings.home / "audit" / "whatif" / f"{name}.json", {"groups": told_groups})
        lake.write("whatif", name, {"families": changed}, {**key, **figures})
    return kept(settings.home, name)


def kept(home: Path, name: str) -> Answer:
    """An answer that was worked out before.

    Raises:
        NotFound: there is none of that name.
    """
    lake = Lake(home)
    return Answer(name, lake.manifest("whatif", name), lake.table("whatif", name, "families"))


def groups(home: Path, name: str) -> list[dict[str, Any]]:
    """Who enters and leaves by group of people; for auditors only."""
    kept_groups: dict[str, list[dict[str, Any]]] = json.loads((home / "audit" / "whatif" / f"{name}.json").read_text("utf-8"))
    return kept_groups["groups"]


def families(store: Store, answer: Answer, *, actor: Actor | None) -> pl.DataFrame:
    """The families that change, in the actor's offices; that they were taken out is in the read log and in the audit chain.

    Raises:
        NotAllowed: nobody is named, or the role does not export.
    """
    if actor is None:
        raise NotAllowed("A list of families goes to a named person who may export: give --as NAME.")
    reading.note_export(store, what=f"whatif {answer.key}", actor=actor, at=now())
    return answer.changed if actor.offices is None else answer.changed.filter(pl.col("office").is_in(sorted(actor.offices)))


def _worked_out(
    lake: Lake, manifest: Mapping[str, Any], law: LawInUse, tried: Trial, dispositions: pl.DataFrame
) -> tuple[dict[str, Any], pl.DataFrame, pl.DataFrame]:
    """The figures, the families that change, and the persons of those that enter or leave."""
    with step("families and facts"):
        now = _of_run(lake, manifest)
        regrouped = any(name.startswith(HOUSEHOLDS) for name in tried.names)
        then = _regrouped(lake, manifest, tried) if regrouped else now
    with step("present law"):
        before, found_before = _present(lake, manifest, now, law, tried.on, dispositions)
    with step("law tried"):
        coverage = lake.table("runs", str(manifest["run"]), "coverage")
        after, found_after = _tried(then, coverage, replace(tried, policy=_running(tried.policy, manifest)), before, dispositions)
    families = law_change.beside(before, after)
    figures = {
        "as_of": manifest["as_of"],
        "standing": law.standing(tried.on),
        "totals": law_change.totals(families),
        "layers": law_change.by_layer(families),
        "moves": law_change.moves(families),
        "streets": law_change.by_street(families),
        "flagged": law_change.flagged(_claims(found_before, law.policy), _claims(found_after, tried.policy), load_minutes()),
    }
    changed = families.filter((pl.col("change") != law_change.SAME) | (pl.col("layer_now") != pl.col("layer_then")))
    moved = changed.filter(pl.col("change").is_in([law_change.ENTERS, law_change.LEAVES]))
    people = then.households.join(moved.select("household_id", "change"), on="household_id").select("person_id", "change")
    return figures, changed, people


def _claims(found: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The findings of checks whose hits claim a review (0012)."""
    return found.filter(~pl.col("check").is_in(sorted(informing(policy))))


def _of_run(lake: Lake, manifest: Mapping[str, Any]) -> Circumstances:
    tables = [one.name for one in fields(Circumstances) if one.name != "as_of"]
    run = str(manifest["run"])
    missing = [name for name in tables if not (lake.folder("runs", run) / f"{name}.parquet").exists()]
    if missing or "law" not in manifest:
        raise Conflict(f"The run {run} was made by an earlier version of this program. Screen again: 'targeting screen'.")
    as_of = date.fromisoformat(str(manifest["as_of"]))
    return Circumstances(as_of=as_of, **{name: lake.table("runs", run, name) for name in tables})


def _regrouped(lake: Lake, manifest: Mapping[str, Any], tried: Trial) -> Circumstances:
    """The families as the law tried puts them together."""
    inputs = lake_inputs.load(lake, str(manifest["link_run"]))
    return circumstances(inputs, law=tried.policy.on(tried.on), as_of=inputs.as_of)


def _running(policy: Policy, manifest: Mapping[str, Any]) -> Policy:
    """The law without the checks that were switched off when the run was made: its findings have none of them."""
    off = manifest.get("switched_off", ())
    return replace(policy, checks={code: check for code, check in policy.checks.items() if code not in off})


def _situated(of: Circumstances, policy: Policy, on: date) -> Situation:
    """What is known of everybody, under the law of the day."""
    return situate(of.households, of.awards, of.award_members, of.facts, law=policy.on(on), as_of=of.as_of, ties=of.ties)


def _present(
    lake: Lake, manifest: Mapping[str, Any], of: Circumstances, law: LawInUse, on: date, dispositions: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Everybody under the law in use; the findings are those of the run, where it was screened under this law on this day."""
    run = str(manifest["run"])
    situation = _situated(of, _running(law.policy, manifest), on)
    coverage = lake.table("runs", run, "coverage")
    families = _classified(of, situation, coverage)
    same_law = manifest["declarations"]["policy"] == law.set.sha256 and on == of.as_of
    if same_law and manifest["dispositions"] == frame_fingerprint(dispositions):
        return families, lake.table("runs", run, "findings").select(FLAG)
    return families, answered(situation, coverage, dispositions=dispositions, run=run).select(FLAG)


def _tried(
    of: Circumstances, coverage: pl.DataFrame, tried: Trial, before: pl.DataFrame, dispositions: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Everybody under the law tried, with awards paid as it makes them due."""
    situation = _situated(of, tried.policy, tried.on)
    families = _classified(of, situation, coverage)
    adjusted = _adjusted(situation, before, families)
    return families, answered(adjusted, coverage, dispositions=dispositions, run="whatif").select(FLAG)


def _classified(of: Circumstances, situation: Situation, coverage: pl.DataFrame) -> pl.DataFrame:
    """Every family with its layer and what is due to it (`law_change.SIDE`), as far as registers answered."""
    families = classified(_accepted(situation, coverage), situation)
    offices = of.households.filter(pl.col("person_id") == pl.col("household_id")).select("household_id", "office")
    due = pl.coalesce("amount_month", "amount_at_least").fill_null(0)
    return families.with_columns(amount=due).join(offices, on="household_id", how="left").select(law_change.SIDE)


def _adjusted(situation: Situation, before: pl.DataFrame, after: pl.DataFrame) -> Situation:
    """Dibao awards as offices will pay them: more or less by what the change makes due, so that nobody counts as underpaid."""
    change = after.join(before, on="household_id").select(
        "household_id", benefit=pl.lit(DIBAO), by=pl.col("amount") - pl.col("amount_right")
    )
    paid = (pl.col("amount_month") + pl.col("by").fill_null(0)).clip(lower_bound=0)
    subjects = situation.subjects.join(change, on=["household_id", "benefit"], how="left", maintain_order="left")
    return replace(situation, subjects=subjects.with_columns(amount_month=paid).drop("by"))


def _accepted(situation: Situation, coverage: pl.DataFrame) -> pl.DataFrame:
    """The measures of all families; of those with dibao in payment what the office accepted where registers leave it open.

    Their income is what the office accepted, or what registers show if that is more; property in doubt did not bar them.
    """
    dibao = situation.subjects.filter((pl.col("benefit") == DIBAO) & pl.col("household_id").is_not_null())
    declared = dibao.group_by("household_id").agg(accepted=pl.col("declared_income_month").max())
    units = as_covered(measures(situation), coverage).join(declared, on="household_id", how="left")
    paid = pl.col("accepted").is_not_null()
    income = pl.max_horizontal("income", "accepted")
    return units.with_columns(
        income=pl.when(paid).then(income).otherwise("income"),
        income_at_most=pl.when(paid).then(income).otherwise("income_at_most"),
        property_barred=pl.when(paid).then(pl.col("property_barred").fill_null(False)).otherwise("property_barred"),
    ).drop("accepted")


def _groups(home: Path, lake: Lake, manifest: Mapping[str, Any], people: pl.DataFrame) -> list[dict[str, Any]]:
    protected = pl.read_parquet(home / "audit" / str(manifest["snapshot"]) / "protected.parquet")
    links, persons = (lake.table("links", str(manifest["link_run"]), table) for table in ("links", "persons"))
    return by_group(people, links, persons, protected, as_of=date.fromisoformat(str(manifest["as_of"])))


def _said(tried: Mapping[str, Any]) -> list[str]:
    changed = [f"{one['part']} {one['name']}: {one['kind']} from {one['from'] or 'the start'}" for one in tried["changes"]]
    return [one["says"] for one in tried["settings"]] + changed


def _units(cents: int) -> str:
    return f"{cents / 100:,.2f}"


def _ordered(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[dict[str, Any]]:
    """The rows with these columns, their money in whole units of the currency."""
    return [{name: _units(row[name]) if name.startswith("money_") else row[name] for name in columns} for row in rows]
