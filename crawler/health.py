"""Was an outlet's crawl healthy? A list without articles or a crawl that ended early is never a quiet success."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FAILED_SHARE = 0.1
"""Share of the asked-for articles that may fail before the outlet counts as unhealthy."""


@dataclass(slots=True)
class Walk:
    """How one listing (a section, a feed, a search) went."""

    listing: str
    found_by: str
    entries_before: int  # of the last walk
    pages: int = 0
    entries: int = 0
    ended: bool = False
    failure: str | None = None


def judge(
    finish_reason: str, walks: Mapping[str, Walk], sums: Mapping[str, int], unread: int = 0
) -> tuple[str, str | None]:
    """The state of an outlet (`ok`, `failed`, `stopped`) and, where it is not ok, the reason for a person to read.

    `unread` counts the fetched articles that could not be read or stored.
    """
    if finish_reason != "finished":
        return "stopped", f"the crawl ended early: {finish_reason}"
    failures = [walk for walk in walks.values() if walk.failure or not walk.ended]
    if failures:
        reasons = sorted({walk.failure or "broken off by an error of ours (see the log)" for walk in failures})
        return "failed", f"{len(failures)} of {len(walks)} listings failed: {'; '.join(reasons)}"
    lists = [walk for walk in walks.values() if walk.found_by != "search"]
    empty = [walk for walk in lists if not walk.entries]
    lost = [walk.listing for walk in empty if walk.entries_before or len(empty) == len(lists)]
    if lost:
        return "failed", f"no article on {', '.join(lost)}: was the site relaunched?"
    asked = sums["fetched"] + sums["failed"]
    if sums["failed"] > FAILED_SHARE * asked:
        return "failed", f"{sums['failed']} of {asked} articles could not be fetched"
    if unread > FAILED_SHARE * sums["fetched"]:
        return "failed", f"{unread} of {sums['fetched']} articles could not be read (verdicts in crawl.db)"
    return "ok", None
