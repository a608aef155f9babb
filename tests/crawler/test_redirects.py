"""Where a redirect may lead: the rule by itself, and with an outlet that really sends us elsewhere."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.middlewares.redirects import refusal
from tests.fetch import fetch


def refused(url, domains=("knnws.com",)):
    return refusal(url, domains)


@pytest.mark.parametrize(
    "url",
    [
        "http://knnws.com/", "https://www.knnws.com/a?b=c", "http://m.knnws.com:80/", "https://knnws.com:443/",
        "http://KNNWS.com./", "http://a.b.knnws.com/", "http://knnws.com/?to=http://evil.test/", "http://knnws.com/@evil.test",
    ],
)  # fmt: skip
def test_within_the_outlet(url):
    assert refused(url) is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://evilknnws.com/", "another site (evilknnws.com)"),
        ("http://knnws.com.evil.test/", "another site (knnws.com.evil.test)"),
        ("http://knnws.co/", "another site"),
        ("http://knnws.com%2eevil.test/", "another site"),
        ("http://кnnws.com/", "another site"),
        ("http://xn--nnws-43d.com/", "another site"),
        ("http://.knnws.com.test/", "another site"),
        ("http://127.0.0.1/", "another site (127.0.0.1)"),
        ("http://[::1]/", "another site (::1)"),
        ("http://2130706433/", "another site"),
        ("http:///path", "another site ()"),
        ("http://knnws.com:8080/", "an odd address of knnws.com"),
        ("http://knnws.com:0/", "an odd address of knnws.com"),
        ("http://user@knnws.com/", "an odd address"),
        ("http://:secret@knnws.com/", "an odd address"),
        ("http://@knnws.com/", "an odd address"),
        ("http://knnws.com\\@evil.test/", "an odd address"),
        ("http://knnws.com@evil.test/", "an odd address of evil.test"),
        ("ftp://knnws.com/", "ftp scheme"),
        ("file:///etc/passwd", "file scheme"),
        ("javascript:alert(1)", "javascript scheme"),
        ("//knnws.com/", "no scheme"),
        ("", "no scheme"),
        ("http://knnws.com:99999/", "no address"),
        ("http://knnws.com:http/", "no address"),
        ("http://[::1/", "no address"),
    ],
)
def test_outside_the_outlet(url, reason):
    said = refused(url)
    assert said
    assert reason in said
    assert said.endswith("refused")


def test_without_domains_nothing_is_followed():
    assert refused("http://knnws.com/", domains=())


@given(
    st.text(max_size=60)
    | st.text(max_size=30).map("http://{}".format)
    | st.text(max_size=30).map("http://knnws.com{}/".format)
)
def test_any_text_is_judged(url):
    assert refused(url) is None or refused(url).endswith("refused")


# over HTTP

SENT_TO = {
    "/home": "http://www.knnws.com/page",
    "/mobile": "http://m.knnws.com/page",
    "/relative": "page",
    "/evil": "http://evilknnws.com/page",
    "/private": "http://127.0.0.1:{port}/page",
    "/port": "http://www.knnws.com:8080/page",
    "/script": "javascript:alert(1)",
    "/broken": "http://[::1",
    "/loop": "/loop",
    "/circle": "/circle2",
    "/circle2": "/circle",
    **{f"/long{n}": f"/long{n + 1}" for n in range(20)},
    "/deep": "/home",
    "/chain": "/evil",
}
PASSED = {"/circle2", *(f"/long{n}" for n in range(1, 20))}
"""Where only redirects lead."""


class Outlet(BaseHTTPRequestHandler):
    """Answers for every host as a proxy, and notes what it was asked."""

    def do_GET(self):
        self.server.asked.append(self.path)
        path = "/" + self.path.split("://")[-1].partition("/")[2]
        where = SENT_TO.get(path)
        self.send_response(302 if where else 404 if path == "/robots.txt" else 200)
        if where:
            self.send_header("Location", where.format(port=self.server.server_port))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def sent():
    """What came of the requests, and everything that was asked for."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Outlet) as server:
        server.asked = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        job = {"urls": [f"http://www.knnws.com{path}" for path in SENT_TO if path not in PASSED]}
        results = fetch({"www.knnws.com": job}, ILJARI_NEWSROOM=f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
    return {url.removeprefix("http://www.knnws.com"): said for url, said in results["www.knnws.com"]}, server.asked


@pytest.mark.parametrize(
    ("path", "arrived"),
    [
        ("/home", "www.knnws.com"),
        ("/mobile", "m.knnws.com"),
        ("/relative", "www.knnws.com"),
        ("/deep", "www.knnws.com"),
    ],
)
def test_a_redirect_within_the_outlet_is_followed(sent, path, arrived):
    assert sent[0][path] == f"200 http://{arrived}/page"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/evil", "RedirectRefusedError: redirect to another site (evilknnws.com) refused"),
        ("/chain", "RedirectRefusedError: redirect to another site (evilknnws.com) refused"),
        ("/private", "RedirectRefusedError: redirect to an odd address of 127.0.0.1 refused"),
        ("/port", "RedirectRefusedError: redirect to an odd address of www.knnws.com refused"),
        ("/circle", "RedirectRefusedError: redirect loop"),
        ("/long0", "RedirectRefusedError: more than 5 redirects"),
        ("/loop", "RedirectRefusedError: redirect loop"),
    ],
)
def test_a_redirect_elsewhere_is_not_followed(sent, path, reason):
    assert sent[0][path] == reason


@pytest.mark.parametrize("path", ["/script", "/broken"])
def test_a_redirect_to_no_address_is_a_failure(sent, path):
    assert not sent[0][path].startswith("200")


def test_a_loop_is_seen_at_its_first_turn(sent):
    asked = [url.rpartition("/")[2] for url in sent[1]]
    assert (asked.count("loop"), asked.count("circle"), asked.count("circle2")) == (1, 1, 1)


def test_no_foreign_host_was_asked_not_even_for_robots_txt(sent):
    hosts = {url.split("/")[2] for url in sent[1]}
    assert hosts == {"www.knnws.com", "m.knnws.com"}


def test_another_host_of_the_outlet_is_asked_for_its_own_robots_txt_first(sent):
    asked = [url for url in sent[1] if "m.knnws.com" in url]
    assert asked == ["http://m.knnws.com/robots.txt", "http://m.knnws.com/page"]
