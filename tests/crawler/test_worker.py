"""The reader's process: bounded in time, started anew after a crash, never outliving its parent."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import closing
from pathlib import Path

import pytest

from crawler.worker import AHEAD, DEPTH, TRIES, ReadError, Worker, read_all
from tests.bench.processes import cpu_of
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
            if int(stat[1]) == parent and stat[0] != "Z" and b"crawler.reader" in command:
                found.append(int(entry.name))
    return found


async def wait_for(condition, seconds=SECONDS):
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if found := condition():
            return found
        await asyncio.sleep(0.02)
    return None


def with_worker(test):
    """Runs a test that is a coroutine and takes a worker."""

    async def trial():
        worker = Worker(SECONDS)
        try:
            await test(worker)
        finally:
            worker.close()

    def run():
        asyncio.run(trial())
        assert readers(os.getpid()) == []

    return run


def article(number=1, times=1):
    return page(number, body=BODY.encode() * times)


async def begin(worker, pages):
    """Begin to read pages, in their order, and see to it that they lie with the process, as many as it takes."""
    tasks = [asyncio.create_task(worker.read(each)) for each in pages]
    await asyncio.sleep(0.2)
    return tasks


async def stopped(worker):
    """The process, ready and stopped."""
    await worker.read(article(99))
    (reader,) = readers(os.getpid())
    os.kill(reader, signal.SIGSTOP)
    return reader


def while_we_stand_still(reader):
    """Wait, and let nothing else be done here, until the process has nothing to do."""
    before, now = -1.0, cpu_of(reader)
    while now > before:
        time.sleep(0.5)
        before, now = now, cpu_of(reader)


async def urls(tasks):
    return [reading.page.url for reading in await asyncio.gather(*tasks)]


@with_worker
async def test_pages_are_read_beside_us_in_one_process_and_come_back_in_order(worker):
    pages = [article(number) for number in range(3 * DEPTH)]
    done = []
    for task in (tasks := [asyncio.create_task(worker.read(each)) for each in pages]):
        task.add_done_callback(lambda task: done.append(task.result().page))
    readings = await asyncio.gather(*tasks)
    assert [reading.page for reading in readings] == pages == done
    assert not any(reading.plan.relevant for reading in readings)
    assert len(readers(os.getpid())) == 1


@with_worker
async def test_reading_does_not_block(worker):
    beats = 0
    task = asyncio.create_task(worker.read(article()))
    while not task.done():
        await asyncio.sleep(0.01)
        beats += 1
    assert (await task).page == article()
    assert beats > 3


@with_worker
async def test_a_process_has_its_next_pages_before_it_asks(worker):
    reader = await stopped(worker)
    tasks = await begin(worker, [article(number) for number in range(DEPTH)])
    os.kill(reader, signal.SIGCONT)
    while_we_stand_still(reader)
    os.kill(reader, signal.SIGSTOP)
    assert await urls(tasks) == [page(number).url for number in range(DEPTH)]


@with_worker
async def test_a_page_that_takes_too_long_is_given_up_and_the_next_is_read(worker):
    await worker.read(article())
    worker.timeout = 0.05
    with pytest.raises(ReadError, match=r"^reading took longer than 0\.05 s$"):
        await worker.read(article(1, times=20_000))
    worker.timeout = SECONDS
    assert (await worker.read(article(2))).page == article(2)


@with_worker
async def test_a_page_behind_several_that_take_too_long_is_read_though_its_processes_ended(worker):
    first = await stopped(worker)
    worker.timeout = 0.02
    long = await begin(worker, [article(number, times=20_000) for number in range(TRIES)])
    worker.timeout = SECONDS
    behind = await begin(worker, [article(number) for number in range(TRIES, 2 * DEPTH)])
    for page_ in long:
        with pytest.raises(ReadError, match=r"^reading took longer than 0\.02 s$"):
            await page_
    assert await urls(behind) == [page(number).url for number in range(TRIES, 2 * DEPTH)]
    assert readers(os.getpid()) != [first]


@with_worker
async def test_the_time_limit_does_not_count_the_pages_before(worker):
    reader = await stopped(worker)
    (before,) = await begin(worker, [article(1)])
    worker.timeout = 0.5
    behind = await begin(worker, [article(2), article(3)])
    await asyncio.sleep(1)
    os.kill(reader, signal.SIGCONT)
    assert await urls([before, *behind]) == [page(number).url for number in (1, 2, 3)]
    assert readers(os.getpid()) == [reader]


@with_worker
async def test_a_page_over_which_the_process_dies_is_read_by_another(worker):
    reader = await stopped(worker)
    tasks = await begin(worker, [article(1), article(2)])
    os.kill(reader, signal.SIGKILL)
    assert await urls(tasks) == [page(1).url, page(2).url]
    assert readers(os.getpid()) != [reader]


@with_worker
async def test_a_page_over_which_two_processes_die_is_given_up_and_those_behind_are_read(worker):
    first = await stopped(worker)
    poison, *behind = await begin(worker, [article(number, times=500) for number in range(1, 2 * DEPTH)])
    os.kill(first, signal.SIGKILL)
    (second,) = await wait_for(lambda: [reader for reader in readers(os.getpid()) if reader != first])
    os.kill(second, signal.SIGKILL)
    with pytest.raises(ReadError, match=r"^the reader's process died \(exit code -9\)$"):
        await poison
    assert await urls(behind) == [page(number).url for number in range(2, 2 * DEPTH)]


@with_worker
async def test_a_process_that_dies_with_nothing_in_hand_costs_no_page(worker):
    await worker.read(article(1))
    os.kill(readers(os.getpid())[0], signal.SIGKILL)
    large = [article(number, times=2000) for number in range(6)]
    assert await urls([asyncio.create_task(worker.read(each)) for each in large]) == [each.url for each in large]


@with_worker
async def test_hostile_pages_are_read_and_a_fault_of_ours_is_named(worker):
    for body in (b"", b"\x00" * 1000, b"<" * 20_000, b"\xff\xfe" * 500, b"<div>" * 5000):
        assert not (await worker.read(page(body=body))).plan.relevant
    with pytest.raises(ReadError, match=r"^(TypeError|AttributeError): "):
        await worker.read(page(body=None))
    assert (await worker.read(article())).page == article()


@with_worker
async def test_closing_ends_what_is_under_way(worker):
    await stopped(worker)
    tasks = await begin(worker, [article(number) for number in range(2 * DEPTH)])
    begun = time.monotonic()
    worker.close()
    worker.close()
    assert time.monotonic() - begun < 5
    assert readers(os.getpid()) == []
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [str(answer) for answer in answers] == ["reading has ended"] * len(tasks)


def test_many_pages_are_read_outside_of_a_loop_in_their_order_by_several_processes():
    pages = [article(number) for number in range(2 * AHEAD)]
    pages[3] = page(3, body=None)
    taken = []

    def given():
        for each in pages:
            assert len(taken) >= int(each.url.rpartition("=")[2]) - AHEAD
            yield each

    for each, reading in read_all(given(), SECONDS, processes=2):
        taken.append(each)
        if each is pages[3]:
            assert isinstance(reading.exception(), ReadError)
        else:
            assert reading.result().page == each
        assert len(readers(os.getpid())) == 2
    assert taken == pages
    assert readers(os.getpid()) == []


def test_reading_many_pages_may_be_broken_off_and_leaves_the_loop_of_others_alone():
    mine = asyncio.new_event_loop()
    asyncio.set_event_loop(mine)
    try:
        with closing(read_all(map(article, range(100)), SECONDS)) as readings:
            next(readings)
        assert readers(os.getpid()) == []
        assert asyncio.get_event_loop_policy().get_event_loop() is mine
    finally:
        asyncio.set_event_loop(None)
        mine.close()


PARENT = """
    import asyncio
    from crawler.worker import Worker
    from tests.readings import page

    async def main():
        worker = Worker(60)
        await worker.read(page())
        long = "<p>부평구는 올해 일자리 1만868개를 만든다.</p>" * {paragraphs}
        task = asyncio.create_task(worker.read(page(body=f"<div id='viewContent'>{{long}}</div>".encode())))
        await asyncio.sleep(0.5)
        print("at work", flush=True)
        await asyncio.sleep(60)

    if __name__ == "__main__":
        asyncio.run(main())
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
    gone = wait_for(lambda: not Path(f"/proc/{reader}").exists(), 4)
    assert asyncio.run(gone), "the reader outlived its parent"
