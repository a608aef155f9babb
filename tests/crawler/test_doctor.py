"""First aid: what is wrong is found and told in a sentence, whatever is broken, and nothing is changed."""

import gzip
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from scrapy.settings import Settings
from sqlite_utils import Database

from crawler import clock, doctor
from crawler.commands.doctor import as_table
from crawler.doctor import CHECKS, Diagnosis, Patient
from crawler.doctor.checks import diagnose
from crawler.doctor.environment import compare_packages
from crawler.doctor.variables import known_variables
from crawler.keeping import archive
from crawler.ledger import Ledger
from crawler.night import Night
from tests.newsroom.demo import ICOSE, crawl_environment
from tests.newsroom.process import ROOT
from tests.warm import run_scrapy

CONTACT = {"ILJARI_CONTACT": "https://iljari.kr/crawler"}
SLOW = ("kiwi", "packages")
"""Checks that take seconds and do not look at the data."""


def patient(data, *, deep=False, environment=(), **settings) -> Patient:
    made = Settings({"ILJARI_DATA": str(data), "ILJARI_ICOSE_URL": ICOSE, **settings}, priority="cmdline")
    made.setmodule("crawler.settings")
    return Patient(made, dict(environment), deep=deep)


def look(who, name):
    """What one check finds: (level, found, do) each."""
    (check,) = [check for check in CHECKS if check.name == name]
    return [(one.level, one.found, one.do) for one in diagnose(check, who)]


def one(who, name):
    """The one thing that a check finds."""
    (found,) = look(who, name)
    return found


def examine(who):
    """All quick checks."""
    return [one for check in CHECKS if check.name not in SLOW for one in diagnose(check, who)]


def problems(who):
    return {found.check: found.found for found in examine(who) if found.level == "problem"}


@pytest.fixture
def data(demo, tmp_path):
    """The data folder of a night of the newsroom, to be broken."""
    return shutil.copytree(demo.data, tmp_path / "data")


@pytest.fixture
def pretend(monkeypatch):
    """Set the project's clock to so long after the machine's."""

    def later(**ago):
        monkeypatch.delenv(clock.VARIABLE, raising=False)
        monkeypatch.setenv(clock.VARIABLE, (clock.now() + timedelta(**ago)).isoformat())

    return later


def change(data, *statements, database="crawl.db"):
    with closing(sqlite3.connect(data / database)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@contextmanager
def running(code, *arguments):
    """Another process, which has said that it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


# as a whole


def test_a_healthy_installation_has_no_problem_and_nothing_is_changed(data):
    before = contents(data)
    found = examine(patient(data, deep=True, **CONTACT))
    assert [one for one in found if one.level == "problem"] == []
    assert {one.check for one in found} == {check.name for check in CHECKS} - set(SLOW)
    assert contents(data) == before


def test_an_empty_machine_lacks_a_contact_only_and_stays_empty(tmp_path):
    assert set(problems(patient(tmp_path / "nosuch" / "data"))) == {"contact"}
    assert problems(patient(tmp_path / "nosuch" / "data", **CONTACT)) == {}
    assert list(tmp_path.iterdir()) == []


def garbage(path):
    path.write_bytes(b"this is no database " * 500)


def halved(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def overwritten(path):
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xa5" * 4096 * 4)


def emptied(path):
    path.write_bytes(b"")


@pytest.mark.parametrize("database", ["crawl.db", "jobplans.db"])
@pytest.mark.parametrize("break_", [garbage, halved, overwritten])
def test_a_broken_database_is_a_sentence_with_its_cure(data, database, break_):
    break_(data / database)
    who = patient(data, **CONTACT)
    wrong = {found.found: found.do for found in examine(who) if found.check == "whole" and found.level == "problem"}
    ((told, cure),) = wrong.items()
    assert told.startswith(f"{database} ")
    assert ("scrapy restore" if database == "crawl.db" else "scrapy rebuild") in cure
    assert all("cannot be checked" not in found.found for found in examine(who)), "no check fell over it"


def test_an_empty_database_is_one_that_is_not_migrated(data):
    emptied(data / "crawl.db")
    assert "crawl.db is of an older version" in look(patient(data), "schema")[0][1]
    assert one(patient(data), "last-night") == ("ok", "no night yet", None)


def test_a_full_disk_is_a_problem_and_all_else_is_still_looked_at(data, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    small = tmp_path / "small"
    small.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(small)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        shutil.copytree(data, small / "data")
        with (small / "filler").open("wb", buffering=0) as file, suppress(OSError):
            for _ in range(1000):
                file.write(b"\0" * 4096)
        before = contents(small / "data")
        told = problems(patient(small / "data", **CONTACT))
        assert set(told) == {"data-folder", "disk"}
        assert "No space left on device" in told["data-folder"]
        assert "fewer than ILJARI_FREE_MB=500" in told["disk"]
        assert contents(small / "data") == before
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


STRANGER = """
import json, os, sys
from tests.crawler.test_doctor import SLOW, CHECKS, CONTACT, diagnose, patient
os.setuid(65534)
who = patient(sys.argv[1], **CONTACT)
looked = [check for check in CHECKS if check.name not in (*SLOW, "corrections", "numbers", "spiders", "published")]
print(json.dumps([(one.check, one.level, one.found, one.do) for check in looked for one in diagnose(check, who)]))
"""


@pytest.mark.parametrize("closed", ["crawl.db", "archive", ""])
def test_a_user_who_may_not_read_is_not_told_that_it_is_damaged(demo, closed):
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)
        data = shutil.copytree(demo.data, Path(parent) / "data")
        data.chmod(0o755)
        (data / closed).chmod(0o700)
        done = subprocess.run(
            [sys.executable, "-c", STRANGER, data], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {check for check, level, _, _ in told if level == "problem"} == {"data-folder"}
    assert all("restore" not in (do or "") and "Error" not in found for _, _, found, do in told)


# locks and logs

NIGHT = """
import sys, time
from pathlib import Path
from crawler.night import Night
night = Night(Path(sys.argv[1]), newsroom=True)
print("ready", flush=True)
time.sleep(60)
"""
WRITER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(f"pragma journal_mode={sys.argv[2]}")
connection.execute("begin exclusive")
connection.execute("create table held (x)")
print("ready", flush=True)
time.sleep(60)
"""


def test_while_a_night_is_on_all_is_well(data):
    with running(NIGHT, data) as night:
        before = contents(data)
        who = patient(data, **CONTACT)
        assert problems(who) == {}
        (level, told, _) = one(who, "locks")
        assert level == "ok"
        assert f"(process {night.pid} on" in told
        assert one(who, "last-night")[1].endswith("is on")
        assert {name: content for name, content in contents(data).items() if name.suffix != ".db-shm"} == {
            name: content for name, content in before.items() if name.suffix != ".db-shm"
        }


def test_a_night_that_was_killed_is_told_with_what_it_left(data, pretend):
    with running(NIGHT, data) as night:
        night.send_signal(signal.SIGKILL)
        night.wait()
    who = patient(data, **CONTACT)
    assert "died at its work" in one(who, "locks")[1]
    level, told, do = one(who, "last-night")
    assert (level, "was killed" in told, "scrapy nightly" in do) == ("problem", True, True)
    Night(data).close()
    assert "2" not in one(patient(data, **CONTACT), "locks")[1]
    assert "1 of the 2 nights before did not come to their end" in one(patient(data), "nights-before")[1]


def test_a_database_that_is_locked_names_who_locks_it(data):
    with running(WRITER, data / "jobplans.db", "delete") as writer:
        who = patient(data, **CONTACT)
        told = problems(who)
        assert told["whole"].startswith("jobplans.db is locked by `")
        assert f"process {writer.pid}" in told["whole"]
        assert f"process {writer.pid}" in told["locks"]
        assert "database is locked" in told["published"]


def test_a_writer_beside_the_runs_is_told(data):
    with running(WRITER, data / "crawl.db", "wal") as writer:
        told = problems(patient(data, **CONTACT))
        assert set(told) == {"locks"}
        assert "crawl.db is being written to by `" in told["locks"]
        assert f"process {writer.pid}" in told["locks"]


def test_a_restore_that_was_cut_off_is_told(data):
    (data / "restoring").touch()
    assert "scrapy restore" in look(patient(data), "locks")[0][2]


# databases


def test_older_and_newer_schemas_are_told_apart(data):
    change(data, "delete from _sqlite_migrations where name = 'create_standings'", "drop table standings")
    change(
        data, "insert into _sqlite_migrations (migration_set, name, applied_at) values ('jobplans', 'of_tomorrow', '')",
        database="jobplans.db",
    )  # fmt: skip
    older, newer = look(patient(data), "schema")
    assert (older[0], "crawl.db is of an older version" in older[1]) == ("advice", True)
    assert (newer[0], "of_tomorrow" in newer[1], newer[2]) == ("problem", True, "git pull")
    assert one(patient(data), "outlets")[0] == "ok"


def test_rows_that_point_nowhere_are_told(data):
    change(data, "pragma foreign_keys=off", "delete from runs")
    assert "crawl.db has rows that point nowhere" in problems(patient(data, **CONTACT))["whole"]


def test_what_strangers_can_read_is_told(data):
    (data / "crawl.db").chmod(0o644)
    (data / "archive").chmod(0o755)
    data.chmod(0o755)
    level, told, do = one(patient(data), "privacy")
    assert (level, "crawl.db archive" in told) == ("advice", True)
    subprocess.run(do, shell=True, check=True)
    assert one(patient(data), "privacy")[0] == "ok"
    (data / "crawl.db").chmod(0o644)
    data.chmod(0o750)
    assert one(patient(data), "privacy")[0] == "ok"


# archive


def newest(data):
    return archive.files(data / "archive")[-1]


def test_a_torn_tail_is_left_to_the_next_night(data):
    with newest(data).open("ab") as file:
        file.write(newest(data).read_bytes()[:100])
    assert [found[0] for found in look(patient(data), "files")] == ["advice", "ok"]
    level, told, do = one(patient(data), "newest")
    assert (level, "100 bytes of a record" in told, do) == ("advice", True, "scrapy nightly")


def test_damage_in_the_middle_is_found_by_the_deep_look(data):
    content = bytearray(newest(data).read_bytes())
    content[len(content) // 2] ^= 0xFF
    newest(data).write_bytes(content)
    assert one(patient(data), "records")[0] == "ok"
    level, told, do = one(patient(data, deep=True), "records")
    assert (level, "is damaged at byte" in told, "scrapy restore" in do) == ("problem", True, True)


def test_a_payload_that_is_not_what_its_digest_says_is_found(data):
    path = newest(data)
    whole = bytearray(gzip.decompress(path.read_bytes()))
    whole[whole.index(b"\x1f\x8b\x08") + 4] ^= 1  # the time in the head of a body that came gzipped
    members = [gzip.compress(b"WARC/1.1" + part) for part in bytes(whole).split(b"WARC/1.1")[1:]]
    path.write_bytes(b"".join(members))
    change(data, "update urls set warc_file = null")
    assert "its bytes are not what its digest says" in one(patient(data, deep=True), "records")[1]


def test_files_that_are_cut_or_missing_are_told(data):
    path = newest(data)
    path.write_bytes(path.read_bytes()[:-10])
    assert f"cut off: {path.name} has" in one(patient(data), "files")[1]
    path.unlink()
    assert one(patient(data), "files")[1] == f"{path.name} missing from the archive"
    assert one(patient(data), "newest")[0] == "ok"


def test_positions_that_lead_to_another_article_are_found(data):
    with closing(sqlite3.connect(data / "crawl.db")) as connection:
        (first, one_), (second, other) = connection.execute(
            "select url, warc_offset from urls where warc_offset is not null order by warc_offset limit 2"
        ).fetchall()
    change(
        data, f"update urls set warc_offset = {other} where url = '{first}'",
        f"update urls set warc_offset = {one_ + 1} where url = '{second}'",
    )  # fmt: skip
    level, told, _ = one(patient(data, deep=True), "records")
    assert level == "problem"
    assert f"where the ledger has {first}" in told
    assert "begins no record" in told


def test_a_takedown_that_left_something_is_told(data):
    with Ledger(data / "crawl.db") as ledger:
        (url, *_) = ledger.db.conn.execute("select url from urls where state = 'fetched'").fetchone()
        ledger.take_down(url, "asked")
    assert "something of it is left" in one(patient(data), "takedowns")[1]
    with Ledger(data / "crawl.db") as ledger:
        ledger.finish_takedowns()
    assert one(patient(data), "takedowns")[0] == "ok"
    told = [found for level, found, _ in look(patient(data, deep=True), "records") if level == "problem"]
    assert told == [f"{url} was taken down, and something of it is left"]


def test_what_killed_commands_left_is_told(data):
    (data / "rebuild-x").mkdir()
    (data / "rebuild-x" / "jobplans.db").write_bytes(b"\0" * 100_000)
    newest(data).with_name(f"{newest(data).name}.new").touch()
    rebuild, rewriting = look(patient(data), "leftovers")
    assert "left 0.1 MB in rebuild-x" in rebuild[1]
    assert "a rewriting of the archive was cut off" in rewriting[1]


# runs and outlets


def test_a_night_that_did_not_come_is_told(data, pretend):
    pretend(hours=20)
    assert one(patient(data), "last-night")[0] == "ok"
    pretend(hours=50)
    level, told, do = look(patient(data), "last-night")[0]
    assert (level, "hours ago: is it scheduled?" in told) == ("problem", True)
    assert "crontab -l" in do


@pytest.mark.parametrize(
    ("state", "outlets", "level", "said"),
    [
        ("stopped", "'stopped' where outlet = 'asiae'", "problem", "was stopped before its end (asiae: so it is)"),
        ("unhealthy", "'failed' where outlet = 'asiae'", "advice", "ended unhealthy (asiae: so it is)"),
        ("unhealthy", "'failed'", "problem", "no outlet was crawled well"),
        ("ok", "'paused' where outlet = 'asiae'", "ok", "went well, with 4 outlets"),
    ],
)
def test_how_the_last_night_ended_is_told_by_its_outlets(data, state, outlets, level, said):
    change(data, f"update runs set state = '{state}'", f"update run_outlets set reason = 'so it is', state = {outlets}")
    found = one(patient(data), "last-night")
    assert found[0] == level
    assert said in found[1]


def test_whether_anybody_hears_of_a_night_is_told(data):
    who = patient(data, ILJARI_NEWSROOM="", ILJARI_SLACK_WEBHOOK="junk", ILJARI_PING_URL="https://ping.example.org/1")
    (level, mistake, do), *rest = look(who, "alerts")
    assert (level, do) == ("problem", "scrapy alerts")
    assert mistake.startswith("slack: ILJARI_SLACK_WEBHOOK")
    assert rest == [("ok", "set: ping", None)]
    level, told, _ = one(patient(data, ILJARI_NEWSROOM=""), "alerts")
    assert (level, told) == ("advice", "nobody hears of a night: no channel is set")


@pytest.mark.parametrize(
    ("setting", "value"),
    [("ILJARI_LOG_MB", "ten"), ("ILJARI_LOGS_KEPT", "0"), ("ILJARI_AT", "25:00"), ("ILJARI_ZONE", "KST")],
)
def test_a_setting_that_cannot_be_read_is_a_problem(data, setting, value):
    level, told, _ = one(patient(data, **{setting: value}), "numbers")
    assert (level, setting in told) == ("problem", True)


def test_a_later_crawl_of_one_outlet_hides_nothing_of_the_night(data):
    with closing(Database(data / "crawl.db")) as ledger:
        (night,) = ledger["runs"].rows
        (part,) = ledger["run_outlets"].rows_where("outlet = 'knnws'")
        later = {"run": "21000101T000000-1"}
        ledger["runs"].insert(night | {"id": later["run"], "kind": "crawl"})
        ledger["run_outlets"].insert(part | later)
        ledger["run_checks"].delete_where()
        said = {"monitor": "host", "level": "error", "since": "2020-03-31", "cause": "", "ko": "", "en": "so it is"}
        ledger["run_checks"].insert(said | {"run": night["id"], "outlet": "fnnews", "change": "new"})
        ledger["run_checks"].insert(said | later | {"outlet": "knnws", "change": "recovered"})
    assert one(patient(data), "monitors") == ("advice", "fnnews: so it is", None)


def test_a_night_lies_before_however_many_other_runs(data):
    change(data, "update runs set state = 'stopped'")
    with Ledger(data / "crawl.db") as ledger:
        for _ in range(25):
            ledger.open_run("1", kind="crawl")
    level, told, _ = one(patient(data), "last-night")
    assert (level, "was stopped before its end" in told) == ("problem", True)


def test_what_the_monitors_said_of_the_last_night_is_told(data):
    change(data, "delete from run_checks")
    assert one(patient(data), "monitors") == ("ok", "they are content", None)
    row = "select id, 'asiae', '{}', 'error', '{}', '2026-01-01', 'x', 'ko', 'so it is' from runs"
    columns = "(run, outlet, monitor, level, change, since, cause, ko, en)"
    for monitor, changed in (("a", "new"), ("b", "recovered")):
        change(data, f"insert into run_checks {columns} {row.format(monitor, changed)}")
    assert one(patient(data), "monitors") == ("advice", "asiae: so it is", None)


def test_outlets_that_are_left_out_are_told_with_how_they_come_back(data, pretend):
    change(
        data, "insert or replace into standings (outlet, score, suspensions, paused_since, paused_reason)"
        " values ('asiae', 0, 0, '2026-01-01T00:00:00+09:00', 'asked to')",
    )  # fmt: skip
    level, told, do = one(patient(data), "outlets")
    assert (level, do) == ("advice", "scrapy outlets resume asiae")
    assert told == "asiae: paused since 2026-01-01: asked to"


def test_spiders_that_do_not_load_are_told_and_the_others_looked_at(tmp_path, monkeypatch):
    package = tmp_path / "my_spiders"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "broken.py").write_text("def (")
    head = (
        "from crawler.cms.newsbuilder import NewsbuilderSpider\n\n\nclass A(NewsbuilderSpider):\n    name = 'paper'\n"
    )
    (package / "lacking.py").write_text(head)
    data = "    outlet = '신문'\n    domain = 'a.kr'\n    base = 'http://a.kr'\n"
    (package / "one.py").write_text(head + data)
    (package / "two.py").write_text(head + data)
    monkeypatch.syspath_prepend(tmp_path)
    found = look(patient(tmp_path, SPIDER_MODULES=["my_spiders"]), "spiders")
    told = "\n".join(one[1] for one in found)
    assert "my_spiders.broken cannot be loaded: SyntaxError" in told
    assert "my_spiders.lacking: A lacks `outlet`" in told.replace(
        "my_spiders.lacking: my_spiders.lacking: ", "my_spiders.lacking: "
    )
    assert "my_spiders.two and my_spiders.one are both named paper" in told
    assert found[-1][1] == "1 load: paper"


# settings and machine


def test_a_variable_that_nobody_reads_is_told_with_the_one_that_is_meant(tmp_path):
    given = {"ILJARI_CONTCAT": "secret", "ILJARI_DATA": "x", "PATH": ""}
    level, told, _ = one(patient(tmp_path, environment=given), "variables")
    assert (level, told) == ("problem", "ILJARI_CONTCAT is set, which nobody reads; is ILJARI_CONTACT meant?")
    assert {"ILJARI_DATA", "ILJARI_CONTACT", "ILJARI_CLOCK", "ILJARI_LOG_LEVEL"} <= known_variables()


@pytest.mark.parametrize(
    ("contact", "level"),
    [
        ("https://iljari.kr/about", "ok"), ("desk@iljari.kr", "ok"), ("mailto:desk@iljari.kr", "ok"),
        ("https://example.org/about", "advice"), ("me@example.com", "advice"),
        ("me", "problem"), ("iljari.kr", "problem"), ("https://localhost/", "problem"), ("http://10.0.0.1/", "problem"),
        ("desk@", "problem"), ("https://일자리.kr/", "problem"), ("a@b.kr\r\nX: y", "problem"), ("  ", "problem"),
    ],
)  # fmt: skip
def test_a_contact_is_one_that_outlets_can_reach(tmp_path, contact, level):
    assert one(patient(tmp_path, ILJARI_CONTACT=contact), "contact")[0] == level


def test_numbers_that_are_none_are_told(tmp_path):
    who = patient(tmp_path, ILJARI_FREE_MB="much", ILJARI_RETRY_WAIT="-1", ILJARI_LONGEST_WAIT="nan", LOG_LEVEL="loud")
    told = [found[1] for found in look(who, "numbers")]
    assert told == [
        "ILJARI_FREE_MB='much' is no whole number of megabytes", "ILJARI_RETRY_WAIT='-1' is no number of seconds",
        "ILJARI_LONGEST_WAIT='nan' is no number of seconds", "ILJARI_LOG_LEVEL='loud' is no level",
    ]  # fmt: skip


def test_a_number_that_is_none_keeps_a_night_from_beginning_with_one_line(tmp_path):
    environment = crawl_environment("http://127.0.0.1:9", tmp_path, ILJARI_PROGRESS_SECONDS="soon")
    done = run_scrapy(environment, "nightly")
    assert (done.returncode, done.stderr) == (2, "iljari: ILJARI_PROGRESS_SECONDS='soon' is no number of seconds\n")


@pytest.mark.parametrize(
    ("told", "said"),
    [("", "ILJARI_DATA is empty"), ("~/data", "which no shell has replaced"), ("{file}", "is a file")],
)
def test_a_data_folder_that_can_be_none_is_told(tmp_path, told, said):
    (tmp_path / "file").touch()
    level, found, _ = one(patient(told.format(file=tmp_path / "file")), "data-folder")
    assert (level, said in found) == ("problem", True)


def test_sample_articles_among_real_ones_are_told(data):
    assert one(patient(data), "newsroom")[0] == "advice"
    assert one(patient(data, ILJARI_NEWSROOM="http://127.0.0.1:9"), "newsroom")[0] == "advice"
    assert one(patient(data, ILJARI_NEWSROOM="http://192.0.2.1"), "newsroom")[0] == "problem"
    change(data, "insert into runs (id, started, state, version) select 'real', started, state, version from runs")
    assert "1 run of the newsroom and 1 of the press" in one(patient(data), "newsroom")[1]
    change(data, "update runs set newsroom = 0")
    assert one(patient(data), "newsroom")[0] == "ok"
    assert one(patient(data, ILJARI_NEWSROOM="http://127.0.0.1:9"), "newsroom")[0] == "problem"


def test_a_clock_that_went_back_or_far_ahead_is_told(data, pretend):
    assert one(patient(data), "clock")[0] == "ok"
    pretend(days=-3)
    level, told, do = one(patient(data), "clock")
    assert (level, "the clock went back" in told, do) == ("problem", True, "timedatectl set-ntp true")
    pretend(days=400)
    assert one(patient(data), "clock")[0] == "advice"


def test_a_clock_that_is_set_by_hand_is_told(tmp_path, data, monkeypatch):
    monkeypatch.setenv(clock.VARIABLE, "2020-01-01T00:00")
    who = patient(tmp_path, environment=os.environ)
    assert look(who, "clock")[0][2] == "unset ILJARI_CLOCK"
    monkeypatch.setenv(clock.VARIABLE, "yesterday")
    assert "write e.g. 2020-03-31T03:00+09:00" in one(patient(tmp_path, environment=os.environ), "clock")[1]
    assert one(patient(data), "last-night") == ("advice", "not checked: the clock cannot be read", None)


@pytest.mark.parametrize(
    ("zone", "level"), [("Asia/Seoul", "ok"), ("Asia/Seol", "advice"), ("KST-9", "ok"), ("", "ok")]
)
def test_a_time_zone_that_is_none_is_told(tmp_path, zone, level):
    assert one(patient(tmp_path, environment={"TZ": zone}), "time-zone")[0] == level


@pytest.mark.parametrize(("nights", "level"), [(1000, "ok"), (10, "advice"), (1, "problem")])
def test_how_many_nights_the_disk_lasts_is_told(tmp_path, nights, level):
    (tmp_path / "archive").mkdir()
    with (tmp_path / "archive" / archive.file_name("20260101T030000-1", 1)).open("wb") as file:
        file.truncate(int(shutil.disk_usage(tmp_path).free / (nights + 0.5)))  # sparse
    found = one(patient(tmp_path, ILJARI_FREE_MB="0"), "disk")
    assert (found[0], f"for {nights:,} nights" in found[1]) == (level, True)


def test_packages_are_held_against_the_pins(tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        "scrapy==1.0 \\\n    --hash=sha256:00\n    # via iljari\nnosuch-package==1 \\\n    --hash=sha256:00\n"
        "colorama==9 ; sys_platform == 'win32' \\\n    --hash=sha256:00\n"
    )
    missing, differing = compare_packages(lock)
    assert (missing.level, missing.found) == (
        "problem",
        "nosuch-package missing of the 2 packages of requirements.lock",
    )
    assert (differing.level, differing.found[:45]) == ("advice", "other versions than were tested: scrapy 2.19.")


# the command


def test_the_command_tells_all_in_a_table_or_as_json(demo):
    environment = crawl_environment("", demo.data, ILJARI_RETRY_WAIT="soon", **CONTACT)
    done = run_scrapy(environment, "doctor", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["problems"], done.stderr) == (1, 1, "")
    levels = {found["check"]: found["level"] for found in told["findings"]}
    assert set(levels) == {check.name for check in doctor.CHECKS}
    assert (levels["numbers"], levels["kiwi"]) == ("problem", "ok")
    found = [Diagnosis(**one) for one in told["findings"]]
    lines = as_table(found, Counter(one.level for one in found)).splitlines()
    at = next(
        at for at, line in enumerate(lines) if "PROBLEM 문제  ILJARI_RETRY_WAIT='soon' is no number of seconds" in line
    )
    assert "→ unset ILJARI_RETRY_WAIT" in lines[at + 1]
    assert lines[-1].startswith("1 problem, ")
    assert "문제 1건" in lines[-1]
