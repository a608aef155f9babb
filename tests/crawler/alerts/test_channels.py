"""Each channel over its service's own protocol, against a stand-in that refuses what the service would refuse."""

import email
import email.policy
import logging
import socket
import ssl
import traceback
from collections import deque
from dataclasses import replace

import pytest

from crawler.alerts import post
from crawler.alerts.channels import escape_discord, escape_slack
from crawler.alerts.message import LONGEST_LINE
from crawler.alerts.post import DeliveryError
from crawler.secret import Secret
from tests.crawler.alerts.nights import QUICK, alerts, finding, night, refused
from tests.crawler.alerts.services import (
    CANARIES,
    CHAT,
    HANGS,
    NO_ANSWER,
    PING_PATH,
    SECRETS_OF,
    SMTP_PASSWORD,
    TELEGRAM_TOKEN,
    Answer,
    certificate,
    closed_port,
    mail_settings,
    running_post,
    running_service,
    telegram_says,
)

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
WEB = ("telegram", "slack", "discord", "webhook")
HOSTILE = "<script>alert(1)</script> **bold** _it_ [click](https://evil.example) @everyone <!channel> <@1> ||x|| `c` # h\r\nBcc: x@y.z \u202eabc\x00\ud800"


@pytest.fixture
def bad_night():
    return night("2026-11-25", finding(ko=f"기사가 없습니다: {HOSTILE}"))


def problems(settings, report, tmp_path):
    return alerts(settings).tell(report, tmp_path)


def text_in(service, name):
    asked = service.of(name)[-1]
    return asked.json[{"telegram": "text", "slack": "text", "discord": "content", "webhook": "text"}[name]]


@pytest.mark.parametrize("name", WEB)
def test_a_digest_arrives(service, tmp_path, today, name):
    assert problems(service.settings(name), night("2026-11-25", finding()), tmp_path) == []
    assert service.tries(name) == len(service.of(name)) == 1
    said = text_in(service, name)
    assert said.splitlines()[0].replace("\\", "") == "[iljari] 2026-11-25 수집: 새 문제 1"
    assert "knnws의 목록에 기사가 없습니다." in said


def test_telegram_gets_plain_text_for_the_chat(service, tmp_path, today, bad_night):
    assert problems(service.settings("telegram"), bad_night, tmp_path) == []
    told = service.of("telegram")[0].json
    assert told["chat_id"] == CHAT
    assert "parse_mode" not in told
    assert told["link_preview_options"] == {"is_disabled": True}
    assert "<script>alert(1)</script> **bold**" in told["text"]


def test_slack_gets_no_markup(service, tmp_path, today, bad_night):
    assert problems(service.settings("slack"), bad_night, tmp_path) == []
    told = service.of("slack")[0].json
    assert told["mrkdwn"] is False
    assert "&lt;!channel&gt; &lt;@1&gt;" in told["text"]
    assert "<" not in told["text"]


def test_discord_gets_no_markup_and_mentions_nobody(service, tmp_path, today, bad_night):
    assert problems(service.settings("discord"), bad_night, tmp_path) == []
    told = service.of("discord")[0].json
    assert told["allowed_mentions"] == {"parse": []}
    assert r"\*\*bold\*\* \_it\_ \[click\]\(https://evil.example\) \@everyone \<!channel\>" in told["content"]


def test_the_webhook_gets_the_whole_night_signed(service, tmp_path, today, bad_night):
    assert problems(service.settings("webhook"), bad_night, tmp_path) == []
    asked = service.of("webhook")[0]
    told = asked.json
    assert told["kind"] == "digest"
    assert told["id"] == asked.headers["idempotency-key"]
    assert told["report"]["findings"][0] | {"ko": "", "en": ""} == {
        "outlet": "knnws", "monitor": "links", "level": "error", "since": "2026-11-25", "change": "new", "cause": "",
        "ko": "", "en": "",
    }  # fmt: skip
    assert [one["outlet"] for one in told["report"]["outlets"]] == ["asiae", "knnws"]


def test_hostile_text_stays_on_its_line(service, tmp_path, today, bad_night):
    assert problems(service.settings(*WEB), bad_night, tmp_path) == []
    for name in WEB:
        said = text_in(service, name)
        assert not {"\u202e", "\x00", "\r"} & set(said)
        assert sum("Bcc" in line for line in said.splitlines()) == 1
        assert "\nBcc" not in said


@pytest.mark.parametrize(
    ("escape", "line", "shown"),
    [
        (escape_slack, "a < b & <!here>", "a &lt; b &amp; &lt;!here&gt;"),
        (escape_discord, "# no title", r"\# no title"),
        (escape_discord, "- no list 2026-11-25", r"\- no list 2026-11-25"),
        (escape_discord, "https://a.example/x_y?z=1_2", "https://a.example/x_y?z=1_2"),
        (escape_discord, r"already \* escaped", r"already \\\* escaped"),
    ],
)
def test_escapes(escape, line, shown):
    assert escape(line) == shown


@pytest.mark.parametrize(("name", "limit"), [("telegram", 4096), ("slack", 4000), ("discord", 2000)])
def test_a_long_digest_is_cut_by_whole_lines_to_what_the_service_takes(service, tmp_path, today, name, limit):
    many = [finding(f"outlet{n:03}", ko=f"{n}번째 매체 😀<&>*_ " + "가" * (n % 90)) for n in range(300)]
    assert problems(service.settings(name), night("2026-11-25", *many), tmp_path) == []
    said = text_in(service, name)
    assert limit * 0.8 < len(said.encode("utf-16-le")) // 2 <= limit
    shown = sum("번째 매체" in line for line in said.splitlines())
    assert f"… {300 - shown}줄을 줄였습니다." in said
    assert "매체 2곳: 정상 2" in said.splitlines()[-2]
    for n, line in enumerate(line for line in said.splitlines() if "번째" in line):
        assert line.endswith("가" * (n % 90)), "a line was cut in the middle"


MODES = {
    "429 in the header": ([Answer(429, headers=(("Retry-After", "0"),))], 2),
    "429 with a date": ([Answer(429, headers=(("Retry-After", "Wed, 25 Nov 2020 00:00:00 GMT"),))], 2),
    "500 twice": ([Answer(500), Answer(503)], 3),
    "closed without an answer": ([NO_ANSWER], 2),
    "hangs": ([HANGS], 2),
}


@pytest.mark.parametrize("name", WEB)
@pytest.mark.parametrize("mode", MODES)
def test_passing_trouble_is_got_over_the_same_night(service, tmp_path, today, impatient, name, mode):
    faults, tries = MODES[mode]
    service.fail(name, *faults)
    assert problems(service.settings(name), night("2026-11-25", finding()), tmp_path) == []
    assert service.tries(name) == tries
    assert len(service.of(name)) == 1


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("telegram", telegram_says(429, "Too Many Requests: retry after 30", parameters={"retry_after": 30})),
        ("discord", Answer(429, {"message": "You are being rate limited.", "retry_after": 30.5}, "application/json")),
        ("slack", Answer(429, "rate_limited", headers=(("Retry-After", "3600"),))),
        ("webhook", Answer(503, headers=(("Retry-After", "3600"),))),
    ],
)
def test_a_longer_wait_than_the_night_has_is_left_to_the_next(service, tmp_path, today, name, fault):
    """QUICK waits for a second at most."""
    service.fail(name, fault)
    said = problems(service.settings(name), night("2026-11-25", finding()), tmp_path)
    assert service.tries(name) == 1
    assert len(said) == 1
    assert said[0].startswith(f"{name}: not delivered, kept for the next night: HTTP {fault.status}")


def test_telegrams_own_wait_is_kept(service, tmp_path, today):
    service.fail("telegram", telegram_says(429, "Too Many Requests", parameters={"retry_after": 1}))
    assert problems(service.settings("telegram"), night("2026-11-25", finding()), tmp_path) == []
    assert service.tries("telegram") == 2


LASTING = [
    ("telegram", {"ILJARI_TELEGRAM_CHAT": "1"}, "HTTP 400: Bad Request: chat not found (is ILJARI_TELEGRAM_CHAT right?)"),
    ("telegram", {"ILJARI_TELEGRAM_TOKEN": "12:wrong"}, "HTTP 401: Unauthorized (is ILJARI_TELEGRAM_TOKEN right?)"),
    ("slack", {"ILJARI_SLACK_WEBHOOK": "{url}/services/T/B/x"}, "HTTP 404: no_service (is ILJARI_SLACK_WEBHOOK right?)"),
    ("discord", {"ILJARI_DISCORD_WEBHOOK": "{url}/api/webhooks/1/x"}, "HTTP 404: Unknown Webhook (is ILJARI_DISCORD_WEBHOOK right?)"),
    ("webhook", {"ILJARI_WEBHOOK_KEY": "another"}, "HTTP 401"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "wrong", "said"), LASTING)
def test_what_will_not_pass_is_not_tried_again_tonight_and_says_what_to_look_at(
    service, tmp_path, today, name, wrong, said
):
    settings = service.settings(name) | {key: value.format(url=service.url) for key, value in wrong.items()}
    assert problems(settings, night("2026-11-25", finding()), tmp_path) == [
        f"{name}: not delivered, kept for the next night: {said}"
    ]
    assert service.tries(name) == 1


def test_a_redirect_is_not_followed(service, tmp_path, today):
    service.fail("slack", Answer(302, headers=(("Location", f"{service.url}/hooks/elsewhere"),)))
    said = problems(service.settings("slack"), night("2026-11-25", finding()), tmp_path)
    assert "redirects to another address" in said[0]
    assert len(service.asked) == 1


def test_a_page_that_is_not_telegrams_is_no_success(service, tmp_path, today):
    service.fail("telegram", Answer(200, "<html>log in to the hotel's network</html>", "text/html"))
    said = problems(service.settings("telegram"), night("2026-11-25", finding()), tmp_path)
    assert "no answer of Telegram's" in said[0]


@pytest.mark.parametrize("name", WEB)
def test_nobody_listens(service, tmp_path, today, name):
    settings = {
        key: value.replace(service.url, f"http://127.0.0.1:{closed_port()}")
        for key, value in service.settings(name).items()
    }
    said = problems(settings, night("2026-11-25", finding()), tmp_path)
    assert said == [f"{name}: not delivered, kept for the next night: connection refused"]


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path, today):
    context, _ = certificate(tmp_path)
    with running_service(context) as service:
        said = problems(service.settings("slack"), night("2026-11-25", finding()), tmp_path)
        assert "its certificate is not trusted (self-signed certificate)" in said[0]
        assert service.asked == []


def test_a_certificate_of_ones_own_authority_is_trusted(tmp_path, today, monkeypatch):
    context, trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    post.trust.cache_clear()
    try:
        with running_service(context) as service:
            assert problems(service.settings("telegram"), night("2026-11-25", finding()), tmp_path) == []
    finally:
        post.trust.cache_clear()


def test_a_server_without_encryption_under_an_encrypted_address(service, tmp_path, today):
    settings = {"ILJARI_SLACK_WEBHOOK": service.settings("slack")["ILJARI_SLACK_WEBHOOK"].replace("http:", "https:")}
    said = problems(settings, night("2026-11-25", finding()), tmp_path)
    assert "the encrypted connection failed" in said[0]


def test_proxies_of_the_environment_do_not_count(service, tmp_path, today, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    assert problems(service.settings("webhook"), night("2026-11-25", finding()), tmp_path) == []


# mail


def letter(envelope):
    return email.message_from_bytes(envelope.content, policy=email.policy.default)


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def trusting(tls, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(tls[1]))
    post.trust.cache_clear()
    yield tls[0]
    post.trust.cache_clear()


@pytest.mark.parametrize("login", [False, True], ids=["without login", "with login"])
@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_a_letter_arrives(tmp_path, today, trusting, security, login):
    with running_post(**{security: trusting} if security != "none" else {}, login=login) as server:
        settings = mail_settings(server.port, security=security, login=login, to="a@example.org, b@example.org")
        assert problems(settings, night("2026-11-25", finding(), finding("asiae")), tmp_path) == []
    (envelope,) = server.letters
    told = letter(envelope)
    assert envelope.rcpt_tos == ["a@example.org", "b@example.org"]
    assert told["Subject"] == "[iljari] 2026-11-25 수집: 새 문제 2"
    assert told["From"] == "iljari@example.org"
    assert told["Auto-Submitted"] == "auto-generated"
    assert told["Message-ID"] == "<digest-20261125T033000-1@example.org>"
    assert "knnws의 목록에 기사가 없습니다." in told.get_content()


def test_hostile_text_adds_no_header(tmp_path, today, bad_night):
    with running_post() as server:
        assert problems(mail_settings(server.port), bad_night, tmp_path) == []
    told = letter(server.letters[0])
    assert told["Bcc"] is None
    assert "<script>alert(1)</script> **bold**" in told.get_content()


def test_a_wrong_password_says_so(tmp_path, today):
    with running_post(login=True) as server:
        settings = mail_settings(server.port, login=True) | {"ILJARI_SMTP_PASSWORD": "wrong"}
        said = problems(settings, night("2026-11-25", finding()), tmp_path)
    assert "the login is refused (535) (are ILJARI_SMTP_USER and ILJARI_SMTP_PASSWORD right?)" in said[0]
    assert server.letters == []


def test_no_password_is_sent_where_encryption_is_missing(tmp_path, today):
    with running_post(login=True) as server:
        said = problems(
            mail_settings(server.port, security="starttls", login=True), night("2026-11-25", finding()), tmp_path
        )
    assert "no such login or encryption" in said[0]


def test_a_temporary_refusal_of_a_letter_is_got_over(tmp_path, today):
    with running_post() as server:
        server.replies = deque([("DATA", "451 4.3.0 try again later"), ("RCPT", "450 4.2.0 greylisted")])
        assert problems(mail_settings(server.port), night("2026-11-25", finding()), tmp_path) == []
    assert len(server.letters) == 1


def test_a_lasting_refusal_of_a_letter_is_told_in_the_servers_words(tmp_path, today):
    with running_post() as server:
        server.replies = deque([("DATA", "554 5.7.1 spam")])
        said = problems(mail_settings(server.port), night("2026-11-25", finding()), tmp_path)
    assert said == ["mail: not delivered, kept for the next night: the server refuses: 554 5.7.1 spam"]


def test_one_recipient_of_two_is_enough_and_the_other_is_told_of(tmp_path, today):
    with running_post() as server:
        settings = mail_settings(server.port, to="unknown@example.org,b@example.org")
        said = problems(settings, night("2026-11-25", finding()), tmp_path)
        assert said == ["mail: 1 of 2 recipients were refused"]
        assert problems(settings, night("2026-11-25", finding()), tmp_path) == []
        assert len(server.letters) == 1


def test_every_recipient_refused(tmp_path, today):
    with running_post() as server:
        said = problems(mail_settings(server.port, to="unknown@example.org"), night("2026-11-25", finding()), tmp_path)
    assert said == [
        "mail: not delivered, kept for the next night: every recipient is refused: 550 5.1.1 no such mailbox"
    ]


def test_a_mail_server_that_never_says_a_word(tmp_path, today, impatient):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        said = problems(mail_settings(silent.getsockname()[1]), night("2026-11-25", finding()), tmp_path)
    assert said == ["mail: not delivered, kept for the next night: no answer in time"]


def test_no_mail_server_listens(tmp_path, today):
    said = problems(mail_settings(closed_port()), night("2026-11-25", finding()), tmp_path)
    assert said == ["mail: not delivered, kept for the next night: connection refused"]


def test_a_bad_goodbye_does_not_undo_a_delivery(tmp_path, today):
    with running_post() as server:
        server.replies = deque([("QUIT", "421 going down")])
        assert problems(mail_settings(server.port), night("2026-11-25", finding()), tmp_path) == []
    assert len(server.letters) == 1


# ping


def test_the_ping_hears_of_a_healthy_night(service, tmp_path, today):
    tonight = alerts(service.settings("ping"))
    tonight.begin()
    assert tonight.tell(night("2026-11-25"), tmp_path) == []
    asked = service.of("ping")
    assert [one.path for one in asked] == [f"{PING_PATH}/start", PING_PATH]
    assert asked[1].body.decode() == "[iljari] 2026-11-25 수집: 이상 없음"


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (night("2026-11-25", finding()), "[iljari] 2026-11-25 수집: 새 문제 1"),
        (
            night("2026-11-25", state="stopped", reason="the disk is full"),
            "[iljari] 2026-11-25 수집 긴급: 중간에 멈췄습니다",
        ),
        (night("2026-11-25", state="refused", run=None), "[iljari] 2026-11-25 수집 긴급: 시작하지 못했습니다"),
    ],
    ids=["unhealthy", "stopped", "refused"],
)
def test_the_ping_hears_of_a_bad_night(service, tmp_path, today, report, said):
    assert alerts(service.settings("ping")).tell(report, tmp_path) == []
    (asked,) = service.of("ping")
    assert asked.path == f"{PING_PATH}/fail"
    assert asked.body.decode() == said


def test_a_pings_query_stays_behind_the_path(service, today, tmp_path):
    tonight = alerts({"ILJARI_PING_URL": f"{service.url}{PING_PATH}/?create=1"})
    tonight.begin()
    assert (service.of("ping")[0].path, service.of("ping")[0].query) == (f"{PING_PATH}/start", "create=1")


def test_a_dead_ping_is_one_sentence(tmp_path, today):
    tonight = alerts({"ILJARI_PING_URL": f"http://127.0.0.1:{closed_port()}{PING_PATH}"})
    tonight.begin()
    said = tonight.tell(night("2026-11-25"), tmp_path)
    assert said == ["ping (start): connection refused", "ping (ok): connection refused"]


# what must not be read by anyone


def traceback_of(channel, alert, *, with_locals):
    """Of the failure of a channel, with all that it came from."""
    try:
        channel.send(alert)
    except DeliveryError as error:
        logging.getLogger("trial").exception("not delivered")
        told = traceback.TracebackException.from_exception(error, capture_locals=with_locals)
        assert error.__context__ is None, "its frames hold what was sent"  # noqa: PT017
        return "".join(told.format())
    return ""


ECHOES = {
    "400": lambda echo: Answer(400, echo),
    "400 in JSON": lambda echo: telegram_says(400, echo, message=echo),
    "500": lambda echo: Answer(500, echo),
    "429": lambda echo: Answer(429, echo, headers=(("Retry-After", "3600"),)),
    "redirect": lambda echo: Answer(302, headers=(("Location", echo),)),
}
SILENT = {
    "200 with garbage": Answer(200, b"\xff\x00" * 50_000),
    "404": Answer(404),
    "closed": NO_ANSWER,
    "hangs": HANGS,
}


def test_no_secret_is_read_anywhere_whatever_goes_wrong(tmp_path, today, impatient, caplog, capfd):
    """Every way to fail, with everything logged: log, output, sentences, representations, tracebacks, database."""
    caplog.set_level(logging.DEBUG)
    for noisy in ("httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.DEBUG)
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # the stand-in's own
    said = []

    def try_all(settings, *, with_locals=True):
        tonight = alerts(settings, replace(QUICK, tries=2))
        tonight.begin()
        report = night("2026-11-25", finding(ko=" ".join(SECRETS_OF.values())), reason=" ".join(SECRETS_OF.values()))
        said.extend(tonight.tell(report, tmp_path))
        said.append(repr(tonight.setup))
        said.extend(outcome.error or "" for outcome in tonight.try_out().values())
        alert = tonight._tonight(night("2026-11-25", finding()), None, ()).alert
        for channel in (*tonight.setup.channels, tonight.setup.ping):
            said.append(traceback_of(channel, alert, with_locals=with_locals))

    with running_post(login=True) as server:
        for echo in (*ECHOES, None):
            for fault in [None] if echo else SILENT.values():
                with running_service() as service:
                    for name in (*WEB, "ping"):
                        answer = fault or ECHOES[echo](SECRETS_OF[name])
                        service.fail(name, *[answer] * 30)
                    server.replies = deque([("DATA", f"554 5.7.1 {SMTP_PASSWORD}")] * 4)
                    settings = service.settings(*WEB, "ping") | mail_settings(server.port, login=True)
                    try_all(settings, with_locals=fault is not None)
        try_all(service.settings(*WEB, "ping") | mail_settings(server.port, login=True, security="starttls"))
    wrong = service.settings(*WEB, "ping") | mail_settings(closed_port(), login=True)
    nobody = f"http://127.0.0.1:{closed_port()}"
    try_all({key: value.replace(service.url, nobody) for key, value in wrong.items()})
    context, _ = certificate(tmp_path)
    with running_service(context) as service:
        try_all(service.settings(*WEB, "ping") | mail_settings(closed_port(), login=True, security="tls"))

    files = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("crawl.db*")))
    assert b"2026-11-25" in files
    assert sum("not delivered" in one for one in said) > 30
    assert "not delivered" in caplog.text
    output = capfd.readouterr()
    for place, text in {
        "sentences": "\n".join(said), "log": caplog.text, "stdout": output.out, "stderr": output.err,
        "database": files.decode("utf-8", "replace"),
    }.items():  # fmt: skip
        for canary in CANARIES:
            assert canary not in text, f"{canary} stands in {place}"


def test_a_connection_that_never_answers_keeps_no_night_waiting(service, tmp_path, today):
    """All channels together have a bounded time, and one that hangs costs the others nothing."""
    service.fail("slack", *[HANGS] * 9)
    tonight = alerts(service.settings("slack", "telegram"), replace(QUICK, total=1.0))
    assert tonight.tell(night("2026-11-25", finding()), tmp_path) == [
        "slack: not delivered, kept for the next night: it took longer than 1 s"
    ]
    assert len(service.of("telegram")) == 1


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ssl.SSLError(1, f"[SSL: X] {CANARIES[0]}"), "the encrypted connection failed (TLS)"),
        (socket.gaierror(-2, CANARIES[0]), "its host name cannot be looked up"),
        (OSError(113, CANARIES[0]), "no route to host"),
        (OSError(CANARIES[0]), "the connection broke (OSError)"),
    ],
    ids=lambda value: "" if isinstance(value, str) else type(value).__name__,
)
def test_of_an_error_nothing_is_told_but_its_kind(error, said):
    assert str(post.no_answer(error)) == said


def test_an_address_that_httpx_refuses_is_a_sentence():
    with pytest.raises(DeliveryError, match="the connection broke"):
        post.post(Secret("https://[::1"), b"", {})


def test_a_secret_is_hidden_before_a_text_is_cut(service, tmp_path, today):
    """A part of one would not be known for what it is."""
    settings = service.settings("slack", "telegram")
    for ahead in range(LONGEST_LINE - len(TELEGRAM_TOKEN) - 1, LONGEST_LINE):
        report = refused(reason="x" * ahead + TELEGRAM_TOKEN)
        alert = alerts(settings)._tonight(report, None, ()).alert
        assert "x:1" not in repr(alert)
        assert "xxx1" not in repr(alert)
