"""robots.txt over real HTTP: what hosts answer, what several requests at once then do, what the newsroom was asked."""

import pytest

from tests.fetch import fetch
from tests.newsroom.data import OUTLETS
from tests.newsroom.process import running_newsroom

DELAY = 0.5
ROBOTS = {
    "denied": "User-agent: *\nDisallow: /",
    "partly": "User-agent: iljari\nDisallow: /news/\n\nUser-agent: *\nAllow: /",
    "others": "User-agent: OtherBot\nDisallow: /",
    "slow": f"User-agent: *\nCrawl-delay: {DELAY}\nDisallow: /admin/",
    "adapting": f"User-agent: *\nCrawl-delay: {DELAY}",
    "moved": "User-agent: *\nDisallow: /news/",
    "nonsense": "<html><title>404 없는 페이지</title></html>",
}
STATUS = {"unavailable": 503, "busy": 429, "silent": 0, "missing": 404, "forbidden": 403}
PATHS = ("/a", "/b", "/news/c", "/news/d")


def host(name):
    return f"www.{name}.test"


def urls(name, scheme="http"):
    return [f"{scheme}://{host(name)}{path}" for path in PATHS]


@pytest.fixture(scope="module")
def fetched(tmp_path_factory):
    """What came of the requests, and the newsroom's log of each host."""
    folder = tmp_path_factory.mktemp("robots")
    for kind in ("articles", "outlets"):
        (folder / kind).mkdir()
    model = (OUTLETS / "knnws.toml").read_text(encoding="utf-8")
    for name in (*ROBOTS, *STATUS):
        outlet = model.replace("www.knnws.com", host(name)).replace('aliases = ["knnws.com", "m.knnws.com"]', "")
        before, _, after = outlet.split('"""', 2)
        outlet = f'{before}"""\n{ROBOTS.get(name, "")}\n"""{after}'
        if name == "moved":
            outlet = outlet.replace('scheme = "http"', 'scheme = "https"')
        (folder / "outlets" / f"{name}.toml").write_text(outlet, encoding="utf-8")
    jobs = {host(name): {"urls": urls(name)} for name in (*ROBOTS, *STATUS)}
    jobs[host("adapting")]["urls"] = [f"http://{host('adapting')}/news/list.php?page={page}" for page in range(1, 5)]
    jobs[host("adapting")]["settings"] = {"AUTOTHROTTLE_ENABLED": True, "AUTOTHROTTLE_START_DELAY": 0}
    faults = {name: {"robots_status": status} for name, status in STATUS.items()}
    with running_newsroom(folder / "articles", folder / "outlets", faults=faults) as newsroom:
        results = fetch(jobs, ILJARI_NEWSROOM=newsroom.url)
        log = newsroom.log_entries()
    return (
        {name: dict(results[host(name)]) for name in (*ROBOTS, *STATUS)},
        {name: [entry for entry in log if entry["host"] == host(name)] for name in (*ROBOTS, *STATUS)},
    )


def paths(entries):
    return [entry["url"].split(".test", 1)[1] for entry in entries]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("denied", "RobotsDeniedError: robots.txt denies it"),
        ("unavailable", "RobotsUnreadableError: robots.txt answers 503"),
        ("busy", "RobotsUnreadableError: robots.txt answers 429"),
        (
            "silent",
            "RobotsUnreadableError: robots.txt cannot be read: the host closed the connection without an answer",
        ),
    ],
)
def test_nothing_of_a_closed_host_is_requested_by_any_of_several_requests(fetched, name, reason):
    results, logs = fetched
    assert results[name] == dict.fromkeys(urls(name), reason)
    assert set(paths(logs[name])) == {"/robots.txt"}


@pytest.mark.parametrize("name", ["others", "missing", "forbidden", "nonsense"])
def test_an_open_host_is_asked_for_everything_once_after_its_robots_txt(fetched, name):
    results, logs = fetched
    assert {said.split()[0] for said in results[name].values()} == {"HttpError:"}, "no article there, but asked"
    assert paths(logs[name])[0] == "/robots.txt"
    assert sorted(paths(logs[name])[1:]) == sorted(PATHS)


def test_rules_for_us_come_before_rules_for_all(fetched):
    results, logs = fetched
    denied = [url for url, said in results["partly"].items() if said.startswith("RobotsDeniedError")]
    assert denied == urls("partly")[2:]
    assert paths(logs["partly"]) == ["/robots.txt", "/a", "/b"]


def test_robots_txt_is_followed_to_where_it_moved_and_holds_there(fetched):
    results, logs = fetched
    said = [results["moved"][url].split(":")[0] for url in urls("moved")]
    assert said == ["HttpError", "HttpError", "RobotsDeniedError", "RobotsDeniedError"]
    assert [(entry["scheme"], entry["status"]) for entry in logs["moved"][:2]] == [("http", 301), ("https", 200)]
    assert not [path for path in paths(logs["moved"]) if path.startswith("/news/")]


@pytest.mark.parametrize("name", ["slow", "adapting"])
def test_the_crawl_delay_is_kept_to_the_end(fetched, name):
    _, logs = fetched
    assert len(logs[name]) == 1 + len(PATHS)
    moments = [entry["monotonic"] for entry in logs[name]]
    span = moments[-1] - moments[0]
    assert span > DELAY * len(PATHS) * 0.8, (
        "a busy machine may bring the first one late; a delay worn down is half of it"
    )


@pytest.mark.parametrize("name", ["others", "missing", "forbidden", "nonsense", "slow"])
def test_requests_that_wait_together_share_one_connection(fetched, name):
    _, logs = fetched
    assert len({entry["connection"] for entry in logs[name]}) == 1


def test_every_request_says_who_we_are(fetched):
    _, logs = fetched
    for entries in logs.values():
        assert {entry["user_agent"].split(" ")[0] for entry in entries} == {"iljari/0.1"}
