"""Which law a home applies: the sample until two people have published another set; and what a run then says of itself."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from targeting import cli
from targeting.cases import accounts
from targeting.cases.codes import Role
from targeting.cases.columns import new_id
from targeting.cases.records import Actor
from targeting.cases.schema import User
from targeting.cases.store import Store
from targeting.dates import now
from targeting.errors import Conflict, InvalidInput, Misconfigured, NotFound
from targeting.jobs import policies, run
from targeting.jobs.lake import Lake
from targeting.settings import Settings, load
from targeting.specs.parameter_sets import ParameterSet, of_files, shipped

pytestmark = pytest.mark.slow

QINGHE = "cn-qinghe-sample"


def people(store: Store) -> tuple[Actor, Actor]:
    """A data scientist who proposes and a supervisor who approves."""
    named = []
    with store.writing(actor=None, at=now()) as unit:
        for login, role in (("zhou", Role.DATA_SCIENTIST), ("zhao", Role.SUPERVISOR)):
            user = User(
                id=new_id(unit.at), login=login, name=login.title(), role=role.value, county_wide=True,
                password_hash=None, active=True, failed_sign_ins=0, locked_until=None, created_at=unit.at,
            )  # fmt: skip
            unit.add(user)
            named.append(Actor(user.id, login, user.name, role, None))
    return named[0], named[1]


def published(
    settings: Settings, store: Store, proposed: ParameterSet, *, past_reason: str = "", by: tuple[Actor, Actor] | None = None
) -> str:
    proposer, approver = by or people(store)
    made = policies.propose(settings, store, proposed, note="Notice of November", past_reason=past_reason, actor=proposer)
    return policies.approve(settings, store, sha256=made.sha256[:12], actor=approver).sha256


def as_law(sample: ParameterSet) -> ParameterSet:
    """The sample as a locality would publish it: every value confirmed by somebody."""
    on_a_line = (b'\nstatus = "sample"', b'\nstatus = "in_force"\nby = "Zhou"')
    within = (b'status = "sample"', b'status = "in_force", by = "Zhou"')
    files = {name: content.replace(*on_a_line).replace(*within) for name, content in sample.files.items()}
    return of_files(files, sample.jurisdiction)


def raised(cents: int = 86000) -> ParameterSet:
    sample = shipped(QINGHE)
    name = f"{QINGHE}/parameters"
    return of_files({**sample.files, name: sample.files[name].replace(b"value = 78000", f"value = {cents}".encode())}, QINGHE)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def test_a_fresh_home_applies_the_sample_and_says_so(settings: Settings) -> None:
    law = run.law(settings)
    assert not settings.home.exists()
    standing = law.standing(date(2026, 10, 31))
    assert (standing["published"], standing["sample"]) == (False, True)
    assert policies.said(standing).startswith("sample rules, not law (cn-qinghe-sample ")


def test_published_values_that_are_all_in_force_are_law(settings: Settings) -> None:
    with run.opened_store(settings) as store:
        published(settings, store, as_law(shipped(QINGHE)))
        law = policies.law_in_use(settings, store)
    standing = law.standing(date(2026, 10, 31))
    assert (standing["published"], standing["sample"], standing["values_not_in_force"]) == (True, False, 0)
    assert policies.said(standing) == f"published parameter set {QINGHE} {law.set.sha256[:12]}"


def test_a_published_set_with_a_value_that_is_a_sample_is_still_a_sample(settings: Settings) -> None:
    with run.opened_store(settings) as store:
        published(settings, store, raised(), past_reason="The notice came late.")
        law = policies.law_in_use(settings, store)
    assert law.policy.on(date(2026, 10, 31)).whole("dibao.standard") == 86000
    assert law.standing(date(2026, 10, 31))["sample"]


def test_the_past_is_changed_with_a_reason_only_and_both_versions_stay(settings: Settings) -> None:
    with run.opened_store(settings) as store:
        proposer, _ = people(store)
        with pytest.raises(InvalidInput, match="days that have passed"):
            policies.propose(settings, store, raised(), note="Raised", actor=proposer)
        assert not (settings.home / "policies").exists()
    with run.opened_store(Settings(home=settings.home / "other")) as store:
        other = Settings(home=settings.home / "other")
        both = people(store)
        first = published(other, store, raised(), past_reason="Late", by=both)
        second = published(other, store, raised(90000), past_reason="Late", by=both)
        assert sorted(path.name for path in (other.home / "policies" / QINGHE).iterdir()) == sorted([first[:12], second[:12]])
        assert policies.set_of(other, first).policy.on(date(2026, 1, 1)).whole("dibao.standard") == 86000
        states = {row["set"]: row["state"] for row in policies.overview(other, store)["sets"]}
    assert states == {first[:12]: "replaced", second[:12]: "in_use"}


def test_files_changed_after_the_proposal_are_not_approved_and_after_approval_not_applied(settings: Settings) -> None:
    with run.opened_store(settings) as store:
        proposer, approver = people(store)
        made = policies.propose(settings, store, as_law(shipped(QINGHE)), note="n", actor=proposer)
        file = policies.folder_of(settings, made.sha256) / QINGHE / "parameters.toml"
        good = file.read_bytes()
        file.write_bytes(good.replace(b"value = 78000", b"value = 99000"))
        with pytest.raises(Conflict, match="have changed since"):
            policies.approve(settings, store, sha256=made.sha256, actor=approver)
        file.write_bytes(good)
        policies.approve(settings, store, sha256=made.sha256, actor=approver)
        file.write_bytes(good.replace(b"value = 78000", b"value = 99000"))
        with pytest.raises(Misconfigured, match="are not those that were approved"):
            policies.law_in_use(settings, store)
        shutil.rmtree(settings.home / "policies")
        with pytest.raises(Misconfigured, match="cannot be read"):
            policies.law_in_use(settings, store)


def test_a_set_with_faults_or_without_a_change_is_not_proposed(settings: Settings) -> None:
    sample = shipped(QINGHE)
    name = f"{QINGHE}/parameters"
    wrong = of_files(
        {**sample.files, name: sample.files[name].replace(b'document = "QH-RULES"', b'document = "NOWHERE"')}, QINGHE
    )
    with run.opened_store(settings) as store:
        proposer, _ = people(store)
        with pytest.raises(InvalidInput) as told:
            policies.propose(settings, store, wrong, note="n", actor=proposer)
        assert len(told.value.faults) > 5
        with pytest.raises(Conflict, match="changes nothing"):
            policies.propose(settings, store, sample, note="n", actor=proposer)
        with pytest.raises(NotFound):
            policies.approve(settings, store, sha256="123456", actor=proposer)


def test_the_next_run_applies_what_was_published_and_the_same_key_gives_the_same_bytes(small_home: Path, tmp_path: Path) -> None:
    homes = [Path(shutil.copytree(small_home, tmp_path / name)) for name in ("one", "two")]
    runs = []
    for home in homes:
        settings = Settings(home=home)
        with run.opened_store(settings) as store:
            sha256 = published(settings, store, raised(), past_reason="Late")
        before = Lake(home).newest("runs")
        done = run.rescreen(settings)
        assert done["run"] != before
        manifest = Lake(home).manifest("runs", done["run"])
        assert manifest["law"]["sha256"] == manifest["declarations"]["policy"] == sha256
        assert (manifest["law"]["published"], Lake(home).manifest("runs", before)["law"]["published"]) == (True, False)
        runs.append(done["run"])
    assert runs[0] == runs[1]
    for table in ("findings", "referrals", "households"):
        first, second = (Lake(home).folder("runs", runs[0]) / f"{table}.parquet" for home in homes)
        assert first.read_bytes() == second.read_bytes()


def test_the_jurisdiction_is_a_setting_of_the_command_line_the_environment_or_the_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TARGETING_JURISDICTION", raising=False)
    assert load(tmp_path).jurisdiction == QINGHE
    (tmp_path / "settings.toml").write_text('jurisdiction = "from-the-home"\nmode = "production"\n', "utf-8")
    assert (load(tmp_path).jurisdiction, load(tmp_path).mode) == ("from-the-home", "production")
    monkeypatch.setenv("TARGETING_JURISDICTION", "from-the-environment")
    assert load(tmp_path).jurisdiction == "from-the-environment"
    assert load(tmp_path, jurisdiction="from-the-command-line").jurisdiction == "from-the-command-line"
    with pytest.raises(Misconfigured, match="none is declared"):
        run.law(load(tmp_path))


@pytest.mark.parametrize("text", ['mode = "productoin"', "colour = 1", "home = 'x'", "= 1"])
def test_a_setting_that_cannot_be_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.toml").write_text(text, "utf-8")
    with pytest.raises(Misconfigured):
        load(tmp_path)


def test_the_command_line_proposes_approves_and_lists(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with run.opened_store(settings) as store:
        for login in ("zhao", "qian"):
            accounts.create_user(
                store, login=login, name=login.title(), password="a passphrase", role=Role.SUPERVISOR, county_wide=True, at=now()
            )
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "a passphrase")
    as_law(shipped(QINGHE)).write(tmp_path / "draft")

    def targeting(*arguments: str) -> tuple[object, str]:
        monkeypatch.setattr("sys.argv", ["targeting", "policies", *arguments, "--home", str(settings.home)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out + said.err

    sha256 = as_law(shipped(QINGHE)).sha256
    code, said = targeting("propose", str(tmp_path / "draft"), "--as", "zhao", "--note", "All values confirmed")
    assert (code, sha256 in said, "a second person" in said) == (0, True, True), said
    code, said = targeting("approve", sha256[:8], "--as", "zhao")
    assert (code, "Who proposed a set may not approve it" in said) == (2, True)
    assert targeting("approve", sha256[:8], "--as", "qian")[0] == 0
    assert f"published parameter set {QINGHE} {sha256[:12]}" in targeting("list")[1]
    assert "dibao.standard" in targeting("show", "--to", str(tmp_path / "copy"))[1]
    assert (tmp_path / "copy" / QINGHE / "parameters.toml").exists()
    assert sha256 in targeting("diff", sha256[:8])[1]
