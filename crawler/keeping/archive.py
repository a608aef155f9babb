"""The archive: every fetched page as it came, in WARC files. It is the source of truth; databases can fall behind it.

A record is one gzip member, built in memory, written with one call and synced before the ledger tells its position. What
came gzipped lies in it as it came, and is not packed again. A run writes files of its own, a new one when the last is
long enough; each begins with a `warcinfo` record. A torn tail (killed process, power cut) is cut off by `recover` and
never appended to.
"""

from __future__ import annotations

import asyncio
import json
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipelines import VERSION
from pipelines.blocks import GONE_STATUSES, find_block
from pipelines.model import Outlet, Page

PAGE_HEADER = "Iljari-Page"
"""An extension field of the WARC record: what the crawl knew of the page, as ASCII JSON."""

COMPRESSION = 4
"""Level of gzip for what came unpacked. On 26 real pages (164 kB) level 9, warcio's own, takes 7.3 ms a page for 18.5 % of the size, 6 takes 3.7 ms
for 18.7 %, 4 takes 2.5 ms for 19.6 %, 3 takes 1.8 ms for 20.7 %."""
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
"""Profiles of revisit records: the outlet said 304, or sent the bytes that are archived already."""
_CHUNK = 1 << 20
_MEMBER_BEGINS = b"\x1f\x8b\x08"


class ArchiveError(Exception):
    """A file of the archive cannot be read or written; the message says which."""


class DamageError(ArchiveError):
    """What stands in a file of the archive is no record, whole or torn."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a record lies: file name within the archive and offset in bytes."""

    file: str
    offset: int
    end: int


@dataclass(frozen=True, slots=True)
class Record:
    """A record of any kind as it lies in a file. `told` is what the crawl knew of a page, empty for other records."""

    position: Position
    type: str
    url: str | None
    told: Mapping[str, Any]


class ArchiveWriter:
    """Writes the WARC files of a run, the first made at the first page.

    A file that has reached `most` bytes is left, so that none is longer than that and one record.
    """

    def __init__(self, folder: Path, run: str, most: int = 1000 * 10**6) -> None:
        self.run, self.most = run, most
        self.path = folder / file_name(run, 1)
        self._number = 1
        self._file: Any = None
        self._syncing: asyncio.Task[None] | None = None
        self._next_sync: asyncio.Task[None] | None = None

    def write(
        self, page: Page, headers: Mapping[str, str], revisit: str | None = None, packed: bytes | None = None
    ) -> Position:
        """Write a page with its HTTP headers to the archive; it lasts from the next `sync` on.

        With a `revisit` profile only the headers are kept: the bytes are archived already. `packed` is the body as it
        came if that was gzipped: it is kept like that. Raises ArchiveError where the disk refuses; a half-written record
        is taken back, so that the file stays whole.
        """
        record = _record(page, headers, revisit, packed)
        try:
            offset = self._open()
            before = b"" if offset else _warcinfo(self.path.name, self.run, page.retrieved)
            try:
                self._write_whole(before + record)
            except OSError:
                self._file.truncate(offset)
                raise
        except OSError as error:
            raise ArchiveError(f"{self.path} cannot be written: {error}") from error
        begin = offset + len(before)
        return Position(self.path.name, begin, begin + len(record))

    async def sync(self) -> None:
        """Wait until all that was written before is on the disk; those who wait go on in the order in which they came.

        One call of the disk serves all who wait for it, and the event loop goes on meanwhile. Raises ArchiveError, then
        and for ever after, where the disk refuses.
        """
        if self._next_sync is None:
            self._next_sync = asyncio.create_task(self._sync_after(self._syncing))
        await asyncio.shield(self._next_sync)

    async def _sync_after(self, before: asyncio.Task[None] | None) -> None:
        if before:
            await before
        self._syncing, self._next_sync = self._next_sync, None
        try:
            await asyncio.to_thread(_sync, os.dup(self._file.fileno()))
        except OSError as error:
            raise ArchiveError(f"{self.path} cannot be written: {error}") from error

    def _open(self) -> int:
        """Make sure that there is a file to append to; its length."""
        if self._file is not None and (length := self._file.seek(0, os.SEEK_END)) < self.most:
            return int(length)
        if self._file is not None:
            os.fsync(self._file.fileno())  # `sync` will only know of the next file
            self.close()
            self._number += 1
            self.path = self.path.with_name(file_name(self.run, self._number))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("ab", buffering=0)
        sync_folder(self.path.parent)
        return int(self._file.seek(0, os.SEEK_END))

    def _write_whole(self, record: bytes) -> None:
        view = memoryview(record)
        while view:
            view = view[self._file.write(view) :]

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def file_name(run: str, number: int) -> str:
    """The name of a run's first, second, … file. They sort by time: `_` comes after the dot of the first."""
    return f"iljari-{run}.warc.gz" if number == 1 else f"iljari-{run}_{number:03}.warc.gz"


def sync_folder(folder: Path) -> None:
    """A new file's name lasts only once its folder is on the disk."""
    _sync(os.open(folder, os.O_RDONLY))


def _sync(handle: int) -> None:
    """Wait until an open file, which is ours to close, is on the disk."""
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_article(page: Page) -> bool:
    """Whether a page is an article that arrived: no list, no error, no block page."""
    return page.kind == "article" and page.status == 200 and not find_block(page.body)


def tells_of_article(page: Page) -> bool:
    """Whether a page says anything of an article: what it is, or that it is gone."""
    return is_article(page) or (page.kind == "article" and page.status in GONE_STATUSES)


def payload_hash(body: bytes) -> str:
    """What tells whether a page came with the same bytes."""
    return sha256(body).hexdigest()


def folder_of(data: Path) -> Path:
    """The archive of a data folder; raises ArchiveError where there is none."""
    folder = data / "archive"
    if not folder.is_dir():
        raise ArchiveError(f"there is no archive at {folder}; name the data folder by ILJARI_DATA, or crawl first")
    return folder


def files(folder: Path) -> list[Path]:
    """The archive's files, oldest first (their names sort by time)."""
    return sorted(folder.glob("*.warc.gz"))


def pages(path: Path, start: int = 0) -> Iterator[tuple[Position, Page]]:
    """The pages of one file from an offset on. A torn tail ends the walk; a record of other origin is passed over.

    Raises ArchiveError; damage is never taken for the end.
    """
    for offset, end, member in _members(path, start):
        page = _page(member)
        if page is not None:
            yield Position(path.name, offset, end), page


def records(path: Path) -> Iterator[Record]:
    """All whole records of one file, in order, also those that are no pages. Raises ArchiveError."""
    for offset, end, member in _members(path, 0):
        for record in ArchiveIterator(BytesIO(member)):
            told = record.rec_headers.get_header(PAGE_HEADER)
            url = record.rec_headers.get_header("WARC-Target-URI")
            yield Record(Position(path.name, offset, end), record.rec_type, url, json.loads(told) if told else {})
            break


def examined(path: Path, start: int = 0) -> Iterator[tuple[Record, str | None]]:
    """All whole records of one file from an offset on, each with what is wrong with it, if anything is.

    A torn tail ends the walk. Raises ArchiveError.
    """
    for offset, end, member in _members(path, start):
        position, wrong = Position(path.name, offset, end), None
        try:
            for record in ArchiveIterator(BytesIO(member), check_digests=True):
                while record.content_stream().read(_CHUNK):
                    pass
                told = json.loads(record.rec_headers.get_header(PAGE_HEADER) or "{}")
                url = record.rec_headers.get_header("WARC-Target-URI")
                wrong = None if record.digest_checker.passed is not False else "its bytes are not what its digest says"
                yield Record(position, record.rec_type, url, told), wrong
                break
            else:
                yield Record(position, "", None, {}), "it is empty"
        except (ArchiveLoadFailed, ValueError) as error:
            yield Record(position, "", None, {}), f"it is no WARC record ({error})"


def page_at(path: Path, offset: int) -> Page:
    """The page whose record begins at an offset; raises ArchiveError where there is none."""
    for position, page in pages(path, offset):
        if position.offset == offset:
            return page
    raise ArchiveError(f"{path} holds no page at {offset}, where the ledger says it does: was the archive cut?")


def recover(path: Path, start: int = 0) -> int:
    """Cut off what lies behind the last whole record; the number of bytes cut. Records before `start` are trusted.

    Raises DamageError, and cuts nothing, where whole records lie behind what cannot be read.
    """
    good = start
    try:
        for _, end, _ in _members(path, start):
            good = end
    except DamageError:
        if _holds_record(path.read_bytes()[good:]):
            raise
    torn = path.stat().st_size - good
    if torn:
        with path.open("r+b") as file:
            file.truncate(good)
            os.fsync(file.fileno())
    return torn


def _holds_record(rest: bytes) -> bool:
    at = rest.find(_MEMBER_BEGINS)
    while at >= 0:
        inflate = zlib.decompressobj(wbits=31)
        with suppress(zlib.error):
            inflate.decompress(memoryview(rest)[at:])
        if inflate.eof:
            return True
        at = rest.find(_MEMBER_BEGINS, at + 1)
    return False


def _members(path: Path, start: int) -> Iterator[tuple[int, int, bytes]]:
    """The whole gzip members of a file: offset, end, content."""
    try:
        with path.open("rb") as file:
            offset = file.seek(start)
            pending = b""
            while True:
                inflate, content, read = zlib.decompressobj(wbits=31), [], 0
                while not inflate.eof:
                    chunk = pending or file.read(_CHUNK)
                    if not chunk:
                        return
                    pending = b""
                    try:
                        content.append(inflate.decompress(chunk))
                    except zlib.error as error:
                        raise DamageError(f"{path} is damaged at byte {offset} ({error})") from error
                    read += len(chunk) - len(inflate.unused_data)
                pending = inflate.unused_data
                yield offset, offset + read, b"".join(content)
                offset += read
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error}") from error


def _warcinfo(name: str, run: str, moment: datetime) -> bytes:
    """The record that a file begins with: what wrote it and how."""
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    told = {
        "software": f"iljari/{VERSION}",
        "format": "WARC File Format 1.1",
        "isPartOf": run,
        "description": "Pages of Korean outlets, as they came, for a reader of municipal job plans",
        "robots": "obey",
    }
    record = writer.create_warcinfo_record(name, told)
    record.rec_headers.replace_header("WARC-Date", f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z")
    writer.write_record(record)
    return buffer.getvalue()


def _record(page: Page, headers: Mapping[str, str], revisit: str | None, packed: bytes | None) -> bytes:
    told = asdict(page.outlet) | {
        "kind": page.kind, "status": page.status, "retrieved": page.retrieved.isoformat(),
        "listed_url": page.listed_url, "listed_title": page.listed_title, "found_by": page.found_by,
    }  # fmt: skip
    fields = {
        PAGE_HEADER: json.dumps(told),
        "WARC-Date": f"{page.retrieved.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z",
    }
    payload, level, sent = page.body, COMPRESSION, list(headers.items())
    if revisit:
        fields |= {"WARC-Profile": revisit, "WARC-Payload-Digest": f"sha256:{payload_hash(page.body)}"}
        payload = b""
    elif packed and _unpacks_to(packed, page.body):
        payload, level, sent = packed, 0, [*sent, ("Content-Encoding", "gzip")]
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=False, warc_version="1.1")
    http = StatusAndHeaders(str(page.status), sent, protocol="HTTP/1.1")
    record = writer.create_warc_record(
        page.url, "revisit" if revisit else "response", payload=BytesIO(payload), http_headers=http,
        warc_headers_dict=fields,
    )  # fmt: skip
    writer.write_record(record)
    deflate = zlib.compressobj(level, zlib.DEFLATED, wbits=31)
    return deflate.compress(buffer.getbuffer()) + deflate.flush()


def _unpacks_to(packed: bytes, body: bytes) -> bool:
    """Whether a gzipped body is one member, by the sums at its end: what is more than that, readers of WARC do not agree on."""
    return packed[-8:] == struct.pack("<II", zlib.crc32(body), len(body))


def _page(member: bytes) -> Page | None:
    for record in ArchiveIterator(BytesIO(member)):
        told = record.rec_headers.get_header(PAGE_HEADER)
        if record.rec_type != "response" or not told:
            return None
        facts = json.loads(told)
        outlet = {name: facts[name] for name in Outlet.__dataclass_fields__ if name in facts}
        return Page(
            url=record.rec_headers.get_header("WARC-Target-URI"),
            body=record.content_stream().read(),
            retrieved=datetime.fromisoformat(facts["retrieved"]),
            outlet=Outlet(**outlet),
            kind=facts["kind"],
            status=facts["status"],
            content_type=record.http_headers.get_header("Content-Type"),
            listed_url=facts["listed_url"],
            listed_title=facts["listed_title"],
            found_by=facts["found_by"],
        )
    return None
