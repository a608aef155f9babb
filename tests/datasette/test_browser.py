"""A reader's way through the pages in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support import expected_conditions as ec
from selenium.webdriver.support.ui import WebDriverWait

from tests.datasette.screenshot import CHROMIUM, DRIVER, browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (CHROMIUM.exists() and DRIVER.exists()), reason="no Chromium here (Debian: chromium, chromium-driver)"
    ),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[WebDriver]:
    with browser() as driver:
        yield driver


def _errors(chromium: WebDriver) -> list[str]:
    return [entry["message"] for entry in chromium.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


def test_from_the_search_box_to_the_clause_and_the_article(chromium: WebDriver, address: str) -> None:
    chromium.get(address)
    chromium.find_element(By.ID, "find").send_keys("청년")
    chromium.find_element(By.CSS_SELECTOR, ".find button").click()
    wait = WebDriverWait(chromium, 10)
    wait.until(ec.url_contains("/jobplans/plans?_search="))
    links = wait.until(ec.presence_of_all_elements_located((By.CSS_SELECTOR, "td.type-pk a")))
    assert [link.text for link in links] == ["28237-yearly-2020"]
    links[0].click()
    wait.until(ec.url_contains("/jobplans/plans/28237-yearly-2020"))
    wait.until(ec.presence_of_element_located((By.ID, "sources")))
    assert chromium.find_element(By.TAG_NAME, "h1").text == "인천광역시 부평구 2020년 일자리 계획"
    target = chromium.find_element(By.ID, "value-job_target")
    assert target.find_element(By.CSS_SELECTOR, "q mark").text == "1만868개"
    source = target.find_element(By.CSS_SELECTOR, "a[rel~=noopener]")
    assert source.get_attribute("href") == "https://daily.example/news/articleView.html?idxno=101"
    assert _errors(chromium) == []


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/jobplans",
        "/jobplans/plans",
        "/jobplans/by_municipality",
        "/jobplans/plans/28237-yearly-2022",
        "/jobplans?sql=select+1",
        "/health",
        "/health/seoul-times",
        "/health/evil",
        "/jobplans/run_checks",
        "/jobplans/standings",
    ],
)
def test_no_page_upsets_the_browser_or_a_phone(chromium: WebDriver, address: str, path: str) -> None:
    screen = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    chromium.get(address + path)
    assert chromium.title != "owned"
    assert chromium.execute_script("return document.documentElement.scrollWidth") <= 390
    assert _errors(chromium) == []


def _wide(chromium: WebDriver, url: str) -> None:
    screen = {"width": 1200, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    chromium.get(url)


def test_the_health_page_says_what_is_wrong_since_when_and_what_to_do(chromium: WebDriver, address: str) -> None:
    """As a person who was never told anything of the project finds it from the start page."""
    _wide(chromium, address)
    chromium.find_element(By.LINK_TEXT, "수집 상태").click()
    WebDriverWait(chromium, 10).until(ec.url_contains("/health"))
    verdict = chromium.find_element(By.CSS_SELECTOR, "section.overall").text
    assert "매체 3곳을 살펴봐야 합니다" in verdict
    assert "3 outlets need a look" in verdict
    assert "2026-03-05 03:30에 시작해 42분 걸림 (7시간 전 끝남)" in verdict
    assert "매체 7곳 가운데 3곳 정상, 2곳 이상, 2곳 쉼" in verdict
    cards = {
        card.find_element(By.TAG_NAME, "h3").text.split()[0]: card.text
        for card in chromium.find_elements(By.CSS_SELECTOR, "article.outlet")
    }
    assert list(cards)[:2] == ["강원산골신문", "서울누리타임스"], "the worst first"
    for said in (
        "목록(all articles)에 기사가 하나도 없음, 사이트 개편 의심", "no article on all articles: was the site relaunched?",
        "언제부터", "2026-03-02부터 (4일째)", "since 2026-03-02", "할 일", "What to do",
        "브라우저의 목록과 scrapy outlets show seoul-times 비교", "compare the lists in a browser",
        "마지막 성공 last success: 2026-03-01 03:30",
    ):  # fmt: skip
        assert said in cards["서울누리타임스"]
    assert "2026-03-08 00:00까지 수집하지 않고, 그 뒤에 저절로 다시 해 봅니다" in cards["강원산골신문"]
    assert "서버 응답에 6.2초 걸림" in cards["복지모임"]
    seen = chromium.find_element(By.TAG_NAME, "main").text
    assert ".venv/bin/scrapy" in seen, "where a command is typed"
    assert "사람이 멈춤: 홈페이지 점검" in seen
    assert "기사 4건 중 3건이 글자가 깨짐 (2026-02-24부터)" in seen
    assert "`" not in seen
    assert _errors(chromium) == []
    chromium.find_element(By.CSS_SELECTOR, "article.outlet a[href$='/health/seoul-times']").click()
    WebDriverWait(chromium, 10).until(ec.url_contains("/health/seoul-times"))
    seen = chromium.find_element(By.TAG_NAME, "main").text
    for said in (
        "마지막 성공",
        "2026-03-01 03:30",
        "천천히 수집",
        "2026-03-02부터 (4일째)",
        "첫 목록의 기사",
        "지금까지의 문제",
    ):
        assert said in seen
    assert _errors(chromium) == []


def test_the_health_pages_are_used_by_keyboard_and_read_aloud(chromium: WebDriver, address: str) -> None:
    _wide(chromium, f"{address}/health")
    reached = []
    for _ in range(100):
        chromium.switch_to.active_element.send_keys(Keys.TAB)
        here = chromium.switch_to.active_element
        if here.tag_name == "body":
            break  # behind the last link
        assert chromium.execute_script("return getComputedStyle(arguments[0]).outlineStyle", here) != "none"
        reached.append(here.get_attribute("href") or here.tag_name)
    wanted = {one.get_attribute("href") for one in chromium.find_elements(By.CSS_SELECTOR, "article.outlet a")}
    assert wanted
    assert wanted <= set(reached)
    drawings = chromium.find_elements(By.CSS_SELECTOR, "svg.strip")
    assert len(drawings) == 7
    assert "최근 14밤: 정상 10, 이상 4, 쉼 0" in {one.get_attribute("aria-label") for one in drawings}
    _wide(chromium, f"{address}/health/seoul-times")
    summary = chromium.find_element(By.CSS_SELECTOR, "details summary")
    assert not chromium.find_element(By.CSS_SELECTOR, "details table").is_displayed()
    summary.send_keys(Keys.ENTER)
    table = chromium.find_element(By.CSS_SELECTOR, "details table")
    assert table.is_displayed()
    assert len(table.find_elements(By.CSS_SELECTOR, "tbody tr")) == 20
