"""What a killed run left is brought in order: the ledger follows the archive."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from crawler.keeping import archive, rewrite
from crawler.ledger import Ledger, identity
from pipelines.canonical import canonical_url
from pipelines.model import Page

logger = logging.getLogger(__name__)


def take_in(folder: Path, ledger: Ledger) -> None:
    """Finish rewritings, cut torn tails, enter records that the ledger does not know. The data folder's lock is held.

    Raises ArchiveError, and cuts nothing, where whole records lie behind damage.
    """
    rewrite.finish(folder, ledger)
    gone = ledger.taken_down()
    for path in archive.files(folder):
        known = ledger.archive_length(path.name)
        if path.stat().st_size <= known:
            continue
        torn = archive.recover(path, known)
        if torn:
            logger.warning("%s: cut %d bytes of a record that was not finished", path.name, torn)
        for position, page in archive.pages(path, known):
            if identities(page.url, page.listed_url) & gone:
                continue
            if archive.is_article(page) or (archive.tells_of_article(page) and ledger.payload_of(identity(page))):
                ledger.archived(page, position, run=None, payload=archive.payload_hash(page.body))
        length = path.stat().st_size
        ledger.archive_grew(archive.Position(path.name, length, length))


def pages(folder: Path, gone: frozenset[str]) -> Iterator[Page]:
    """All pages of the archive but what was taken down, oldest file first. Raises ArchiveError."""
    for path in archive.files(folder):
        for _, page in archive.pages(path):
            if page.kind == "list" or not identities(page.url, page.listed_url) & gone:
                yield page


def identities(url: str, listed_url: str | None) -> set[str]:
    """The identities of an article page: by its own URL, and as a listing showed it."""
    return {canonical_url(url)} | ({listed_url} if listed_url else set())
