import asyncio
import errno
import gzip
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scrapy.http import Response
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from crawler.keeping import archive
from crawler.keeping.archive import ArchiveError, ArchiveWriter, DamageError
from crawler.middlewares.archive import _headers
from tests.newsroom.process import ROOT
from tests.readings import OUTLETS, page


def written(folder, *pages, run="run-1", headers=None, pack=lambda body: None):
    """A file of pages, closed."""
    writer = ArchiveWriter(folder, run)
    positions = [
        writer.write(each, headers or {"Content-Type": each.content_type or "text/html"}, packed=pack(each.body))
        for each in pages
    ]
    writer.close()
    return writer.path, positions


def read(path, start=0):
    return [each for _, each in archive.pages(path, start)]


TEXT = st.text(max_size=40)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=3000),
    path=TEXT,
    title=st.none() | st.text(st.characters(), max_size=40),
    kind=st.sampled_from(["article", "list"]),
    status=st.sampled_from([200, 404, 503]),
    moment=st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    outlet=st.sampled_from(list(OUTLETS)),
    pack=st.sampled_from(
        [
            lambda body: None, gzip.compress, lambda body: gzip.compress(body, 0), lambda body: gzip.compress(body) + b"!",
            lambda body: gzip.compress(body[:1000]) + gzip.compress(body[1000:]), lambda body: gzip.compress(body + b"!"),
        ]
    ),
)  # fmt: skip
def test_a_page_comes_back_as_it_went_in(tmp_path, body, path, title, kind, status, moment, outlet, pack):
    from scrapy import Request

    url = Request(f"http://www.knnws.com/{path}").url
    put = page(
        outlet=outlet, url=url, body=body, retrieved=moment, kind=kind, status=status, content_type="text/html",
        listed_url=url, listed_title=title, found_by="list",
    )  # fmt: skip
    (tmp_path / "iljari-run-1.warc.gz").unlink(missing_ok=True)
    assert read(written(tmp_path, put, pack=pack)[0]) == [put]


def test_what_came_gzipped_is_kept_as_it_came(tmp_path):
    body = "<p>부평구는 올해 일자리 1만868개를 만든다.</p>".encode() * 3000
    path, (position,) = written(tmp_path, page(body=body), pack=gzip.compress)
    whole = gzip.decompress(path.read_bytes())
    assert whole.count(gzip.compress(body)) == 1
    assert b"\r\nContent-Encoding: gzip\r\n" in whole
    assert archive.page_at(path, position.offset).body == body


def test_headers_in_any_charset_are_archived(tmp_path):
    name = "filename=" + "별첨.hwp"
    sent = {"Content-Type": "text/html", "X-One": [b"a", b"b"], "X-File": name.encode("cp949"), "X-Utf": name.encode()}
    response = Response("http://knnws.com/", headers={**sent, "Set-Cookie": "id=1", "Content-Encoding": "gzip"})
    path, _ = written(tmp_path, page(), headers=_headers(response))
    member = gzip.decompress(path.read_bytes())
    for value in (b"X-One: a,b\r\n", b"\r\nX-File: filename", b"\r\nX-Utf: filename"):
        assert value in member
    assert b"id=1" not in member
    assert b"Content-Encoding" not in member


def test_the_file_is_a_warc_file_for_others(tmp_path):
    path, _ = written(tmp_path, page(1, body=b"one"))
    path, _ = written(tmp_path, page(2, body=b"two"), pack=gzip.compress)
    with path.open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    (kind, url, told), *pages = records
    assert (kind, url) == ("warcinfo", None)
    assert b"software: iljari/" in told
    assert pages == [("response", page(1).url, b"one"), ("response", page(2).url, b"two")]


def test_positions_lead_to_their_records(tmp_path):
    path, positions = written(tmp_path, *[page(number) for number in range(4)])
    assert [position.offset for position in positions[1:]] == [position.end for position in positions[:-1]]
    assert positions[-1].end == path.stat().st_size
    for number, position in enumerate(positions):
        assert archive.page_at(path, position.offset) == page(number, content_type="text/html")


def test_a_position_that_holds_nothing_is_an_error(tmp_path):
    path, positions = written(tmp_path, page())
    for offset in (positions[0].end, 10**9):
        with pytest.raises(ArchiveError, match="holds no page at"):
            archive.page_at(path, offset)
    with pytest.raises(ArchiveError, match="is damaged at byte 1"):
        archive.page_at(path, 1)
    with pytest.raises(ArchiveError, match=r"gone\.warc\.gz cannot be read"):
        archive.page_at(tmp_path / "gone.warc.gz", 0)


def test_a_torn_tail_is_cut_wherever_it_was_torn(tmp_path):
    path, (_, second, third) = written(tmp_path, page(1), page(2), page(3))
    whole = path.read_bytes()
    for end in range(third.offset, third.end):
        path.write_bytes(whole[:end])
        assert [each.url for each in read(path)] == [page(1).url, page(2).url]
        start = second.offset if end % 2 else 0
        assert archive.recover(path, start) == end - third.offset
        assert path.stat().st_size == third.offset
        assert archive.recover(path) == 0
    written(tmp_path, page(4))
    assert [each.url for each in read(path)] == [page(1).url, page(2).url, page(4).url]


@pytest.mark.parametrize(
    "junk", [b"\0" * 5000, b"no gzip at all", b"\x1f\x8b\x07" * 99], ids=["zeros", "text", "nearly"]
)
def test_junk_at_the_end_is_cut(tmp_path, junk):
    path, (_, second) = written(tmp_path, page(1), page(2))
    with path.open("ab") as file:
        file.write(junk)
    with pytest.raises(DamageError, match=f"is damaged at byte {second.end}"):
        read(path)
    assert archive.recover(path) == len(junk)
    assert len(read(path)) == 2


def test_damage_before_whole_records_is_never_cut_nor_passed_over(tmp_path):
    path, (_, second, third) = written(tmp_path, page(1), page(2), page(3))
    broken = bytearray(path.read_bytes())
    broken[second.offset + 20 : second.end - 20] = b"\xff" * (second.end - second.offset - 40)
    path.write_bytes(broken)
    for attempt in (read, archive.recover):
        with pytest.raises(DamageError, match=f"is damaged at byte {second.offset}"):
            attempt(path)
    assert path.read_bytes() == broken
    assert [each.url for each in read(path, third.offset)] == [page(3).url]


def test_records_of_other_origin_are_passed_over(tmp_path):
    path, _ = written(tmp_path, page(1))
    with path.open("ab") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(writer.create_warcinfo_record("other.warc.gz", {"software": "another"}))
        writer.write_record(
            writer.create_warc_record("http://x.test/", "response", payload=BytesIO(b"HTTP/1.1 200 OK\r\n\r\nhi"))
        )
        writer.write_record(
            writer.create_warc_record("http://x.test/", "request", payload=BytesIO(b"GET / HTTP/1.1\r\n\r\n"))
        )
    written(tmp_path, page(2))
    assert [each.url for each in read(path)] == [page(1).url, page(2).url]


def test_an_empty_file_and_an_absent_folder(tmp_path):
    (tmp_path / "a.warc.gz").touch()
    assert read(tmp_path / "a.warc.gz") == []
    assert archive.recover(tmp_path / "a.warc.gz") == 0
    assert archive.files(tmp_path / "nowhere") == []


def test_a_file_that_is_long_enough_is_followed_by_another(tmp_path):
    writer = ArchiveWriter(tmp_path, "20200401T030000-1", most=1500)
    put = [page(number, body=os.urandom(400), content_type="text/html") for number in range(25)]
    positions = [writer.write(each, {"Content-Type": "text/html"}) for each in put]
    writer.close()
    paths = archive.files(tmp_path)
    assert len(paths) > 10
    assert [path.name for path in paths] == list(dict.fromkeys(position.file for position in positions))
    assert [each for path in paths for each in read(path)] == put
    assert [archive.page_at(tmp_path / position.file, position.offset) for position in positions] == put
    longest = max(position.end - position.offset for position in positions)
    assert all(path.stat().st_size < 1500 + longest for path in paths)
    for path in paths:
        first, *others = archive.records(path)
        assert (first.type, first.told) == ("warcinfo", {})
        assert {record.type for record in others} == {"response"}


class Disk:
    """What `os.fsync` was asked for: the length of the file then, and whether the disk refuses."""

    def __init__(self, monkeypatch):
        self.lengths, self.refuses = [], False
        self._sync = os.fsync
        monkeypatch.setattr("crawler.keeping.archive.os.fsync", self)

    def __call__(self, handle):
        self.lengths.append(os.fstat(handle).st_size)
        time.sleep(0.02)
        if self.refuses:
            raise OSError(errno.EIO, "Input/output error")
        self._sync(handle)


@pytest.mark.parametrize("most", [10**6, 1500], ids=["one file", "many files"])
def test_all_that_was_written_is_on_the_disk_when_a_sync_ends_and_few_syncs_serve_many(tmp_path, monkeypatch, most):
    writer = ArchiveWriter(tmp_path, "run", most)
    writer.write(page(0), {})
    disk = Disk(monkeypatch)
    ended = []

    async def put(number):
        for _ in range(number % 4):
            await asyncio.sleep(0.01)
        position = writer.write(page(number, body=os.urandom(400)), {})
        before = len(disk.lengths)
        await writer.sync()
        assert position.end <= max(disk.lengths[before:])
        ended.append(position)

    async def put_all():
        await asyncio.gather(*[put(number) for number in range(1, 25)])

    asyncio.run(put_all())
    writer.close()
    assert ended == sorted(ended, key=lambda position: (position.file, position.offset))
    if most == 10**6:
        assert len(disk.lengths) < 12
    else:
        assert len(archive.files(tmp_path)) > 5


def test_a_disk_that_refuses_a_sync_is_never_believed_again(tmp_path, monkeypatch):
    writer, disk = ArchiveWriter(tmp_path, "run"), Disk(monkeypatch)

    async def put(number, seconds):
        await asyncio.sleep(seconds)
        writer.write(page(number), {})
        await writer.sync()

    async def put_all():
        disk.refuses = True
        first = await asyncio.gather(*[put(number, number / 100) for number in range(5)], return_exceptions=True)
        disk.refuses = False
        return [*first, *await asyncio.gather(put(5, 0), return_exceptions=True)]

    for error in asyncio.run(put_all()):
        assert isinstance(error, ArchiveError)
        assert "run.warc.gz cannot be written: [Errno 5] Input/output error" in str(error)


def test_names_of_files_sort_by_time():
    runs = ("20200401T030000-1", "20200401T030001-1", "20200402T030000-1")
    names = [archive.file_name(run, number) for run in runs for number in (1, 2, 3, 12, 100)]
    assert names == sorted(names)


def test_no_file_without_a_page(tmp_path):
    ArchiveWriter(tmp_path / "archive", "run").close()
    assert not (tmp_path / "archive").exists()


FULL_DISK = """
import resource, sys
from pathlib import Path
from crawler.keeping.archive import ArchiveError, ArchiveWriter
from tests.readings import page

resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
writer = ArchiveWriter(Path(sys.argv[1]), "full")
ends = []
for number in range(200):
    try:
        ends.append(writer.write(page(number, body=bytes(str(number), "ascii") * 300), {}).end)
    except ArchiveError as error:
        print(len(ends), ends[-1], error, sep="\\n")
        break
"""


def test_a_full_disk_leaves_a_whole_file_and_says_so(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    count, end, message = done.stdout.splitlines()
    path = tmp_path / "iljari-full.warc.gz"
    assert f"{path} cannot be written: " in message
    assert path.stat().st_size == int(end)
    assert len(read(path)) == int(count) > 10


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "archive").write_text("a file in its place")
    with pytest.raises(ArchiveError, match=r"iljari-run\.warc\.gz cannot be written"):
        ArchiveWriter(tmp_path / "archive", "run").write(page(), {})


@pytest.mark.parametrize(
    ("more", "is_one"),
    [
        ({}, True),
        ({"kind": "list"}, False),
        ({"status": 404}, False),
        ({"status": 202}, False),
        ({"body": "<title>웹방화벽</title>".encode("cp949")}, False),
    ],
)
def test_what_counts_as_an_article_that_arrived(more, is_one):
    assert archive.is_article(page(**more)) is is_one
