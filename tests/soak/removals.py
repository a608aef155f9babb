"""Every fault has a test that notices when its handling is taken away: each is taken away in turn, in a copy of the tree.

A removal is a piece of the code and what is written in its place. `python -m tests.soak --only removals` shows which test
fails without it; a removal that no test notices is a fault in the tests.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.newsroom.process import ROOT

SECONDS = 420
"""How long the tests of one removal may take."""


@dataclass(frozen=True)
class Removal:
    """What handles a fault: in `file`, `code` becomes `instead`; `test` (a file or a test's id) must then fail."""

    fault: str
    file: str
    code: str
    instead: str
    test: str


REMOVALS: tuple[Removal, ...] = (
    Removal(
        "a list that lost its articles", "crawler/walks.py",
        "if first and shown_before >= (FEW_HITS if self.listing.found_by == \"search\" else 1):", "if False:", "tests/crawler/test_walks.py",
    ),
    Removal(
        "paging that ends early", "crawler/walks.py",
        "            if why:\n", "            if False:\n", "tests/crawler/test_walks.py",
    ),
    Removal(
        "endless paging", "crawler/walks.py",
        "if number - self.listing.first + 1 < self._limit:", "if True:", "tests/crawler/test_walks.py",
    ),
    Removal(
        "a backdated article", "crawler/walks.py",
        "if self._quiet >= LOOK_BACK_PAGES:", "if self._quiet:", "tests/crawler/test_walks.py",
    ),
    Removal(
        "a gap between two nights", "crawler/walks.py",
        "if self.memory.complete and news:", "if False:", "tests/crawler/test_walks.py",
    ),
    Removal(
        "a search by relevance that looks ended by its dates", "crawler/walks.py",
        "            self._sorted = False", "            pass", "tests/crawler/test_walks.py",
    ),
    Removal(
        "an edited article", "crawler/cms/base.py",
        "requests += [self._visit(known) for known in due]", "pass", "tests/crawler/test_visits.py",
    ),
    Removal(
        "an article fetched again though nothing changed", "crawler/cms/base.py",
        "headers=known.conditions", "headers={}", "tests/crawler/test_visits.py",
    ),
    Removal(
        "sums that do not add up", "crawler/ledger.py",
        'if account.total("listed") != listed:', "if False:", "tests/crawler/test_ledger.py",
    ),
    Removal(
        "a killed run without an account", "crawler/ledger.py",
        "        self._close_killed()\n", "", "tests/crawler/test_ledger.py",
    ),
    Removal(
        "articles without a text after a relaunch", "crawler/monitors/checks.py",
        'if empty < seen.limits["few"] or empty <= seen.limits["empty_share"] * came:', "if True:",
        "tests/crawler/monitors/test_checks.py",
    ),
    Removal(
        "a challenge page with status 200", "crawler/middlewares/archive.py",
        "        if why:\n", "        if False:\n", "tests/crawler/test_faults.py",
    ),
    Removal(
        "a backfill that was killed", "crawler/cms/base.py",
        "yield self._list_request(listing, progress.page or listing.first)",
        "yield self._list_request(listing, listing.first)", "tests/crawler/test_backfill.py",
    ),
    Removal(
        "a host that asks for a rest", "crawler/network/pace.py",
        "return max(backed_off, asked or 0.0)", "return backed_off",
        "tests/crawler/network/test_pace.py::test_the_whole_host_rests_as_long_as_it_asks_and_then_gives_all",
    ),
    Removal(
        "a host that asks for more than a night has", "crawler/middlewares/retry.py",
        "if asked is not None and asked > self.longest:", "if False:",
        "tests/crawler/network/test_pace.py::test_a_host_that_asks_for_more_than_a_night_has_is_not_asked_for_that_again",
    ),
    Removal(
        "a host that is down, asked ever faster", "crawler/network/pace.py",
        "2 ** min(times - 1, DOUBLINGS)", "1",
        "tests/crawler/network/test_pace.py::test_a_host_that_stays_down_is_tried_a_bounded_number_of_times_ever_more_slowly",
    ),
    Removal(
        "a host that gives no answer", "crawler/network/transport.py",
        "            retry.note_failure(request, told)\n", "",
        "tests/crawler/network/test_pace.py::test_a_host_that_gives_no_answer_rests_before_anything_else_is_asked",
    ),
    Removal(
        "crawls in step", "crawler/network/pace.py",
        "self._spread(0.5, 1.5)", "1.0", "tests/crawler/network/test_pace.py::test_waits_are_not_in_step",
    ),
    Removal(
        "a Crawl-delay with jitter", "crawler/middlewares/robots.py",
        "        if delay:\n", "        if False:\n", "tests/crawler/network/test_pace.py::test_a_crawl_delay_is_a_lower_bound",
    ),
    Removal(
        "a robots.txt that answers 429", "crawler/middlewares/robots.py",
        " or response.status == 429", "",
        "tests/crawler/test_robots.py::test_nothing_of_a_closed_host_is_requested_by_any_of_several_requests",
    ),
    Removal(
        "an outlet that keeps refusing", "crawler/standing.py",
        "elif self.in_a_row[page] >= PATIENCE", "elif False",
        "tests/crawler/test_standing.py::test_an_outlet_that_keeps_refusing_is_left_for_the_night_and_nothing_is_lost",
    ),
    Removal(
        "an outlet that fails night after night", "crawler/standing.py",
        "if mostly_failing and score >= SUSPEND_AT:", "if False:",
        "tests/crawler/test_standing.py::test_the_night_of_the_suspension_is_unhealthy_and_tells_until_when",
    ),
    Removal(
        "a suspended outlet", "crawler/run.py",
        "        if left_out:\n", "        if False:\n",
        "tests/crawler/test_standing.py::test_a_suspended_outlet_is_not_asked_told_and_no_new_trouble",
    ),
    Removal(
        "an outlet that recovers", "crawler/standing.py",
        "score = standing.score * LOWERED", "score = standing.score",
        "tests/crawler/test_standing.py::test_it_is_tried_when_the_time_is_over_and_gives_what_it_has",
    ),
    Removal(
        "an outlet that is to be slowed", "crawler/standing.py",
        "return SLOWER if", "return 1.0 if",
        "tests/crawler/test_standing.py::test_a_slowed_outlet_is_crawled_more_slowly",
    ),
    Removal(
        "an outlet with one dead section", "crawler/standing.py",
        "HIGHEST if mostly_failing else max(standing.score, SLOW_AT)", "HIGHEST",
        "tests/crawler/test_standing.py::test_an_outlet_that_answers_more_than_it_fails_is_slowed_at_most",
    ),
    Removal(
        "a change by hand while a run is on", "crawler/commands/outlets.py",
        "lock = hold_lock(data)", "lock = (data / \"other\").open(\"w\")",
        "tests/crawler/test_standing.py::test_while_a_run_is_on_only_listing_is_possible",
    ),
    Removal(
        "a private address", "crawler/network/resolver.py",
        "if name != self.newsroom and not is_public(address):", "if False:", "tests/crawler/network/test_addresses.py",
    ),
    Removal(
        "a proxy that looks names up unchecked", "crawler/settings.py",
        "HTTPPROXY_ENABLED = False", "HTTPPROXY_ENABLED = True",
        "tests/crawler/network/test_addresses.py::test_a_proxy_of_the_environment_is_not_used",
    ),
    Removal(
        "a redirect to another site", "crawler/middlewares/redirects.py",
        "        why = refusal(redirected.url, domains)\n", "        why = None\n",
        "tests/crawler/test_redirects.py::test_a_redirect_elsewhere_is_not_followed",
    ),
    Removal(
        "a redirect loop", "crawler/middlewares/redirects.py",
        'why = "redirect loop"', "pass",
        "tests/crawler/test_redirects.py::test_a_loop_is_seen_at_its_first_turn",
    ),
    Removal(
        "a decompression bomb", "crawler/middlewares/body.py",
        "if len(unpacked) > limit:", "if False:", "tests/crawler/network/test_safety.py::test_what_is_no_page_says_why",
    ),
    Removal(
        "a page of 100 MB", "crawler/settings.py",
        "DOWNLOAD_MAXSIZE = 20 * 1024 * 1024", "DOWNLOAD_MAXSIZE = 0",
        "tests/crawler/test_hostile.py::test_a_page_without_bound_is_a_failure_by_its_name",
    ),
    Removal(
        "a body that drips", "crawler/settings.py",
        "DOWNLOAD_TIMEOUT = 30", "DOWNLOAD_TIMEOUT = 3000",
        "tests/crawler/network/test_safety.py::test_the_bounds_of_real_nights",
    ),
    Removal(
        "a body cut on its way", "crawler/settings.py",
        "DOWNLOAD_FAIL_ON_DATALOSS = True", "DOWNLOAD_FAIL_ON_DATALOSS = False",
        "tests/crawler/network/test_safety.py::test_a_truncated_body_is_never_a_page_and_is_asked_for_again",
    ),
    Removal(
        "a packed body cut before it was sent", "crawler/middlewares/body.py",
        'raise TruncatedBodyError("the body ended early")', "break",
        "tests/crawler/network/test_safety.py::test_a_truncated_body_is_never_a_page_and_is_asked_for_again",
    ),
    Removal(
        "a body without a length, cut", "crawler/middlewares/body.py",
        "            _look_for_end(response)\n", "",
        "tests/crawler/network/test_safety.py::test_a_truncated_body_is_never_a_page_and_is_asked_for_again",
    ),
    Removal(
        "headers without end", "crawler/network/transport.py",
        "if self.header_bytes > MAX_HEADER_BYTES:", "if False:",
        "tests/crawler/network/test_safety.py::test_what_is_no_page_says_why",
    ),
    Removal(
        "a feed that declares entities", "crawler/cms/listing.py",
        "tricks=_TRICKS.search(text) is not None", "tricks=False",
        "tests/crawler/test_hostile.py::test_a_feed_that_plays_tricks_is_a_failure_and_its_articles_come_all_the_same",
    ),
    Removal(
        "a list page that objects unheard", "crawler/cms/base.py",
        "        if page.objection:\n", "        if False:\n",
        "tests/crawler/test_hostile.py::test_a_feed_that_plays_tricks_is_a_failure_and_its_articles_come_all_the_same",
    ),
    Removal(
        "control characters in titles", "pipelines/markup.py",
        "\\u2060-\\u206f", "\\u2060",
        "tests/crawler/test_hostile.py::test_titles_hold_no_control_characters_and_script_is_text",
    ),
    Removal(
        "script inside a list's title", "crawler/cms/listing.py",
        "[not(ancestor::script or ancestor::style)]", "",
        "tests/crawler/test_listing.py::test_a_title_is_one_bounded_line_of_text",
    ),
    Removal(
        "a title without end", "crawler/cms/listing.py",
        "[:MAX_TITLE]", "", "tests/crawler/test_listing.py::test_a_title_is_one_bounded_line_of_text",
    ),
    Removal(
        "a list page without end", "crawler/cms/listing.py",
        "taken = list(islice(entries, MAX_ENTRIES))", "taken = list(entries)",
        "tests/crawler/test_listing.py::test_a_page_with_too_many_articles_gives_the_first_and_is_not_taken_for_read",
    ),
    Removal(
        "an absurd date in a list", "crawler/cms/listing.py",
        "day if day and is_plausible(day, now()) else None", "day",
        "tests/crawler/test_listing.py::test_an_absurd_day_of_a_feed_is_none",
    ),
    Removal(
        "a wrong label of the charset", "pipelines/decode.py",
        'return data.decode("utf-8"), "utf-8"', 'return data.decode("cp949", "replace"), "cp949"',
        "tests/pipelines/test_decode.py",
    ),
    Removal(
        "an article that is withdrawn", "crawler/keeping/archive.py",
        'return is_article(page) or (page.kind == "article" and page.status in GONE_STATUSES)', "return is_article(page)",
        "tests/crawler/test_visits.py",
    ),
    Removal(
        "an article that says it is gone, with status 200", "pipelines/clean.py",
        'if article.status not in ("ok", "block-page") and (gone := find_gone(html)):', "if gone := False:",
        "tests/crawler/test_visits.py",
    ),
    Removal(
        "one article under many links", "crawler/cms/listing.py",
        'link = self.article_url.replace("{id}", found[1])', "link = urljoin(self.article_url, href)",
        "tests/crawler/test_listing.py",
    ),
    Removal(
        "session ids and tracking in addresses", "pipelines/canonical.py",
        "if not TRACKING.fullmatch(name)", "if True", "tests/pipelines/test_canonical.py",
    ),
    Removal(
        "a robots.txt that appears overnight", "crawler/middlewares/robots.py",
        'raise RobotsDeniedError("robots.txt denies it") from None', "pass", "tests/crawler/test_faults.py",
    ),
    Removal(
        "a text behind a script", "pipelines/read.py",
        'if article.status != "ok":', "if False:", "tests/crawler/test_faults.py",
    ),
    Removal(
        "a torn record", "crawler/keeping/archive.py",
        "file.truncate(good)", "pass", "tests/crawler/keeping/test_power_cut.py",
    ),
    Removal(
        "pages that a killed run archived", "crawler/night.py",
        "        recovery.take_in(self.folder, self.ledger)\n", "", "tests/crawler/keeping/test_night_recovery.py",
    ),
    Removal(
        "two runs at once", "crawler/keeping/lock.py",
        "fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)", "pass", "tests/crawler/keeping/test_lock.py",
    ),
    Removal(
        "a full disk or a locked database", "crawler/night.py",
        "        self.broken = True\n", "", "tests/crawler/keeping/test_full_disk.py",
    ),
    Removal(
        "a page that was taken down", "crawler/middlewares/archive.py",
        "            _refuse_taken_down(page)\n", "            pass\n", "tests/crawler/keeping/test_takedown.py",
    ),
    Removal(
        "one press release in several outlets", "pipelines/dedupe.py",
        "            release[tail] = head\n", "            pass\n", "tests/pipelines/test_dedupe.py",
    ),
    Removal(
        "what an edit changed", "pipelines/history.py",
        "told = tuple(changes(plan, last)) if plan and last.shown == \"plan\" else ()", "told = ()",
        "tests/pipelines/test_versions.py",
    ),
    Removal(
        "a correction that fits nothing", "pipelines/store.py",
        "unmet.append(", "len(", "tests/pipelines/test_corrections.py",
    ),
)  # fmt: skip


def soak() -> Counter[str]:
    """Take each handling away and run its test; the counts, of which `not noticed` and `not found` should be 0."""
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="removals-") as folder:
        tree = _copy_of_the_tree(Path(folder) / "tree")
        for removal in REMOVALS:
            said = _without(tree, removal)
            noticed = said.startswith(("FAILED", "ERROR"))
            counts["removed"] += 1
            counts["not found"] += said == "not found"
            counts["not noticed"] += not noticed and said != "not found"
            print(f"{removal.fault}: {said}", flush=True)
    return counts


BAD = ("not found", "not noticed")


def _copy_of_the_tree(tree: Path) -> Path:
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    for name in tracked:
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tree / name)
    return tree


def _without(tree: Path, removal: Removal) -> str:
    """The first test that fails without the handling, or what is wrong with the removal."""
    path = tree / removal.file
    whole = path.read_text(encoding="utf-8")
    if removal.code not in whole:
        return "not found"
    path.write_text(whole.replace(removal.code, removal.instead, 1), encoding="utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", removal.test],
            cwd=tree, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"FAILED {removal.test}: it does not end"
    finally:
        path.write_text(whole, encoding="utf-8")
    lines = done.stdout.splitlines()
    return next((line for line in lines if line.startswith(("FAILED", "ERROR"))), "no test notices")
