"""The settings: what the environment says to the crawler, and whether it can be meant."""

from __future__ import annotations

import difflib
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from crawler import alerts, logs, night
from crawler.doctor.checks import (
    AS_CRAWLER,
    ROOT,
    Check,
    Patient,
    Result,
    advice,
    counted,
    nearest,
    ok,
    problem,
)
from crawler.middlewares.egress import newsroom_address
from crawler.schedule import Timetable
from pipelines import corrections

PREFIX = "ILJARI_"
_NAME = re.compile(rf"\b{PREFIX}[A-Z\d]+(?:_[A-Z\d]+)*\b")
_EMAIL = re.compile(r"(?:mailto:)?[\w.+-]+@(?P<host>[\w-]+(?:\.[\w-]+)+)", re.ASCII)
_EXAMPLES = re.compile(r"(?:.*\.)?example(?:\.(?:com|org|net))?|(?:.*\.)?(?:test|invalid|localhost)", re.I)


@cache
def known_variables() -> frozenset[str]:
    """The variables that the code of the crawler speaks of."""
    return frozenset(
        name for path in (ROOT / "crawler").rglob("*.py") for name in _NAME.findall(path.read_text("utf-8"))
    )


def names(patient: Patient) -> Iterator[Result]:
    """Variables that nobody reads: a slip of the pen leaves the setting as it was, silently. Values are never shown."""
    given = sorted(name for name in patient.environment if name.startswith(PREFIX))
    for name in given:
        if name not in known_variables():
            near = difflib.get_close_matches(name, known_variables(), 1, 0.6)
            meant = f"; is {near[0]} meant?" if near else ""
            yield problem(f"{name} is set, which nobody reads{meant}", "grep ILJARI_ crawler/settings.py")
    if all(name in known_variables() for name in given):
        yield ok(f"set: {', '.join(given) or 'none, so that all is as in crawler/settings.py'}")


def contact(patient: Patient) -> Iterator[Result]:
    """Whether outlets can reach the one who crawls them."""
    told = patient.settings["ILJARI_CONTACT"].strip()
    wanted = "ILJARI_CONTACT=https://… (a page about the crawl) or an e-mail address"
    if not told:
        if patient.settings["ILJARI_NEWSROOM"]:
            yield ok("none is set, which the newsroom does not need")
        else:
            yield problem("ILJARI_CONTACT is not set, so that no outlet is requested", f"set {wanted}")
        return
    host = _reachable(told)
    if host is None:
        yield problem(f"ILJARI_CONTACT={told!r} is neither a web address nor an e-mail address", f"write {wanted}")
    elif _EXAMPLES.fullmatch(host):
        yield advice(f"ILJARI_CONTACT={told} is an example, under which nobody reaches you", f"write {wanted}")
    else:
        yield ok(f"outlets are told {told}")


def _reachable(contact: str) -> str | None:
    """The host of a contact of a usable form."""
    if not contact.isascii() or not contact.isprintable():
        return None
    if found := _EMAIL.fullmatch(contact):
        return found["host"]
    with suppress(ValueError):
        parts = urlsplit(contact)
        if parts.scheme in ("http", "https") and parts.hostname and "." in parts.hostname and " " not in contact:
            with suppress(ValueError):
                return None if not ip_address(parts.hostname).is_global else parts.hostname
            return parts.hostname
    return None


def folder(patient: Patient) -> Iterator[Result]:
    """Whether the data folder can be written to, found out by writing to it."""
    told = patient.settings["ILJARI_DATA"]
    if not told:
        yield problem("ILJARI_DATA is empty", "set ILJARI_DATA to a folder, or unset it")
        return
    if told.startswith("~"):
        yield problem(f"ILJARI_DATA={told} begins with ~, which no shell has replaced", "write the whole path")
        return
    data = patient.data
    try:
        there, folders = data.exists(), [one for one in (data, patient.folder) if one.is_dir()]
    except PermissionError:
        yield problem(f"{data} cannot be entered by this user", AS_CRAWLER)
        return
    if not there:
        yield from _probe(nearest(data), f"{data} is not there yet, and the first crawl makes it")
    elif not folders:
        yield problem(f"{data} is a file, where the data folder should be", f"move it away: mv {data} {data}.old")
    for one in folders:
        yield from _probe(one, f"{one.resolve()} can be written to")


def _probe(where: Path, well: str) -> Iterator[Result]:
    probe = where / f".doctor-{os.getpid()}"
    try:
        try:
            with probe.open("xb") as file:
                file.write(b"\0" * 65536)
                file.flush()
                os.fsync(file.fileno())
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        do = AS_CRAWLER if isinstance(error, PermissionError) else f"df -h {where}; ls -ld {where}"
        yield problem(f"{where} cannot be written to: {error.strerror}", do)
    else:
        yield ok(well)


def newsroom(patient: Patient) -> Iterator[Result]:
    """Whether the crawl goes to the newsroom by mistake, or sample articles stand among real ones."""
    setting = patient.settings["ILJARI_NEWSROOM"]
    try:
        newsroom_address(setting)
    except ValueError as error:
        yield problem(str(error), "unset ILJARI_NEWSROOM")
        return
    counts = patient.rows(
        "crawl.db", "select count(*) filter (where newsroom) samples, count(*) total from runs", table="runs"
    )
    samples, total = (counts[0]["samples"], counts[0]["total"]) if counts else (0, 0)
    real = total - samples
    if samples and real:
        yield problem(
            f"{counted(samples, 'run')} of the newsroom and {real} of the press went into one data folder",
            "set ILJARI_DATA to a folder of the press alone, and bring a backup back: scrapy restore DIR",
        )
    elif setting and real:
        yield problem("ILJARI_NEWSROOM is set, and the data folder holds the press", "unset ILJARI_NEWSROOM")
    elif setting:
        yield advice("ILJARI_NEWSROOM is set: sample outlets are crawled, and no real one", "unset ILJARI_NEWSROOM")
    elif samples:
        yield advice(
            f"the data folder holds sample articles of {counted(samples, 'run')} of the newsroom",
            "set ILJARI_DATA to another folder before the press is crawled",
        )
    else:
        yield ok("off: the crawl goes to the real outlets")


READERS: tuple[tuple[Callable[[BaseSettings, str], object], tuple[str, ...]], ...] = (
    (night.megabytes, ("ILJARI_FREE_MB", "ILJARI_ARCHIVE_FILE_MB")),
    (night.span, tuple(night.TIMES)),
    (logs.number, ("ILJARI_LOG_MB", "ILJARI_LOGS_KEPT")),
    (night.limits_of, ("ILJARI_MONITORS",)),
)
"""How settings are read that can be written wrongly."""


def numbers(patient: Patient) -> Iterator[Result]:
    """Whether numbers are numbers: asked of those who read them for a night."""
    wrong = False
    for read, names in READERS:
        for name in names:
            try:
                read(patient.settings, name)
            except ValueError as error:
                wrong = True
                yield problem(str(error), f"unset {name}, or write it as crawler/settings.py tells")
    try:
        Timetable.parse(patient.settings["ILJARI_AT"], patient.settings["ILJARI_ZONE"])
    except ValueError as error:
        wrong = True
        yield problem(f"ILJARI_AT or ILJARI_ZONE: {error}", "unset them, or write them as crawler/settings.py tells")
    level = patient.settings["LOG_LEVEL"]
    if level not in logging.getLevelNamesMapping():
        yield problem(f"ILJARI_LOG_LEVEL={level!r} is no level", "write ILJARI_LOG_LEVEL=WARNING, INFO or DEBUG")
    elif not wrong:
        yield ok("all numbers and times can be read")


def told(patient: Patient) -> Iterator[Result]:
    """Whether anybody hears of a night: what is set wrongly, what was not delivered."""
    setup = alerts.configured(patient.settings).setup
    for name, what in setup.mistakes.items():
        yield problem(f"{name}: {what}" if name.islower() else what, "scrapy alerts")
    sql = "select channel, count(*) alerts from alert_deliveries where state = 'waiting' group by channel"
    for row in patient.rows("crawl.db", sql, table="alert_deliveries"):
        yield advice(f"{row['channel']}: {counted(row['alerts'], 'alert')} not delivered yet", "scrapy alerts --test")
    named = [*(channel.name for channel in setup.channels), *([setup.ping.name] if setup.ping else ())]
    if named:
        yield ok(f"set: {', '.join(named)}")
    elif patient.settings["ILJARI_NEWSROOM"]:
        yield ok("none leaves the machine while the newsroom stands in")
    elif not setup.mistakes:
        yield advice(
            "nobody hears of a night: no channel is set", "set one as README.md tells, then: scrapy alerts --test"
        )


def corrected(patient: Patient) -> Iterator[Result]:
    """Whether the table of corrections can be read: with a mistake in it no night begins."""
    try:
        rows = corrections.load()
    except corrections.CorrectionError as error:
        yield problem(str(error), "mend the line; pipelines/corrections.py tells the form")
    else:
        yield ok(f"{counted(len(rows), 'value')} corrected by persons")


_PART = "settings 설정"
CHECKS = (
    Check(_PART, "variables", "variables 환경 변수", names),
    Check(_PART, "contact", "contact 연락처", contact),
    Check(_PART, "data-folder", "data folder 자료 폴더", folder),
    Check(_PART, "newsroom", "newsroom 연습용 매체", newsroom),
    Check(_PART, "numbers", "numbers 숫자", numbers),
    Check(_PART, "alerts", "alerts 알림", told),
    Check(_PART, "corrections", "corrections 정정", corrected),
)
