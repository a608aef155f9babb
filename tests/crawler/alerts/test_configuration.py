"""What is set wrongly is said with the variable's name and without its value, and costs its channel only."""

import copy
import pickle

import pytest
from scrapy.settings import Settings

from crawler import settings as crawler_settings
from crawler.alerts.configuration import configuration
from crawler.secret import Redactor, Secret
from tests.crawler.alerts.nights import BASE
from tests.crawler.alerts.services import SMTP_PASSWORD, Service, mail_settings

GOOD = Service("http://127.0.0.1:9").settings("telegram", "slack", "discord", "webhook", "ping") | mail_settings(
    25, login=True
)
MISTAKES = [
    ({"ILJARI_TELEGRAM_CHAT": ""}, "telegram", "ILJARI_TELEGRAM_CHAT is not set"),
    ({"ILJARI_TELEGRAM_TOKEN": ""}, "telegram", "ILJARI_TELEGRAM_TOKEN is not set"),
    ({"ILJARI_TELEGRAM_TOKEN": "canary /token"}, "telegram", "ILJARI_TELEGRAM_TOKEN is no bot token (digits, a colon, letters)"),
    ({"ILJARI_TELEGRAM_CHAT": "canary chat"}, "telegram", "ILJARI_TELEGRAM_CHAT is no chat (a number, or @ and a name)"),
    ({"ILJARI_TELEGRAM_API": "http://canary.example"}, "telegram", "ILJARI_TELEGRAM_API must begin with https://"),
    ({"ILJARI_SLACK_WEBHOOK": "http://canary.example/x"}, "slack", "ILJARI_SLACK_WEBHOOK must begin with https://"),
    ({"ILJARI_SLACK_WEBHOOK": "canary"}, "slack", "ILJARI_SLACK_WEBHOOK is no address: write https://…"),
    ({"ILJARI_DISCORD_WEBHOOK": "https://canary:99999/x"}, "discord", "ILJARI_DISCORD_WEBHOOK is no address: write https://…"),
    ({"ILJARI_DISCORD_WEBHOOK": "https://[canary/x"}, "discord", "ILJARI_DISCORD_WEBHOOK is no address: write https://…"),
    ({"ILJARI_WEBHOOK_URL": ""}, "webhook", "ILJARI_WEBHOOK_URL is not set"),
    ({"ILJARI_WEBHOOK_URL": "https://canary.example/a b"}, "webhook", "ILJARI_WEBHOOK_URL is no address: write https://…"),
    ({"ILJARI_PING_URL": "ftp://canary.example/"}, "ping", "ILJARI_PING_URL is no address: write https://…"),
    ({"ILJARI_SMTP_PORT": "canary"}, "mail", "ILJARI_SMTP_PORT is no port (1 to 65535)"),
    ({"ILJARI_SMTP_PORT": "70000"}, "mail", "ILJARI_SMTP_PORT is no port (1 to 65535)"),
    ({"ILJARI_SMTP_PORT": "٢٥"}, "mail", "ILJARI_SMTP_PORT is no port (1 to 65535)"),
    ({"ILJARI_SMTP_SECURITY": "canary"}, "mail", "ILJARI_SMTP_SECURITY must be one of starttls, tls, none"),
    ({"ILJARI_SMTP_HOST": "canary host"}, "mail", "ILJARI_SMTP_HOST is no host name"),
    ({"ILJARI_SMTP_HOST": "", "ILJARI_MAIL_TO": ""}, "mail", "ILJARI_SMTP_HOST and ILJARI_MAIL_TO are not set"),
    ({"ILJARI_SMTP_PASSWORD": ""}, "mail", "ILJARI_SMTP_USER and ILJARI_SMTP_PASSWORD belong together: set both or none"),
    ({"ILJARI_SMTP_PASSWORD": "canary비밀"}, "mail", "ILJARI_SMTP_PASSWORD has a letter that SMTP's login does not know: use ASCII"),
    ({"ILJARI_MAIL_TO": "a@example.org, canary"}, "mail", "ILJARI_MAIL_TO is no mail address, or several with commas between them"),
    ({"ILJARI_MAIL_FROM": "canary\nBcc: x@example.org"}, "mail", "ILJARI_MAIL_FROM is no mail address"),
    ({"ILJARI_DIGEST": "canary"}, "ILJARI_DIGEST", "ILJARI_DIGEST must be one of news, always"),
    ({"ILJARI_LANGUAGE": "canary"}, "ILJARI_LANGUAGE", "ILJARI_LANGUAGE must be one of ko, en"),
    ({"ILJARI_PUBLIC_URL": "canary"}, "ILJARI_PUBLIC_URL", "ILJARI_PUBLIC_URL is no address: write https://…"),
]  # fmt: skip
NAMES = {"telegram", "slack", "discord", "webhook", "mail"}


def test_all_that_is_set_rightly_is_set_up():
    setup = configuration(BASE | GOOD)
    assert setup.mistakes == {}
    assert {channel.name for channel in setup.channels} == NAMES
    assert setup.ping is not None


def test_nothing_is_set_up_of_itself():
    setup = configuration(BASE)
    assert (setup.channels, setup.ping, setup.mistakes, setup.reach) == ((), None, {}, ())
    assert (setup.language, setup.always, setup.public_url) == ("ko", False, "")


@pytest.mark.parametrize(("wrong", "name", "said"), MISTAKES, ids=[f"{one[1]}-{n}" for n, one in enumerate(MISTAKES)])
def test_a_mistake_is_named_and_costs_its_channel_only(wrong, name, said):
    setup = configuration(BASE | GOOD | wrong)
    assert setup.mistakes == {name: said}
    assert "canary" not in said
    assert {channel.name for channel in setup.channels} == NAMES - {name}
    assert (setup.ping is None) == (name == "ping")


def test_while_the_newsroom_stands_in_nothing_leaves_the_machine():
    here = configuration(BASE | GOOD | {"ILJARI_NEWSROOM": "http://127.0.0.1:8900"})
    assert here.mistakes == {}
    away = {
        "ILJARI_SLACK_WEBHOOK": "https://hooks.slack.example/x",
        "ILJARI_SMTP_HOST": "mail.example",
        "ILJARI_PING_URL": "https://ping.example/x",
        "ILJARI_TELEGRAM_API": "https://api.telegram.example",
    }
    setup = configuration(BASE | GOOD | away | {"ILJARI_NEWSROOM": "http://127.0.0.1:8900"})
    assert {channel.name for channel in setup.channels} == {"discord", "webhook"}
    assert setup.ping is None
    assert len(setup.mistakes) == 4
    assert all("nothing leaves this machine" in said for said in setup.mistakes.values())


def test_ports_follow_the_security():
    for security, port in {"": 587, "starttls": 587, "tls": 465, "none": 25}.items():
        (mail,) = configuration(
            BASE | mail_settings(25) | {"ILJARI_SMTP_PORT": "", "ILJARI_SMTP_SECURITY": security}
        ).channels
        assert mail.port == port


def test_every_variable_is_a_setting_with_its_meaning_and_keys_are_secret():
    """Those that are read are those of crawler/settings.py."""
    wanted = {*GOOD, "ILJARI_DIGEST", "ILJARI_LANGUAGE", "ILJARI_PUBLIC_URL"}
    assert wanted <= set(vars(crawler_settings))
    secret = {name for name, value in vars(crawler_settings).items() if isinstance(value, Secret)}
    assert secret == {
        "ILJARI_TELEGRAM_TOKEN", "ILJARI_SLACK_WEBHOOK", "ILJARI_DISCORD_WEBHOOK", "ILJARI_WEBHOOK_URL", "ILJARI_WEBHOOK_KEY",
        "ILJARI_SMTP_PASSWORD", "ILJARI_PING_URL",
    }  # fmt: skip


def test_scrapys_settings_are_read_and_can_be_copied():
    settings = Settings(BASE | GOOD | {"ILJARI_SMTP_PASSWORD": Secret(SMTP_PASSWORD)})
    assert configuration(settings.copy()).mistakes == {}


def test_a_secret_shows_itself_to_reveal_alone():
    secret = Secret("canary")
    for shown in (
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r}",
        f"{secret!s:>20}",
        f"{[secret]}",
        format(secret, "x"),
    ):
        assert "canary" not in shown
    with pytest.raises(TypeError, match="a secret is not written anywhere"):
        pickle.dumps(secret)
    assert copy.deepcopy(secret).reveal() == "canary"
    assert not Secret()


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        ("pass word", "login pass word, pass%20word", "login ***, ***"),
        ("https://h.example/hooks/abcdefghijklmnop?x=1", "at /hooks/abcdefghijklmnop?x=1 of h.example", "at *** of h.example"),
        ("https://h.example/hooks/abcdefghijklmnop", "token abcdefghijklmnop", "token ***"),
        ("https://u:secret@h.example/", "u and secret", "u and ***"),
        ("abc", "abcd", "abcd"),
        ("", "nothing", "nothing"),
    ],
)  # fmt: skip
def test_redaction(secret, text, shown):
    assert Redactor([Secret(secret)])(text) == shown
