"""The reader's process: bounded in time, started anew after a crash, never outliving its parent."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from crawler.worker import ReadError, Worker
from tests.newsroom.process import ROOT
from tests.readings import page

BODY = (
    "<html><title>부평구 소식</title><body><div id='viewContent'><p>구청 앞마당에 꽃이 피었다.</p></div></body></html>"
)
SECONDS = 20


def readers(parent):
    """Pids of the reading processes of a process."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if int(stat[1]) == parent and stat[0] != "Z" and b"spawn_main" in command:
                found.append(int(entry.name))
    return found


def wait_for(condition, seconds=SECONDS):
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if found := condition():
            return found
        time.sleep(0.02)
    return None


@pytest.fixture
def worker():
    made = Worker(SECONDS)
    yield made
    made.close()
    assert readers(os.getpid()) == []


def article(number=1):
    return page(number, body=BODY.encode())


def test_pages_are_read_beside_us_in_one_process_and_come_back_in_order(worker):
    futures = [worker.submit(article(number)) for number in range(5)]
    readings = [future.result() for future in futures]
    assert [reading.page for reading in readings] == [article(number) for number in range(5)]
    assert not any(reading.plan.relevant for reading in readings)
    assert len(readers(os.getpid())) == 1


def test_reading_does_not_block(worker):
    async def both():
        beats = 0
        task = asyncio.create_task(worker.read(article()))
        while not task.done():
            await asyncio.sleep(0.01)
            beats += 1
        return await task, beats

    reading, beats = asyncio.run(both())
    assert reading.page == article()
    assert beats > 3


def test_a_page_that_takes_too_long_is_given_up_and_the_next_is_read(worker):
    worker.timeout = 0.05
    with pytest.raises(ReadError, match=r"^reading took longer than 0\.05 s$"):
        worker.submit(page(1, body=BODY.encode() * 20_000)).result()
    worker.timeout = SECONDS
    assert worker.submit(article(2)).result().page == article(2)


def busy(worker, number):
    """A page that lies with the process, and the process, which is stopped."""
    (reader,) = readers(os.getpid())
    os.kill(reader, signal.SIGSTOP)
    future = worker.submit(article(number))
    time.sleep(0.2)
    return future, reader


def test_a_page_over_which_the_process_dies_is_read_by_another(worker):
    worker.submit(article(1)).result()
    future, reader = busy(worker, 2)
    os.kill(reader, signal.SIGKILL)
    assert future.result().page == article(2)
    assert readers(os.getpid()) != [reader]


def test_a_page_over_which_two_processes_die_is_given_up_and_the_next_is_read(worker):
    worker.submit(article(1)).result()
    future, first = busy(worker, 2)
    following = [worker.submit(page(number, body=BODY.encode() * 500)) for number in (3, 4, 5)]
    os.kill(first, signal.SIGKILL)
    second = wait_for(lambda: [reader for reader in readers(os.getpid()) if reader != first])[0]
    os.kill(second, signal.SIGKILL)
    with pytest.raises(ReadError, match=r"^the reader's process died \(exit code -9\)$"):
        future.result()
    assert [each.result(SECONDS).page.url for each in following] == [page(number).url for number in (3, 4, 5)]


def test_a_process_that_dies_with_nothing_in_hand_costs_no_page(worker):
    worker.submit(article(1)).result()
    os.kill(readers(os.getpid())[0], signal.SIGKILL)
    large = [page(number, body=BODY.encode() * 2000) for number in range(6)]
    futures = [worker.submit(each) for each in large]
    assert [future.result(SECONDS).page for future in futures] == large


def test_hostile_pages_are_read_and_a_fault_of_ours_is_named(worker):
    for body in (b"", b"\x00" * 1000, b"<" * 20_000, b"\xff\xfe" * 500, b"<div>" * 5000):
        assert not worker.submit(page(body=body)).result().plan.relevant
    with pytest.raises(ReadError, match=r"^(TypeError|AttributeError): "):
        worker.submit(page(body=None)).result()
    assert worker.submit(article()).result().page == article()


def test_closing_ends_what_is_under_way(worker):
    worker.submit(article(1)).result()
    future, _ = busy(worker, 2)
    waiting = worker.submit(article(3))
    begun = time.monotonic()
    worker.close()
    worker.close()
    assert time.monotonic() - begun < 5
    assert future.exception(1)
    assert waiting.cancelled()
    assert readers(os.getpid()) == []


PARENT = """
    import time
    from crawler.worker import Worker
    from tests.readings import page

    if __name__ == "__main__":
        worker = Worker(60)
        worker.submit(page()).result()
        long = "<p>부평구는 올해 일자리 1만868개를 만든다.</p>" * {paragraphs}
        worker.submit(page(body=f"<html><body><div id='viewContent'>{{long}}</div></body></html>".encode()))
        time.sleep(0.5)
        print("at work", flush=True)
        time.sleep(60)
"""


@pytest.mark.parametrize("paragraphs", [0, 150_000], ids=["idle", "busy for long"])
def test_it_ends_when_its_parent_is_killed(tmp_path, paragraphs):
    script = tmp_path / "parent.py"
    script.write_text(textwrap.dedent(PARENT.format(paragraphs=paragraphs)), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(script)], env=environment, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout.readline() == "at work\n"
        (reader,) = readers(parent.pid)
        os.kill(parent.pid, signal.SIGKILL)
    assert wait_for(lambda: not Path(f"/proc/{reader}").exists(), 4), "the reader outlived its parent"
