"""A reader's way through the pages in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
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
    ],
)
def test_no_page_upsets_the_browser_or_a_phone(chromium: WebDriver, address: str, path: str) -> None:
    screen = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    chromium.get(address + path)
    assert "owned" not in chromium.title
    assert chromium.execute_script("return document.documentElement.scrollWidth") <= 390
    assert _errors(chromium) == []
