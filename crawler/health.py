"""Was an outlet's crawl healthy? A list without articles or a crawl that ended early is never a quiet success."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crawler.walks import Walk

if TYPE_CHECKING:
    from crawler.ledger import Account

FAILED_SHARE = 0.1
"""Share of the asked-for articles that may fail, or of the fetched ones that may stay unread, in a healthy crawl."""
EMPTY_SHARE = 0.5
"""Share of the fetched articles that may come without a text."""
FEW = 3
"""Fewer articles without a text than this say nothing about the outlet."""

WITHOUT_TEXT = ("no-body", "script-body", "not-html", "block-page")


def judge(finish_reason: str, walks: Mapping[str, Walk], account: Account) -> tuple[str, str | None]:
    """The state of an outlet (`ok`, `failed`, `stopped`) and, where it is not ok, the reason for a person to read."""
    if finish_reason != "finished":
        return "stopped", f"the crawl ended early: {finish_reason}"
    failures = [walk for walk in walks.values() if not walk.ended]
    if failures:
        reasons = sorted(
            {f"{walk.listing.key}: {walk.failure or 'broken off by an error (see the log)'}" for walk in failures}
        )
        return "failed", f"{len(failures)} of {len(walks)} listings failed: {'; '.join(reasons)}"
    for found_by in ("list", "feed"):
        shown = [walk for walk in walks.values() if walk.pages and walk.listing.found_by == found_by]
        if shown and not any(walk.entries for walk in shown):
            return "failed", f"no article on {', '.join(walk.listing.key for walk in shown)}: was the site relaunched?"
    fetched, lost = account.of("listed", "fetched"), account.of("listed", "failed", "blocked")
    if lost > FAILED_SHARE * (fetched + lost):
        return "failed", f"{lost} of {fetched + lost} articles could not be fetched"
    unread = account.of("read", "unread", "unreadable")
    if unread > FAILED_SHARE * fetched:
        return "failed", f"{unread} of {fetched} articles could not be read (verdicts in crawl.db)"
    empty = account.of("read", *WITHOUT_TEXT) + account.of("visits", "no-text")
    came = fetched + account.of("visits", "changed", "unchanged", "no-text")
    if empty >= FEW and empty > EMPTY_SHARE * came:
        return "failed", f"{empty} of {came} articles came without a text: was the site relaunched?"
    return "ok", None
