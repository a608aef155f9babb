import pytest

from crawler.alerts import channels, post
from tests.crawler.alerts.services import running_service


@pytest.fixture
def service():
    with running_service() as service:
        yield service


@pytest.fixture
def impatient(monkeypatch):
    """Nobody is waited for longer than a moment."""
    monkeypatch.setattr(post, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(channels, "ANSWER_SECONDS", 0.3)


@pytest.fixture
def today(monkeypatch):
    """Sets the one clock."""

    def set_to(day: str, time: str = "05:00") -> None:
        monkeypatch.setenv("ILJARI_CLOCK", f"{day}T{time}+09:00")

    set_to("2026-11-25")
    return set_to
