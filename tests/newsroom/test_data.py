"""Mistakes in the newsroom's files are reported with file and field; the files that are there have none."""

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tests.newsroom.data import ARTICLES, OUTLETS, DataError, load, load_faults
from tests.newsroom.process import ROOT, NewsroomError, running_newsroom
from tests.newsroom.systems import SYSTEMS
from tests.newsroom.wire import Request

ARTICLE = """
title = "가온시 올해 일자리 120개"
published = 2020-03-30T21:57:46
section = "경제"
reporter = "한가람"
text = \"\"\"
첫 문단은 이렇게
두 줄이다.

둘째 문단.
\"\"\"

[[at]]
outlet = "knnws"
id = "11"

[gold]
relevant = true
job_target = 120
"""

OUTLET = (OUTLETS / "knnws.toml").read_text(encoding="utf-8")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    articles, outlets = tmp_path / "articles", tmp_path / "outlets"
    articles.mkdir()
    outlets.mkdir()
    (articles / "gaon.toml").write_text(ARTICLE, encoding="utf-8")
    (outlets / "knnws.toml").write_text(OUTLET, encoding="utf-8")
    return articles, outlets


def changed(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def version(lines: str, title: str = 'title = "다른 제목"') -> Callable[[str], str]:
    """An article that is edited and, at last, withdrawn."""
    return lambda text: text.replace("[[at]]", f"[[versions]]\n{lines}\n{title}\n[[at]]").replace(
        "21:57:46", "21:57:46\nwithdrawn = 2020-04-01T00:00:00", 1
    )


def test_a_line_break_inside_a_paragraph_is_a_space(folders: tuple[Path, Path]) -> None:
    [article] = load(*folders).articles
    assert article.paragraphs == ["첫 문단은 이렇게 두 줄이다.", "둘째 문단."]
    assert article.slug == "gaon"


def test_what_a_version_does_not_change_stays_as_it_was(folders: tuple[Path, Path]) -> None:
    edits = """
[[versions]]
at = 2020-03-31T08:00:00
title = "가온시 올해 일자리 130개"
gold = { job_target = 130, plan_year = 2020 }
[[versions]]
at = 2020-04-01T08:00:00
text = "다시 쓴 글."
gold = { plan_year = 2021 }
"""
    (folders[0] / "gaon.toml").write_text(ARTICLE + edits, encoding="utf-8")
    [article] = load(*folders).articles
    days = [article.as_of(datetime.fromisoformat(f"2020-{day}")) for day in ("03-30", "03-31", "04-01", "04-02")]
    assert days[0] is None
    stages = [
        (one.title[-4:], one.paragraphs[0][:3], one.gold.job_target, one.gold.plan_year) for one in days[1:] if one
    ]
    assert stages == [("120개", "첫 문", 120, None), ("130개", "첫 문", 130, 2020), ("130개", "다시 ", 130, 2021)]
    assert days[3]
    assert days[3].modified == datetime.fromisoformat("2020-04-01T08:00")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (changed('title = "가온시 올해 일자리 120개"\n', ""), "title: is missing"),
        (changed('reporter = "한가람"', 'reportr = "한가람"'), "reportr: unknown field"),
        (changed('reporter = "한가람"', "reporter = 3"), "reporter: must be a string"),
        (changed("2020-03-30T21:57:46", "2020-03-30"), "published: must be a date with a time"),
        (changed("2020-03-30T21:57:46", "2020-03-30T21:57:46+09:00"), "published: must be a date with a time"),
        (changed("21:57:46", "21:57:46\nmodified = 2020-03-30T08:00:00"), "modified: is before published"),
        (changed('section = "경제"', 'section = "날씨"'), "section: '날씨' is no section of knnws"),
        (changed('outlet = "knnws"', 'outlet = "knws"'), "at[0].outlet: unknown outlet 'knws'"),
        (changed('id = "11"', 'id = "eleven"'), "at[0].id: 'eleven' does not look like"),
        (changed('id = "11"', 'id = "11"\nsearch_only = "yes"'), "at[0].search_only: must be true or false"),
        (changed("job_target = 120", "job_targt = 120"), "gold.job_targt: unknown field"),
        (changed("job_target = 120", 'job_target = "120"'), "gold.job_target: must be a whole number"),
        (changed("job_target = 120", "job_target = true"), "gold.job_target: must be a whole number"),
        (changed("job_target = 120", 'kind = "annual"'), "gold.kind: 'annual' is not one of"),
        (changed("job_target = 120", "flags = [1]"), "gold.flags[0]: must be a string"),
        (changed("job_target = 120", '[[gold.breakdown]]\nlabel = "청년"\nunit = "개"'), "gold.breakdown[0].value"),
        (changed("relevant = true", "relevant = false"), "gold.trap: is missing"),
        (changed("21:57:46", "21:57:46\nappears = 2020-03-30T08:00:00"), "appears: is before published"),
        (changed("21:57:46", "21:57:46\nwithdrawn = 2020-03-30T08:00:00"), "withdrawn: is not after appears"),
        (version("at = 2020-03-30T08:00:00"), "versions[0].at: is not after appears"),
        (version("at = 2020-04-02T08:00:00"), "withdrawn: is not after versions[0].at"),
        (version("at = 2020-03-31T08:00:00", title=""), "versions[0]: changes neither title nor text"),
        (version("at = 2020-03-31T08:00:00\ntext = ' '"), "versions[0].text: is empty"),
        (version("at = 2020-03-31T08:00:00\ngold = { job_targt = 1 }"), "versions[0].gold.job_targt: unknown field"),
        (changed("[gold]\nrelevant = true\njob_target = 120", ""), "gold: is missing"),
        (changed("[[at]]", "[[at]"), "is not TOML"),
    ],
)
def test_a_mistake_in_an_article_names_file_and_field(
    folders: tuple[Path, Path], change: Callable[[str], str], where: str
) -> None:
    (folders[0] / "gaon.toml").write_text(change(ARTICLE), encoding="utf-8")
    with pytest.raises(DataError) as error:
        load(*folders)
    assert str(error.value).startswith(f"gaon.toml: {where}")
    assert "\n" not in str(error.value)


def test_one_id_belongs_to_one_article(folders: tuple[Path, Path]) -> None:
    (folders[0] / "naru.toml").write_text(ARTICLE, encoding="utf-8")
    with pytest.raises(DataError, match=r"^naru.toml: at\[0\].id: 11 at knnws is already that of gaon.toml$"):
        load(*folders)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (changed('system = "newsbuilder"', 'system = "newsbuilda"'), "system: 'newsbuilda' is not one of asiae"),
        (changed('scheme = "http"', 'scheme = "ftp"'), "scheme: 'ftp' is not one of http, https"),
        (changed("per_page = 5", "per_page = 0"), "per_page: must be at least 1"),
        (changed('"경제" = ', '"경제" = 12 # '), "sections.경제: must be a string"),
        (changed('["인사"]', '["모임"]'), "robots_denied_sections: unknown section '모임'"),
        (changed('slogan = "', 'slogn = "'), "slogn: unknown field"),
    ],
)
def test_a_mistake_in_an_outlet_names_file_and_field(
    folders: tuple[Path, Path], change: Callable[[str], str], where: str
) -> None:
    (folders[1] / "knnws.toml").write_text(change(OUTLET), encoding="utf-8")
    with pytest.raises(DataError) as error:
        load(*folders)
    assert str(error.value).startswith(f"knnws.toml: {where}")


def test_one_host_belongs_to_one_outlet(folders: tuple[Path, Path]) -> None:
    (folders[1] / "other.toml").write_text(OUTLET, encoding="utf-8")
    with pytest.raises(DataError, match=r"^other.toml: host: www.knnws.com is already a host of knnws$"):
        load(*folders)


@pytest.mark.parametrize(
    ("faults", "where"),
    [
        ({"knws": {}}, "knws: unknown outlet"),
        ({"knnws": {"robot_status": 503}}, "knnws.robot_status: unknown field"),
        ({"knnws": {"robots_status": "503"}}, "knnws.robots_status: must be a whole number"),
        ({"knnws": {"article_delay": True}}, "knnws.article_delay: must be a number"),
        ({"knnws": {"status": {"/": "500"}}}, "knnws.status./: must be a whole number"),
        ({"knnws": "all"}, "knnws: must be a table"),
        ({"knnws": ["slow"]}, "knnws[0].kind: None is not one of attachment, bomb"),
        ({"knnws": [{"kind": "sloow"}]}, "knnws[0].kind: 'sloow' is not one of attachment, bomb"),
        ({"knnws": [{"kind": "slow", "url": "lists"}]}, "knnws[0].seconds: is missing"),
        ({"knnws": [{"kind": "slow", "url": "lists", "seconds": 1, "sead": 3}]}, "knnws[0].sead: unknown field"),
        ({"knnws": [{"kind": "timeout", "url": "lists", "times": "2"}]}, "knnws[0].times: must be a whole number"),
        ({"knnws": [{"kind": "timeout", "url": "page=("}]}, "knnws[0].url: 'page=(' is neither one of articles, lists"),
    ],
)
def test_a_mistake_in_the_faults_names_the_field(faults: dict[str, object], where: str) -> None:
    with pytest.raises(DataError) as error:
        load_faults(faults, ["knnws"])
    assert str(error.value).startswith(f"faults: {where}")


def test_the_command_says_a_mistake_in_one_line_and_exits_with_2(folders: tuple[Path, Path]) -> None:
    (folders[0] / "gaon.toml").write_text(ARTICLE.replace("job_target", "job_targt"), encoding="utf-8")
    command = [sys.executable, "-m", "tests.newsroom", "--articles", str(folders[0]), "--outlets", str(folders[1])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("gaon.toml: gold.job_targt: unknown field")
    assert done.stderr.count("\n") == 1


def test_the_context_manager_tells_why_the_newsroom_did_not_start(tmp_path: Path) -> None:
    with pytest.raises(NewsroomError, match="is not a directory"), running_newsroom(tmp_path / "nowhere"):
        pass


def test_every_article_of_the_project_is_served_whole_under_its_canonical_url() -> None:
    desk = load(ARTICLES, OUTLETS)
    assert desk.articles, "there are no articles"
    for key, outlet in desk.outlets.items():
        site = SYSTEMS[outlet.system](outlet, desk.of(key))
        for story in site.stories:
            path, _, query = story.url.split("/", 3)[3].partition("?")
            answer = site.answer(Request("GET", story.url, path=f"/{path}", query=query))
            page = answer.body.decode("cp949" if outlet.charset == "euc-kr" else "utf-8")
            assert answer.status == 200
            assert answer.is_article
            for word in story.article.text.split():
                assert word.replace("&", "&amp;").replace("'", "&#39;").replace('"', "&#34;") in page, story.url
