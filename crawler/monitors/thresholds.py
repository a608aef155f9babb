"""From when on something is told. The setting ILJARI_MONITORS changes them for all outlets, a spider's `monitors` for its own."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.arguments import SpiderMistakeError

THRESHOLDS: dict[str, float] = {
    "failed_share": 0.1,  # of the asked-for articles that may fail, or of the fetched ones that may stay unread
    "denied_share": 0.5,  # of the asked-for articles that robots.txt may deny
    "empty_share": 0.5,  # of the articles that came: so many may be without a text
    "damaged_share": 0.5,  # of the articles read: so many may be garbled, undated, or dated otherwise than listed
    "doubled_share": 0.3,  # of the new articles: so many may have the text of another one
    "flagged_share": 0.5,  # of the new plan articles: so many may have a flag
    "conflict_share": 0.5,  # of the new plan articles: so many may differ from what others say of the same plan
    "few": 3,  # fewer pages than this say nothing, where a share is asked for
    "few_new": 2,  # the same for articles of one night that were read
    "days_off": 3,  # days between the date on the list and the one on the article
    "held_share": 0.5,  # of what led the lists last night: so much must still be listed where nothing is new
    "history_nights": 5,  # healthy nights before an outlet is compared with itself
    "list_share": 0.6,  # of the usual number of articles on the first pages of the lists
    "flood_factor": 5,  # times the usual number of fetched articles
    "flood_least": 50,  # articles; fewer are no flood
    "slow_factor": 4,  # times the usual time to an answer
    "slow_least": 2,  # seconds to an answer; less is not slow
    "long_factor": 4,  # times the usual duration of an outlet's night
    "long_least": 1800,  # seconds; less is not long
    "coverage_drop": 0.3,  # by so much may the share of plan articles with their main figures fall below the usual
    "silent_days": 3,  # working days without anything new, at least
    "silent_factor": 2,  # times the longest silence of the last weeks, at least
    "silent_doubt": 8,  # divided by the logarithm of how many silences are known: times the longest, if that is more
    "silent_doubt_season": 6,  # the same in the disclosure season
    "season_days": 10,  # working days of the season without one plan article from any outlet
    "waiting": 500,  # articles left over for later nights
    "memory_mb": 2000,  # of all processes at their highest
    "widespread_share": 0.5,  # of the outlets: where more cannot be reached, the trouble is ours
    "widespread_least": 3,  # outlets
}
"""Shares are parts of one; days are working days in Korea."""


def thresholds(*changes: Mapping[str, object]) -> dict[str, float]:
    """The thresholds with changes, the later ones winning. Raises SpiderMistakeError for a name or value that is none."""
    made = dict(THRESHOLDS)
    for name, value in (item for change in changes for item in change.items()):
        if name not in made:
            raise SpiderMistakeError(f"there is no threshold {name!r}; there are {', '.join(made)}")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise SpiderMistakeError(f"the threshold {name} is {value!r}, which is no number")
        made[name] = float(value)
    return made
