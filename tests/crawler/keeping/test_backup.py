"""A backup is whole or does not count, and what is restored from it is what was there."""

import json
import os
import random
import shutil
import subprocess
import time

import pytest

from crawler.keeping import archive, backup, inventory, recovery
from crawler.keeping.backup import MANIFEST, BackupError, DamagedBackupError, back_up, read_manifest, restore, verify
from crawler.keeping.lock import COPY, RESTORING, LockedError, hold_lock
from crawler.ledger import Ledger
from crawler.night import Night
from crawler.rebuild import rebuild
from pipelines.store import Store
from tests.crawler.keeping.test_rewrite import article, assert_sound, fill, held, listing
from tests.crawler.killing import folder_state, killed_at
from tests.newsroom.demo import crawl_environment, scrapy
from tests.newsroom.process import ROOT, running_newsroom
from tests.warm import run_scrapy


@pytest.fixture
def data(tmp_path):
    return fill(tmp_path / "data", [listing(1), article(1), article(2), listing(2), article(3)])


def archived(folder):
    return {path.name: path.read_bytes() for path in archive.files(folder / "archive")}


def urls(data):
    with Ledger(data / "crawl.db") as ledger:
        return [tuple(row) for row in ledger.db.execute("select * from urls order by url")]


def test_what_is_restored_is_what_was_there(data, tmp_path):
    made = back_up(data, tmp_path / "backup")
    assert verify(tmp_path / "backup") == made == read_manifest(tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "restored")
    assert archived(tmp_path / "restored") == archived(data)
    assert urls(tmp_path / "restored") == urls(data)
    assert not (tmp_path / "restored" / RESTORING).exists()


def test_only_what_is_new_or_longer_is_copied(data, tmp_path):
    target = tmp_path / "backup"
    before = {copy.name: copy for copy in back_up(data, target).copies}
    stamps = {copy.stored: (target / copy.stored).stat().st_ino for copy in before.values()}
    fill(data, [article(4), listing(5)])
    last = archive.files(data / "archive")[0]
    with Ledger(data / "crawl.db") as ledger:  # a file that grew
        position = archive.Position(last.name, 0, last.stat().st_size + 10)
        with last.open("ab") as file:
            file.write(b"0123456789tail that the ledger does not know")
        ledger.archive_grew(position)
    after = {copy.name: copy for copy in back_up(data, target).copies}
    for name, copy in after.items():
        if name == f"archive/{last.name}":
            assert copy.length == before[name].length + 10
            assert (target / copy.stored).read_bytes().endswith(b"0123456789")
            assert (target / copy.stored).stat().st_ino == stamps[copy.stored], "it was added to"
        elif name in before and name.startswith("archive/"):
            assert copy == before[name]
    assert len(after) > len(before)
    assert verify(target)
    assert {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()} == {
        MANIFEST, *(copy.stored for copy in after.values()),
    }  # fmt: skip


def test_a_file_that_was_written_anew_is_copied_anew(data, tmp_path, monkeypatch):
    back_up(data, tmp_path / "backup")
    monkeypatch.setenv("ILJARI_CLOCK", "2030-01-01T00:00+09:00")
    inventory.prune_lists(data, 10)
    back_up(data, tmp_path / "backup")
    verify(tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "restored")
    assert held(tmp_path / "restored") == ([article(number).url for number in (1, 2, 3)], [])
    assert_sound(tmp_path / "restored")
    left = b"".join(path.read_bytes() for path in (tmp_path / "backup").rglob("*.warc.gz*"))
    assert len(left) == sum(len(content) for content in archived(data).values()), "what was dropped is gone here too"


def test_a_killed_backup_leaves_the_one_before(data, tmp_path, monkeypatch):
    """At any line: the old state or the new one is restored, never a mixture."""
    target = tmp_path / "backup"
    back_up(data, target)
    old = archived(data)
    monkeypatch.setenv("ILJARI_CLOCK", "2030-01-01T00:00+09:00")
    inventory.prune_lists(data, 10)
    fill(data, [article(4)])
    new = archived(data)
    results = set()
    dice = random.Random(4)
    line = 0
    while line < 5000:
        copy = shutil.copytree(target, tmp_path / f"copy-{line}")
        hit = killed_at(line, ["crawler.keeping.backup"], lambda: back_up(data, copy))  # noqa: B023
        verify(copy)
        restore(copy, tmp_path / "restored")
        found = archived(tmp_path / "restored")
        assert found in (old, new)
        assert len(urls(tmp_path / "restored")) == 3 + (found == new)
        results.add(found == new)
        shutil.rmtree(tmp_path / "restored")
        back_up(data, copy)
        restore(copy, tmp_path / "restored")
        assert archived(tmp_path / "restored") == new
        for folder in (tmp_path / "restored", copy):
            shutil.rmtree(folder)
        if not hit:
            break
        line += dice.randint(1, 20)
    assert not hit
    assert results == {False, True}


def test_a_first_backup_that_was_killed_is_none(data, tmp_path):
    results = set()
    for line in range(0, 5000, 29):
        target = tmp_path / f"backup-{line}"
        hit = killed_at(line, ["crawler.keeping.backup"], lambda: back_up(data, target))  # noqa: B023
        whole = bool(json.loads((target / MANIFEST).read_text())["made"]) if (target / MANIFEST).exists() else False
        results.add(whole)
        if whole:
            verify(target)
        else:
            with pytest.raises(BackupError, match="holds no whole backup"):
                verify(target)
        back_up(data, target)
        verify(target)
        if not hit:
            break
    assert results == {False, True}


def test_a_restore_that_was_killed_is_no_data_folder_until_it_is_done_again(data, tmp_path):
    back_up(data, tmp_path / "backup")
    refused = 0
    for line in range(0, 5000, 13):
        target = tmp_path / f"restored-{line}"
        hit = killed_at(line, ["crawler.keeping.backup"], lambda: restore(tmp_path / "backup", target))  # noqa: B023
        if (target / RESTORING).exists():
            refused += 1
            with pytest.raises(OSError, match="was cut off"):
                hold_lock(target)
        else:
            assert not archived(target) or archived(target) == archived(data)
        if (hit and not archived(target)) or (target / RESTORING).exists():
            restore(tmp_path / "backup", target)
        assert archived(target) == archived(data)
        assert len(urls(target)) == 3
        if not hit:
            break
    assert refused > 2


def test_damage_is_found_and_mended(data, tmp_path):
    made = back_up(data, tmp_path / "backup")
    for copy in made.copies:
        path = tmp_path / "backup" / copy.stored
        whole = path.read_bytes()
        for broken in (whole[:-1], whole[:50] + bytes([whole[50] ^ 1]) + whole[51:], None):
            path.unlink()
            if broken is not None:
                path.write_bytes(broken)
            with pytest.raises(DamagedBackupError, match="is not what was copied"):
                verify(tmp_path / "backup")
            with pytest.raises(DamagedBackupError):
                restore(tmp_path / "backup", tmp_path / "restored")
            assert not (tmp_path / "restored").exists()
        back_up(data, tmp_path / "backup")
        made = verify(tmp_path / "backup")
        if copy.name in backup.DATABASES:
            path.unlink(missing_ok=True)
            break
    back_up(data, tmp_path / "backup")
    verify(tmp_path / "backup")


def test_what_could_be_lost_is_refused(data, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    for target, message in (
        (tmp_path / "full", "is not empty and no backup"),
        (data, "lies in the data folder"),
        (data / "backup", "lies in the data folder"),
    ):
        with pytest.raises(BackupError, match=message):
            back_up(data, target)
    assert folder_state(tmp_path / "full") == {"letter.txt": b"mine"}
    back_up(data, tmp_path / "backup")
    for target in (data, tmp_path / "full"):
        before = folder_state(target)
        with pytest.raises(BackupError, match="is not empty; name an empty data folder"):
            restore(tmp_path / "backup", target)
        assert folder_state(target) == before
    with pytest.raises(BackupError, match="holds no whole backup"):
        restore(tmp_path / "full", tmp_path / "restored")
    shutil.copytree(data / "archive", tmp_path / "only archive" / "archive")
    with pytest.raises(BackupError, match="is not empty and no backup"):
        back_up(data, tmp_path / "only archive")


def test_a_manifest_that_names_other_places_is_refused(data, tmp_path):
    back_up(data, tmp_path / "backup")
    path = tmp_path / "backup" / MANIFEST
    told = json.loads(path.read_text())
    for name in ("../escaped", "archive/../../escaped", "/tmp/escaped", "archive/sub/x"):
        told["copies"][0]["name"] = name
        path.write_text(json.dumps(told))
        with pytest.raises(BackupError, match="belongs to no data folder"):
            restore(tmp_path / "backup", tmp_path / "restored")
    for text in ("{", "[]", '{"made": "2020"}', '{"made": "2020", "copies": [1]}'):
        path.write_text(text)
        with pytest.raises(BackupError, match="cannot be read"):
            verify(tmp_path / "backup")


def test_not_two_at_once(data, tmp_path):
    with hold_lock(data, COPY), pytest.raises(LockedError):
        back_up(data, tmp_path / "backup")
    with hold_lock(data):
        back_up(data, tmp_path / "backup")


def test_a_record_behind_what_the_ledger_knows_waits_for_the_next_backup(data, tmp_path):
    (path, *_) = archive.files(data / "archive")
    whole = path.stat().st_size
    with path.open("ab") as file:
        file.write(b"half a record")
    back_up(data, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "restored")
    assert (tmp_path / "restored" / "archive" / path.name).stat().st_size == whole


def test_an_archive_without_its_ledger_is_copied_whole(data, tmp_path):
    (data / "crawl.db").unlink()
    back_up(data, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "restored")
    assert archived(tmp_path / "restored") == archived(data)
    with hold_lock(tmp_path / "restored"), Ledger(tmp_path / "restored" / "crawl.db") as ledger:
        recovery.take_in(tmp_path / "restored" / "archive", ledger)
    assert len(urls(tmp_path / "restored")) == 3


def test_an_archive_shorter_than_the_ledger_knows_makes_no_backup(data, tmp_path):
    back_up(data, tmp_path / "backup")
    before = read_manifest(tmp_path / "backup")
    (path, *_) = archive.files(data / "archive")
    os.truncate(path, 500)
    with pytest.raises(BackupError, match="shorter than it should be"):
        back_up(data, tmp_path / "backup")
    path.unlink()
    with pytest.raises(BackupError, match="cannot be copied"):
        back_up(data, tmp_path / "backup")
    assert verify(tmp_path / "backup") == before


def test_a_backup_made_while_a_night_is_on_is_a_state_that_there_was(tmp_path):
    """Restored, it is what a kill at that moment would have left: the next night goes on, a rebuild gives the same."""
    live, target = tmp_path / "live", tmp_path / "backup"
    only = ("--only", "fnnews,knnws")
    slow = {key: {"article_delay": 0.02} for key in ("fnnews", "knnws")}
    with running_newsroom(faults=slow) as newsroom:
        environment = crawl_environment(newsroom.url, live, ILJARI_ARCHIVE_FILE_MB="0")
        night = subprocess.Popen(
            scrapy("nightly", *only), cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )  # fmt: skip
        limit = time.monotonic() + 60
        while sum("view" in entry["url"] or "news/" in entry["url"] for entry in newsroom.log_entries()) < 15:
            assert time.monotonic() < limit
            assert night.poll() is None, night.communicate()
            time.sleep(0.02)
        assert night.poll() is None, "it ended too early"
        back_up(live, target)
        restore(target, tmp_path / "restored")
        said, errors = night.communicate(timeout=120)
        assert night.returncode == 0, said + errors
        with Store(live / "jobplans.db") as store:
            wanted = store.digests()
        Night(tmp_path / "restored").close()
        assert rebuild(tmp_path / "restored", 60, check=True).same
        again = run_scrapy(crawl_environment(newsroom.url, tmp_path / "restored"), "nightly", *only)
    assert again.returncode == 0, again.stdout + again.stderr
    with Store(tmp_path / "restored" / "jobplans.db") as store:
        assert store.digests() == wanted


def test_the_commands(demo, tmp_path):
    environment = crawl_environment("http://127.0.0.1:9", demo.data)
    restored = crawl_environment("http://127.0.0.1:9", tmp_path / "restored")
    target = str(tmp_path / "backup")
    for settings, arguments, code, words in (
        (environment, ("backup", target), 0, "backed up"),
        (environment, ("backup", "--verify", target), 0, "whole"),
        (restored, ("restore", target), 0, "restored into"),
        (restored, ("rebuild", "--check"), 0, "same content"),
        (restored, ("restore", target), 2, "is not empty"),
    ):
        done = run_scrapy(settings, *arguments)
        said = done.stdout + done.stderr
        assert done.returncode == code, said
        assert words in said
        assert "Traceback" not in said
    (path,) = (tmp_path / "backup" / "databases").glob("*crawl.db")
    os.truncate(path, 5000)
    done = run_scrapy(environment, "backup", "--verify", target)
    assert done.returncode == 1
    assert "crawl.db is not what was copied" in done.stderr
    assert len(done.stderr.splitlines()) == 1
