"""The archive: as long as the ledger knows it, and every record what it says it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.doctor.checks import Check, Patient, Result, advice, counted, last_known, ok, problem
from crawler.keeping import archive
from crawler.keeping.archive import ArchiveError
from crawler.keeping.inventory import megabytes
from crawler.keeping.recovery import identities
from crawler.progress import Progress
from crawler.rebuild import ASIDE

BRING_BACK = "bring the last backup into a new folder: ILJARI_DATA=NEWFOLDER scrapy restore DIR"
_EXAMPLES = 3


def lengths(patient: Patient) -> Iterator[Result]:
    """Whether the files are there and as long as the ledger knows; what lies behind is taken in by the next night."""
    files = {path.name: path.stat().st_size for path in patient.files}
    known = {
        row["file"]: row["length"]
        for row in patient.rows("crawl.db", "select file, length from archive_files", table="archive_files")
    }
    missing = sorted(known.keys() - files.keys())
    cut = sorted(name for name, length in known.items() if name in files and files[name] < length)
    ahead = sorted(name for name, size in files.items() if size > known.get(name, 0))
    if missing:
        yield problem(f"{_some(missing)} missing from the archive", BRING_BACK)
    if cut:
        told = [f"{name} has {files[name]} bytes of {known[name]}" for name in cut]
        yield problem(f"cut off: {_some(told)}", BRING_BACK)
    if ahead and not patient.at_work and (patient.data / "crawl.db").exists():
        yield advice(
            f"the ledger does not know all of {_some(ahead)} yet; the next night takes it in", "scrapy nightly"
        )
    if not missing and not cut:
        total = megabytes(sum(files.values()))
        yield ok(f"{counted(len(files), 'file')}, {total}" if files else "there is none yet")


def newest(patient: Patient) -> Iterator[Result]:
    """Whether the newest file can be read to its end, from the last record that the ledger knows on."""
    paths = patient.files
    if not paths:
        yield ok("there is none yet")
        return
    start = last_known(patient, paths[-1])
    known = _Known(frozenset(), {})
    yield from _read_through(patient, paths[-1], known, start if start < paths[-1].stat().st_size else 0)


def records(patient: Patient) -> Iterator[Result]:
    """Whether every record of every file can be read, is the one for which the ledger takes it, and may be there."""
    if not patient.deep:
        yield ok("not asked for: scrapy doctor --deep reads every record")
        return
    gone = frozenset(row["url"] for row in patient.rows("crawl.db", "select url from takedowns", table="takedowns"))
    sql = "select warc_file, warc_offset, url from urls where warc_file is not null"
    positions: dict[str, dict[int, str]] = {}
    for row in patient.rows("crawl.db", sql, table="urls"):
        positions.setdefault(row["warc_file"], {})[row["warc_offset"]] = row["url"]
    paths = patient.files
    progress = Progress("read", sum(path.stat().st_size for path in paths))
    for path in paths:
        yield from _read_through(patient, path, _Known(gone, positions.get(path.name, {})), step=progress.step)
    if not paths:
        yield ok("there is none yet")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the ledger knows of an archive file: identities that must not be in it, and those that are, by offset."""

    gone: frozenset[str]
    positions: Mapping[int, str]


def _read_through(
    patient: Patient, path: Path, known: _Known, start: int = 0, step: Callable[[int], None] = lambda _: None
) -> Iterator[Result]:
    """What is wrong with the records of a file from an offset on; `step` is told how many bytes are done."""
    count, end, wrong, found = 0, start, [], set()
    back: set[str] = set()
    try:
        for record, why in archive.examined(path, start):
            at = record.position.offset
            step(record.position.end - at)
            count, end = count + 1, record.position.end
            found.add(at)
            url = known.positions.get(at)
            own = identities(record.url, record.told.get("listed_url")) if record.url else set()
            if record.told.get("kind") != "list":
                back |= own & known.gone
            if why:
                wrong.append(f"at byte {at} {why}")
            elif url and url not in own:
                wrong.append(f"at byte {at} lies {record.url}, where the ledger has {url}")
    except ArchiveError as error:
        yield problem(str(error), BRING_BACK)
        return
    strays = sorted(known.positions.keys() - found)
    wrong += [f"at byte {at} begins no record, where the ledger has {known.positions[at]}" for at in strays]
    for url in sorted(back):
        yield _still_there(url)
    torn = path.stat().st_size - end
    if wrong:
        yield problem(f"{path.name}: {_some(wrong)}", BRING_BACK)
    elif torn and patient.at_work:
        yield ok(f"{path.name} is being written to")
    elif torn:
        yield advice(
            f"{path.name} ends in {torn} bytes of a record that was not finished; the next night cuts them off",
            "scrapy nightly",
        )
    else:
        part = f" from byte {start:,} on" if start else ""
        yield ok(f"{path.name}: {counted(count, 'record')}{part} can be read")


def takedowns(patient: Patient) -> Iterator[Result]:
    """Whether takedowns were finished. That nothing of them came back, with a backup say, the deep look tells."""
    rows = patient.rows("crawl.db", "select url, finished from takedowns order by url", table="takedowns")
    unfinished = [row["url"] for row in rows if not row["finished"]]
    for url in unfinished:
        yield _still_there(url)
    if not unfinished:
        yield ok(f"{len(rows)} taken down, and gone" if rows else "none")


def _still_there(url: str) -> Result:
    return problem(f"{url} was taken down, and something of it is left", f"scrapy takedown {url} --reason TEXT")


def leftovers(patient: Patient) -> Iterator[Result]:
    """What killed commands left: a rebuild's folder, a rewriting of the archive."""
    if patient.at_work:
        yield ok("not looked for while a run is on")
        return
    aside = sorted(patient.data.glob(f"{ASIDE}*")) if patient.data.is_dir() else []
    if aside:
        size = megabytes(sum(path.stat().st_size for one in aside for path in one.rglob("*") if path.is_file()))
        yield advice(f"a rebuild was killed and left {size} in {_some([one.name for one in aside])}", "scrapy rebuild")
    new = sorted(patient.folder.glob("*.warc.gz.new"))
    if new:
        yield advice(
            f"a rewriting of the archive was cut off ({_some([one.name for one in new])}); the next night finishes it",
            "scrapy nightly",
        )
    if not aside and not new:
        yield ok("none")


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _EXAMPLES} more" if len(names) > _EXAMPLES else ""
    return ", ".join(names[:_EXAMPLES]) + more


_PART = "archive 원본 보관"
CHECKS = (
    Check(_PART, "files", "files 파일", lengths),
    Check(_PART, "newest", "newest 최근 파일", newest),
    Check(_PART, "records", "records 기록", records),
    Check(_PART, "takedowns", "takedowns 게시 중단", takedowns),
    Check(_PART, "leftovers", "leftovers 잔여물", leftovers),
)
