"""A small newsroom of invented articles: fourteen on each outlet, the last of them found by search only."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.newsroom.process import RunningNewsroom, running_newsroom

COUNT = 14
HIDDEN = COUNT - 1
OUTLET_KEYS = ("knnws", "breaknews", "fnnews", "asiae", "icose")


def number(outlet: str, index: int) -> str:
    """The id of the article with this index at an outlet."""
    return {"fnnews": f"2020033021574600{index:02}", "asiae": f"202003302157460{index:02}"}.get(
        outlet, str(100 + index)
    )


def article(index: int) -> str:
    """An article's file."""
    places = "".join(
        f'[[at]]\noutlet = "{key}"\nid = "{number(key, index)}"\nsearch_only = {str(index == HIDDEN).lower()}\n'
        for key in OUTLET_KEYS
    )
    return f"""
title = "가온시 소식 {index:02} 일자리 똠방각하"
published = 2020-03-{index + 1:02}T21:57:46
section = "{"인사" if index == 3 else "경제" if index % 2 else "사회"}"
reporter = "한가람"
caption = "가온시청 앞마당"
text = \"\"\"
첫째 문단은 버스정류장 이야기다.

둘째 문단은 {index:02}번 이야기다. 🌱
\"\"\"
related = ["나루시 일자리 9천개"]
{'original = { outlet = "기호일보", date = 2016-01-21, reporter = "두리" }' if index == 1 else ""}
{places}
[gold]
relevant = false
trap = "invented"
"""


@pytest.fixture(scope="session")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    for index in range(COUNT):
        (folder / f"gaon-{index:02}.toml").write_text(article(index), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def newsroom(articles: Path) -> Iterator[RunningNewsroom]:
    with running_newsroom(articles, browse=True) as running:
        yield running


@pytest.fixture
def client(newsroom: RunningNewsroom) -> Iterator[httpx.Client]:
    with httpx.Client(proxy=newsroom.url, verify=False, trust_env=False) as http:
        yield http
