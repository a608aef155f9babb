"""What a person reads of a night, and what counts as news."""

from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from crawler.alerts.digest import Backlog, alarm, digest
from crawler.alerts.message import Alert, Message, Section, as_json, from_json, plain, text_of, utf16_units
from crawler.alerts.news import OUTLET, Told, settle, settle_failure
from tests.crawler.alerts.nights import finding, night, refused, row

NIGHT = date(2026, 11, 25)


def text(message):
    return text_of(Alert("x", "digest", datetime.fromisoformat("2126-11-25T05:00+09:00"), message))


def test_a_digest_says_what_is_new_changed_going_on_and_over_worst_first():
    findings = [
        finding("asiae", level="warning", ko="기사가 적습니다."),
        finding("knnws", ko="목록이 비었습니다."),
        finding("fnnews", "bodies", change="changed", ko="본문이 모두 비었습니다."),
        finding("breaknews", "quiet", "warning", "continuing", date(2026, 11, 20)),
        finding("", "queue", "error", "continuing", date(2026, 11, 21)),
        finding("icose", change="recovered", ko="다시 수집됩니다."),
    ]
    outlets = [row("asiae"), row("knnws", "failed", listed=1200), row("icose", "paused")]
    said = text(digest(night("2026-11-25", *findings, outlets=outlets), findings, "ko", "https://jobs.example/"))
    assert said.splitlines() == [
        "[iljari] 2026-11-25 수집: 새 문제 2, 바뀐 문제 1, 계속 2, 해결 1",
        "",
        "새로 생긴 문제 (2)",
        "[오류] knnws: 목록이 비었습니다.",
        "[주의] asiae: 기사가 적습니다.",
        "",
        "달라진 문제 (1)",
        "[오류] fnnews: 본문이 모두 비었습니다.",
        "",
        "계속되는 문제 (이미 알림) (2)",
        "수집 전체 queue 11-21부터, breaknews quiet 11-20부터",
        "",
        "해결된 문제 (1)",
        "icose: 다시 수집됩니다.",
        "",
        "매체 3곳: 정상 1, 문제 1, 제외 1",
        "목록 1,280, 수집 21, 계획 기사 6, 걸린 시간 1시간 5분",
        "자세히: https://jobs.example/health",
    ]


def test_a_digest_in_english():
    findings = [finding(), finding("icose", change="recovered", en="Crawled again.")]
    backlog = [Backlog("slack", 2, date(2026, 11, 20)), Backlog("mail", 1, NIGHT, given_up=True)]
    said = text(digest(night("2026-11-25", *findings, newsroom=True), findings, "en", "", backlog))
    assert said.splitlines() == [
        "[iljari newsroom] Crawl of 2026-11-25: 1 new, 1 recovered",
        "",
        "New (1)",
        "[error] knnws: The list of knnws has no article.",
        "",
        "Recovered (1)",
        "icose: Crawled again.",
        "",
        "2 outlets: 2 well, 0 with trouble, 0 left out",
        "80 listed, 14 fetched, 4 plan articles, took 1 h 5 min",
        "Alerts not delivered yet: slack 2 (since 11-20)",
        "Alerts given up after 14 days: mail 1",
    ]


def test_troubles_that_go_on_are_counted_when_they_are_many():
    many = [finding(f"paper{n}", change="continuing") for n in range(100)]
    said = text(digest(night("2026-11-25", *many), many, "ko"))
    assert "계속 100" in said.splitlines()[0]
    assert "외 60건" in said


def test_where_our_network_failed_the_outlets_it_hid_are_told_by_name_alone():
    for change in ("new", "recovered"):
        hidden = [finding(f"paper{n}", "host", change=change) for n in range(100)]
        network = finding("", "widespread", change=change, en="100 of 101 outlets could not be reached")
        other = finding("knnws", "charset", change=change, en="5 of 5 articles have damaged characters")
        said = text(digest(night("2026-11-25"), [*hidden, network, other], "en")).splitlines()
        assert sum("100 of 101 outlets could not be reached" in line for line in said) == 1
        assert sum("damaged characters" in line for line in said) == 1
        assert sum("has no article" in line for line in said) == 0
        assert any("paper0 host since 11-25, paper1 host since 11-25" in line for line in said)
        assert any("and 60 more" in line for line in said)
        assert len(said) < 20


def test_an_alarm_is_short():
    told = Told("refused", date(2026, 11, 23), NIGHT)
    said = text(alarm(refused(), told, "en", "https://jobs.example"))
    assert said.splitlines() == [
        "[iljari] Crawl of 2026-11-25 URGENT: it could not begin",
        "",
        "500 MB must stay free",
        "The crawl has been failing since 2026-11-23.",
        "When the cause is gone, `scrapy nightly` goes on from where it stopped.",
        "",
        "More: https://jobs.example/health",
    ]


def test_an_alarm_without_a_reason_says_where_to_look():
    assert "로그를 살펴보세요" in text(alarm(refused(reason=None), Told("refused", NIGHT, NIGHT), "ko"))


def changes(report, told):
    return [(one.outlet, one.monitor, one.change) for one in settle(report, told).findings]


def test_an_outlet_that_is_not_well_without_a_finding_is_told_until_it_is():
    told = {}
    states = ["failed", "failed", "given-up", "suspended", "ok", "ok"]
    heard = []
    for state in states:
        report = night("2026-11-25", state="unhealthy", outlets=[row(state=state, reason="robots.txt answers 503")])
        report = night(
            "2026-11-25", state="ok" if state in ("ok", "suspended") else "unhealthy", outlets=report.outlets
        )
        news = settle(report, told)
        heard.append([one.change for one in news.findings])
        told = news.told
    assert heard == [["new"], ["continuing"], ["changed"], [], ["recovered"], []]
    assert told == {}


def test_an_outlet_that_a_monitor_explains_is_told_of_by_it_alone():
    report = night("2026-11-25", finding("knnws"), outlets=[row("knnws", "failed")])
    before = {("knnws", OUTLET): Told("failed", date(2026, 11, 24), date(2026, 11, 24))}
    news = settle(report, before)
    assert [(one.monitor, one.change) for one in news.findings] == [("links", "new")]
    assert set(news.told) == {("knnws", "links")}


def test_a_recovery_of_what_nobody_heard_of_is_no_news():
    report = night("2026-11-25", finding(change="recovered"))
    assert changes(report, {}) == []
    assert changes(report, {("knnws", "links"): Told("error", NIGHT, NIGHT)}) == [("knnws", "links", "recovered")]


def test_what_ended_unseen_and_began_again_is_new():
    before = {("knnws", "links"): Told("error", date(2026, 11, 1), date(2026, 11, 1))}
    assert changes(night("2026-11-25", finding()), before) == [("knnws", "links", "new")]
    same = {("knnws", "links"): Told("error", NIGHT, NIGHT)}
    assert changes(night("2026-11-25", finding()), same) == [("knnws", "links", "continuing")]


def test_an_unhealthy_night_that_nobody_explains_is_told_once():
    report = night("2026-11-25", finding(level="warning"), state="unhealthy")
    news = settle(report, {})
    assert [(one.monitor, one.change) for one in news.findings] == [("links", "new"), ("state", "new")]
    again = settle(night("2026-11-26", finding(level="warning", change="continuing"), state="unhealthy"), news.told)
    assert not again.worth_telling
    well = settle(night("2026-11-27", finding(level="warning", change="continuing")), again.told)
    assert [(one.monitor, one.change) for one in well.findings] == [("links", "continuing"), ("state", "recovered")]


def test_without_a_memory_the_monitors_are_believed():
    report = night("2026-11-25", finding(change="continuing"), finding("asiae", change="recovered"))
    assert [one.change for one in settle(report, None).findings] == ["continuing", "recovered"]


def test_a_night_that_fails_otherwise_the_second_time_is_told_again():
    told, _ = settle_failure(refused(), {})
    memory = {("", "night"): told}
    assert settle_failure(refused(), memory)[1] is False
    assert settle_failure(night("2026-11-25", state="stopped"), memory)[1] is True
    assert settle_failure(refused("2026-11-26"), memory) == (Told("refused", NIGHT, date(2026, 11, 26)), True)


texts = st.text(st.characters(), max_size=600)


@given(texts)
def test_a_line_is_one_line_and_has_bytes(said):
    line = plain(said)
    assert len(line.splitlines()) <= 1
    assert len(line) <= 400
    assert line.encode("utf-8").decode("utf-8") == line


@given(st.lists(st.lists(texts.map(plain), min_size=1, max_size=5), max_size=5), st.integers(200, 3000))
def test_a_text_keeps_its_limit_its_subject_and_its_foot(sections, limit):
    message = Message("subject", tuple(Section("title", tuple(lines)) for lines in sections), ("the foot",))
    alert = Alert("x", "digest", datetime.fromisoformat("2126-11-25T05:00+09:00"), from_json(as_json(message)))
    said = text_of(alert, limit, lambda line: line.replace("a", "aaa"))
    assert utf16_units(said) <= limit
    assert said.startswith("subject")
    assert said.endswith("the foot")
    assert text_of(alert).count("\n") + 1 >= said.count("\n") - 1
