"""What a failed request means, for every way to fail that is known."""

from datetime import datetime

import pytest
from scrapy import exceptions as scrapy
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet import error as twisted
from twisted.python.failure import Failure as TwistedFailure
from twisted.web.client import ResponseFailed

from crawler.accounts import OUTCOMES
from crawler.keeping.archive import ArchiveError
from crawler.middlewares.body import BlockedError, BodyError, HeadersTooLargeError, TooLargeError, TruncatedBodyError
from crawler.middlewares.egress import NoContactError
from crawler.middlewares.redirects import RedirectRefusedError
from crawler.middlewares.retry import AskedToWaitError
from crawler.middlewares.robots import RobotsDeniedError, RobotsUnreadableError
from crawler.network.failures import FAMILIES, HARD, NONE, SOFT, TEMPORARY, failure_of
from crawler.network.resolver import NoNameServerError, NoSuchHostError, PrivateAddressError
from pipelines.model import KST

UNTIL = datetime(2020, 3, 31, 12, tzinfo=KST)


def status(code):
    return HttpError(Response("http://x.test/", status=code))


def wrapped(*causes):
    error = scrapy.DownloadFailedError("[<twisted.python.failure.Failure …>]")
    error.__cause__ = ResponseFailed([TwistedFailure(cause) for cause in causes])
    return error


CASES = [
    (status(401), "failed", HARD, "HTTP 401: the outlet wants a login"),
    (status(403), "failed", HARD, "HTTP 403: the outlet refuses us"),
    (status(451), "failed", HARD, "HTTP 451: withheld for legal reasons"),
    (status(404), "failed", SOFT, "HTTP 404: there is no such page"),
    (status(410), "failed", SOFT, "HTTP 410: the page was removed"),
    (status(429), "failed", SOFT, "HTTP 429: the outlet finds us too fast"),
    (status(408), "failed", TEMPORARY, "HTTP 408: the outlet's server ran out of time"),
    (status(500), "failed", SOFT, "HTTP 500: the outlet's server fails"),
    (status(503), "failed", SOFT, "HTTP 503: the outlet's server fails"),
    (status(302), "failed", SOFT, "HTTP 302: a redirect that leads nowhere"),
    (status(418), "failed", SOFT, "HTTP 418: the outlet does not take the request"),
    (RobotsDeniedError("robots.txt denies it"), "robots", HARD, "robots.txt denies it"),
    (RobotsUnreadableError("robots.txt answers 503"), "failed", HARD, "robots.txt answers 503"),
    (RobotsUnreadableError("robots.txt cannot be read", scrapy.DownloadTimeoutError("no whole answer within 30 s")),
     "failed", HARD, "robots.txt cannot be read: no whole answer within 30 s"),
    (RobotsUnreadableError("robots.txt cannot be read", NoContactError("No contact is set")), "deferred", NONE, "No contact is set"),
    (RobotsUnreadableError("robots.txt cannot be read", NoNameServerError("no name server answers for x.test")),
     "failed", TEMPORARY, "no name server answers for x.test"),
    (BlockedError("block page: captcha"), "blocked", HARD, "block page: captcha"),
    (NoSuchHostError("there is no host x.test"), "failed", HARD, "there is no host x.test"),
    (scrapy.CannotResolveHostError("…"), "failed", HARD, "there is no such host"),
    (PrivateAddressError("x.test has no public address (10.0.0.1)"), "failed", HARD, "x.test has no public address (10.0.0.1)"),
    (scrapy.DownloadConnectionRefusedError("…"), "failed", HARD, "the host refuses connections"),
    (AskedToWaitError(429, UNTIL), "deferred", HARD, "HTTP 429, asks to come again at 2020-03-31 12:00"),
    (RedirectRefusedError("redirect loop"), "failed", SOFT, "redirect loop"),
    (TooLargeError("larger than 20 MB"), "failed", SOFT, "larger than 20 MB"),
    (BlockedError("HTTP 202, which is no page"), "blocked", HARD, "HTTP 202, which is no page"),
    (BodyError("the body cannot be unpacked (…)"), "failed", SOFT, "the body cannot be unpacked (…)"),
    (wrapped(HeadersTooLargeError()), "failed", SOFT, "headers larger than 64 kB"),
    (TruncatedBodyError("the body ended early"), "failed", TEMPORARY, "the body ended early"),
    (scrapy.ResponseDataLossError(), "failed", TEMPORARY, "the body ended early"),
    (scrapy.DownloadTimeoutError("no whole answer within 30 s"), "failed", TEMPORARY, "no whole answer within 30 s"),
    (wrapped(twisted.ConnectionLost()), "failed", TEMPORARY, "the connection broke off"),
    (wrapped(twisted.ConnectionDone()), "failed", TEMPORARY, "the host closed the connection without an answer"),
    (twisted.ConnectError(), "failed", TEMPORARY, "no connection to the host"),
    (wrapped(ValueError("bad status line")), "failed", TEMPORARY, "the answer is no HTTP"),
    (NoContactError("No contact is set"), "deferred", NONE, "No contact is set"),
    (ArchiveError("the disk is full"), "deferred", NONE, "the disk is full"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "outcome", "severity", "reason"), CASES, ids=[case[3] for case in CASES])
def test_every_failure_has_an_outcome_a_weight_and_words(error, outcome, severity, reason):
    told = failure_of(error, "list")
    assert (told.outcome, told.severity, told.reason) == (outcome, severity, reason)
    assert told.outcome in OUTCOMES
    assert "Error" not in told.reason


@pytest.mark.parametrize("error", [status(404), status(410), RobotsDeniedError("robots.txt denies it")])
def test_an_article_that_is_gone_or_closed_tells_nothing_against_its_outlet(error):
    assert failure_of(error, "article").severity == NONE


def test_what_is_not_known_is_told_as_it_is_and_is_chance():
    told = failure_of(RuntimeError("kaput"))
    assert (told.reason, told.severity) == ("Runtime: kaput", TEMPORARY)


def test_until_when_a_host_wants_its_rest_is_known_through_robots_txt_too():
    asked = AskedToWaitError(429, UNTIL)
    assert failure_of(asked).until == UNTIL
    assert failure_of(RobotsUnreadableError("robots.txt cannot be read", asked)).until == UNTIL


def test_a_host_that_does_not_even_give_its_robots_txt_is_down_and_one_that_refuses_it_is_not():
    silent = RobotsUnreadableError("robots.txt cannot be read", scrapy.DownloadTimeoutError("no answer"))
    assert FAMILIES[failure_of(silent).kind] == "host"
    assert FAMILIES[failure_of(RobotsUnreadableError("robots.txt answers 503")).kind] == "robots"
