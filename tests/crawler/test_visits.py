"""Articles that were fetched are looked at again: edits and withdrawals are seen, what has not changed costs a 304."""

import re
from contextlib import closing
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.keeping import archive
from tests.conftest import Crawl
from tests.newsroom.demo import crawl_environment
from tests.newsroom.process import running_newsroom
from tests.warm import run_scrapy

TEXT = """
목포시는 올해 일자리 {target}개를 만드는 내용의 2020년 일자리대책 세부계획을 31일 공시했다.

예산은 모두 412억원이다. 시는 청년 창업 지원과 직업훈련을 늘리고 15~64세 고용률을 65.2%로 올리기로 했다.
"""
OTHER = """
목포시가 시내버스 노선을 4월부터 바꾼다. 시는 일자리센터 앞 정류장을 새로 두기로 했다.

노선도는 시 누리집에서 볼 수 있다. 문의는 교통과로 하면 된다.
"""
ARTICLES = {
    "edited": f'''
title = "목포시 올해 일자리 대책 공시"
published = 2020-03-31T10:00:00
text = """{TEXT.format(target="9,850")}"""
[[versions]]
at = 2020-04-02T11:00:00
text = """{TEXT.format(target="9,580")}"""
''',
    "withdrawn": f'''
title = "여수시 올해 일자리 대책 공시"
published = 2020-03-31T11:00:00
withdrawn = 2020-04-02T12:00:00
text = """{TEXT.format(target="7,120").replace("목포", "여수")}"""
''',
    "backdated": f'''
title = "순천시 올해 일자리 대책 공시"
published = 2020-03-27T09:00:00
appears = 2020-04-02T13:00:00
text = """{TEXT.format(target="8,040").replace("목포", "순천")}"""
''',
    "unrelated": f'''
title = "목포시 일자리센터 앞 버스정류장 새로 둔다"
published = 2020-03-31T12:00:00
text = """{OTHER}"""
''',
}
NIGHTS = ("2020-04-01", "2020-04-02", "2020-04-03")


def folder_of(articles: dict[str, str], folder: Path) -> Path:
    """The articles' files: all of them at an outlet that answers 200 for what is gone, some at one that answers 404."""
    folder.mkdir()
    for number, (name, text) in enumerate(articles.items(), 101):
        head, versions, tail = text.partition("[[versions]]")
        places = f'[[at]]\noutlet = "knnws"\nid = "{number}"\n'
        if name in ("withdrawn", "unrelated"):
            places += f'[[at]]\noutlet = "fnnews"\nid = "202003311100000{number}"\n'
        told = 'section = "경제"\nreporter = "한가람"\n'
        gold = '[gold]\nrelevant = false\ntrap = "see the test"\n'
        (folder / f"{name}.toml").write_text(f"{head}{told}{versions}{tail}{places}{gold}", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def nights(tmp_path_factory) -> list[Crawl]:
    """The state after each night; all in one folder, so only the last one's databases are there to look at."""
    articles = folder_of(ARTICLES, tmp_path_factory.mktemp("visits") / "articles")
    data = tmp_path_factory.mktemp("data")
    made = []
    for day in NIGHTS:
        clock = f"{day}T03:00+09:00"
        with running_newsroom(articles, clock=clock) as newsroom:
            done = run_scrapy(
                crawl_environment(newsroom.url, data, ILJARI_CLOCK=clock), "nightly", "--only", "knnws,fnnews"
            )
            made.append(Crawl(data, done, newsroom.log_entries()))
        assert done.returncode == 0, done.stdout + done.stderr
    return made


def visits(nights, number) -> list[tuple[str, str, str]]:
    """Outlet, the article's city and what its visit gave, of one night."""
    query = (
        "select v.outlet, substr(u.title, 1, instr(u.title, ' ') - 1) city, v.outcome from visits v"
        " join urls u on u.url = v.url where v.run = (select id from runs order by id limit 1 offset ?) order by 1, 2, 3"
    )
    return [tuple(row.values()) for row in nights[-1].rows(query, number, database="crawl.db")]


def test_what_has_not_changed_is_answered_by_304(nights):
    assert visits(nights, 0) == []
    same = [("fnnews", "여수시", "unchanged"), ("knnws", "목포시", "unchanged"), ("knnws", "여수시", "unchanged")]
    assert visits(nights, 1) == same
    statuses = [
        entry["status"] for entry in nights[1].requests if re.search(r"view.php\?idx=|/news/2020", entry["url"])
    ]
    assert statuses == [304, 304, 304]


def test_an_edit_and_a_withdrawal_are_seen(nights):
    assert visits(nights, 2) == [
        ("fnnews", "목포시", "unchanged"), ("fnnews", "여수시", "gone"), ("knnws", "목포시", "changed"), ("knnws", "목포시", "unchanged"),
        ("knnws", "여수시", "gone"),
    ]  # fmt: skip
    rows = nights[-1].rows("select municipality_name, job_target from plans order by 1")
    assert [tuple(row.values()) for row in rows] == [
        ("전라남도 목포시", 9580),
        ("전라남도 순천시", 8040),
        ("전라남도 여수시", 7120),
    ]


def test_a_backdated_article_is_found(nights):
    (row,) = nights[-1].rows(
        "select count(*) n from listings l join urls u on u.url = l.url where u.title like '순천시%' and l.outcome = 'fetched'",
        database="crawl.db",
    )
    assert row["n"] == 1


def test_the_archive_keeps_every_version_and_a_revisit_record_for_the_rest(nights):
    files = archive.files(nights[-1].data / "archive")
    kinds = []
    for path in files:
        with path.open("rb") as stream, closing(ArchiveIterator(stream)) as records:
            kinds += [
                (record.rec_type, record.rec_headers.get_header("WARC-Profile"))
                for record in records
                if "view.php?idx=101" in (record.rec_headers.get_header("WARC-Target-URI") or "")
            ]
    assert kinds == [("response", None), ("revisit", archive.NOT_MODIFIED), ("response", None)]
    versions = [page for path in files for _, page in archive.pages(path) if page.url.endswith("idx=101")]
    assert len({page.body for page in versions}) == len(versions) == 2


def test_a_rebuild_gives_the_same(nights):
    check = run_scrapy(crawl_environment("", nights[-1].data), "rebuild", "--check")
    assert check.returncode == 0, check.stdout + check.stderr
