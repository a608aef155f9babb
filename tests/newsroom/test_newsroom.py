"""The newsroom as a server: proxying both schemes, HTTP's fine print, faults, the log, beginning and end."""

import asyncio
import datetime
import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from crawler import clock
from tests.newsroom.conftest import number
from tests.newsroom.process import ROOT, RunningNewsroom, running_newsroom
from tests.newsroom.server import Newsroom

PLAIN = "http://www.knnws.com/news/view.php?idx=101"
SECURE = f"https://view.asiae.co.kr/article/{number('asiae', 1)}"


def through(newsroom: RunningNewsroom | Newsroom) -> httpx.Client:
    return httpx.Client(proxy=newsroom.url, verify=False, trust_env=False)


def alive(pid: int) -> bool:
    """Whether the process runs (a zombie that nobody has waited for does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pid: int, seconds: float = 10) -> bool:
    limit = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < limit:
        time.sleep(0.05)
    return not alive(pid)


@pytest.mark.parametrize("url", [PLAIN, SECURE])
def test_both_schemes_answer_under_their_true_url(client: httpx.Client, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 200
    assert str(response.url) == url
    assert "둘째 문단은 01번" in response.text


def test_https_is_encrypted_with_a_certificate_that_nobody_signed(newsroom: RunningNewsroom) -> None:
    with httpx.Client(proxy=newsroom.url, trust_env=False) as strict, pytest.raises(httpx.ConnectError, match="self"):
        strict.get(SECURE)


def test_unknown_hosts_are_refused_and_logged(client: httpx.Client, newsroom: RunningNewsroom) -> None:
    response = client.get("http://example.com/x")
    assert response.status_code == 502
    assert "does not know the host 'example.com'" in response.text
    with pytest.raises(httpx.ProxyError, match="502"):
        client.get("https://example.com/x")
    entries = [entry for entry in newsroom.log_entries() if entry["host"] == "example.com"]
    assert [(entry["method"], entry["status"]) for entry in entries] == [("GET", 502), ("CONNECT", 502)]


def test_an_https_outlet_sends_http_on_and_an_http_outlet_has_no_https(client: httpx.Client) -> None:
    response = client.get(SECURE.replace("https:", "http:"))
    assert (response.status_code, response.headers["location"]) == (301, SECURE)
    assert client.get(PLAIN.replace("http:", "https:")).status_code == 502


@pytest.mark.parametrize("url", [PLAIN, SECURE, "http://www.knnws.com/news/list.php"])
def test_conditional_requests_get_304_while_nothing_has_changed(client: httpx.Client, url: str) -> None:
    first = client.get(url)
    etag, modified = first.headers["etag"], first.headers["last-modified"]
    assert not etag.startswith("W/")
    for headers in ({"If-None-Match": etag}, {"If-None-Match": f'"x", {etag}'}, {"If-Modified-Since": modified}):
        again = client.get(url, headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
    stale = {"If-None-Match": '"x"', "If-Modified-Since": modified}
    assert client.get(url, headers=stale).status_code == 200
    assert client.get(url, headers={"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}).status_code == 200
    assert client.get(url, headers={"If-Modified-Since": "yesterday"}).status_code == 200


def test_last_modified_is_korean_time_told_in_gmt(client: httpx.Client) -> None:
    assert client.get(PLAIN).headers["last-modified"] == "Mon, 02 Mar 2020 12:57:46 GMT"


def test_gzip_is_another_version_of_the_same_page(client: httpx.Client) -> None:
    packed, plain = (client.get(PLAIN, headers={"Accept-Encoding": kind}) for kind in ("gzip", "identity"))
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]
    assert int(packed.headers["content-length"]) < len(plain.content)


def test_head_has_the_headers_of_get_and_other_methods_are_refused(client: httpx.Client) -> None:
    head, get = client.head(PLAIN), client.get(PLAIN)
    assert head.content == b""
    same = ("content-type", "etag", "last-modified", "content-length")
    assert [head.headers[name] for name in same] == [get.headers[name] for name in same]
    assert client.post(PLAIN, content=b"x=1").status_code == 405
    assert client.get(PLAIN).status_code == 200


def test_the_log_tells_every_request_and_a_client_keeps_its_connection(newsroom: RunningNewsroom) -> None:
    before = len(newsroom.log_entries())
    with through(newsroom) as client:
        for url in (PLAIN, SECURE, PLAIN, SECURE):
            client.get(url, headers={"User-Agent": "tester/1"})
    entries = newsroom.log_entries()[before:]
    assert [entry["url"] for entry in entries] == [PLAIN, SECURE, PLAIN, SECURE]
    assert [entry["host"] for entry in entries[:2]] == ["www.knnws.com", "view.asiae.co.kr"]
    assert {(entry["method"], entry["status"], entry["user_agent"]) for entry in entries} == {("GET", 200, "tester/1")}
    assert entries[0]["connection"] == entries[2]["connection"] != entries[1]["connection"] == entries[3]["connection"]
    assert entries[0]["monotonic"] < entries[3]["monotonic"]


def test_the_date_is_that_of_the_one_clock(articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.VARIABLE, "2020-03-31T03:00+09:00")
    with running_newsroom(articles) as running, through(running) as client:
        assert client.get(PLAIN).headers["date"] == "Mon, 30 Mar 2020 18:00:00 GMT"
        [entry] = running.log_entries()
    assert datetime.datetime.fromisoformat(entry["time"]) == clock.now()


def test_faults_disturb_one_outlet_only(articles: Path) -> None:
    faults = {
        "knnws": {"robots_status": 503, "article_delay": 0.3, "status": {"/news/list.php?page=2": 500}},
        "breaknews": {"robots_status": 0, "status": {"/sub_view.html": 403}},
    }
    with running_newsroom(articles, faults=faults) as running, through(running) as client:
        assert client.get("http://www.knnws.com/robots.txt").status_code == 503
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("http://www.breaknews.com/robots.txt")
        assert client.get("https://www.fnnews.com/robots.txt").status_code == 200
        statuses = [client.get(f"http://www.knnws.com/news/list.php?page={page}").status_code for page in (1, 2, 3)]
        assert statuses == [200, 500, 200]
        assert client.get("http://www.breaknews.com/sub_view.html?page=7").status_code == 403
        started = time.monotonic()
        client.get("http://www.knnws.com/news/list.php")
        middle = time.monotonic()
        client.get(PLAIN)
        assert middle - started < 0.3 <= time.monotonic() - middle
        assert [entry["status"] for entry in running.log_entries()][:2] == [503, 0]


def test_a_browser_clicks_through_without_a_proxy(newsroom: RunningNewsroom) -> None:
    port = newsroom.url.rpartition(":")[2]
    with httpx.Client(trust_env=False) as browser:

        def get(host: str, path: str = "/") -> httpx.Response:
            return browser.get(f"{newsroom.url}{path}", headers={"Host": f"{host}:{port}"})

        index = get("localhost").text
        assert f"http://www.asiae.co.kr.localhost:{port}/" in index
        assert "아시아경제" in index
        page = get("www.asiae.co.kr.localhost", "/list/economy-all").text
        assert f'href="http://view.asiae.co.kr.localhost:{port}/article/{number("asiae", 1)}"' in page
        assert '"//' not in page
        article = get("view.asiae.co.kr.localhost", f"/article/{number('asiae', 1)}")
        assert "둘째 문단은 01번" in article.text
        old = get("www.breaknews.com.localhost", "/101")
        assert f"http://www.breaknews.com.localhost:{port}/sub_read.html?uid=101" in old.content.decode("cp949")
        assert get("www.example.com.localhost").status_code == 502


def test_without_browse_only_a_proxys_requests_are_answered(articles: Path) -> None:
    with running_newsroom(articles) as running, httpx.Client(trust_env=False) as browser:
        assert browser.get(running.url, headers={"Host": "www.knnws.com"}).status_code == 400


@pytest.mark.parametrize(
    "sent", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"GET /" + b"a" * 70000 + b"\r\n\r\n"]
)
def test_what_is_no_request_gets_400_and_the_door(newsroom: RunningNewsroom, sent: bytes) -> None:
    port = int(newsroom.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent)
        said = connection.makefile("rb").read()
    assert said.startswith(b"HTTP/1.1 400 ")


def test_it_runs_inside_a_program_and_closes_its_port(articles: Path, tmp_path: Path) -> None:
    async def trial() -> int:
        newsroom = Newsroom(articles, log=tmp_path / "log.jsonl")
        await newsroom.start()
        async with httpx.AsyncClient(proxy=newsroom.url, verify=False, trust_env=False) as client:
            for url in (PLAIN, SECURE):
                assert (await client.get(url)).status_code == 200
            await newsroom.stop()
            with pytest.raises(httpx.ConnectError):
                await client.get(PLAIN.replace("www.", ""))
        return newsroom.port

    port = asyncio.run(trial())
    assert len((tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


@pytest.mark.parametrize("number_", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_even_with_open_connections(articles: Path, number_: signal.Signals) -> None:
    command = [sys.executable, "-m", "tests.newsroom", "--articles", str(articles)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        url = process.stdout.readline().strip().removeprefix("newsroom: ")
        with httpx.Client(proxy=url, verify=False, trust_env=False) as client:
            client.get(PLAIN)
            client.get(SECURE)
            process.send_signal(number_)
            assert process.wait(10) == 0
        assert process.stderr.read() == ""


def test_it_ends_with_its_parent(articles: Path) -> None:
    middleman = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-m', 'tests.newsroom', '--articles', sys.argv[1]],"
        " stdout=subprocess.PIPE, text=True)\n"
        "child.stdout.readline(); print(child.pid, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", middleman, str(articles)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert alive(pid)
        parent.kill()
        parent.wait(10)
        assert wait_until_gone(pid), "the newsroom outlived its parent"


def test_the_context_manager_leaves_nothing_behind(articles: Path) -> None:
    with running_newsroom(articles) as running:
        pid, log = running.pid, running.log
        assert alive(pid)
        assert log.exists()
    assert not alive(pid)
    assert not log.parent.exists()


def test_a_log_that_is_named_stays_and_is_json_lines(articles: Path, tmp_path: Path) -> None:
    log = tmp_path / "access.jsonl"
    with running_newsroom(articles, log=log) as running, through(running) as client:
        client.get(PLAIN)
        client.get(PLAIN)
    assert [json.loads(line)["status"] for line in log.read_text(encoding="utf-8").splitlines()] == [200, 200]
