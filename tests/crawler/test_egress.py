"""Who may be requested: nobody without a contact, only the newsroom where one is set."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from crawler.middlewares.egress import NO_CONTACT, newsroom_address
from tests.fetch import fetch
from tests.newsroom.process import running_newsroom


class Real(BaseHTTPRequestHandler):
    """A real host, as far as the crawler can tell."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers["User-Agent"]))
        self.send_response(404 if self.path == "/robots.txt" else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def real():
    with ThreadingHTTPServer(("127.0.0.1", 0), Real) as server:
        server.asked, server.connections = [], []
        take = server.process_request

        def counted(request, address):
            server.connections.append(address)
            take(request, address)

        server.process_request = counted
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def asked(server, **environment):
    host = f"outlet.test:{server.server_port}"
    job = {"urls": [f"http://{host}/page"], "settings": {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False}}
    return fetch({host: job}, settings={"TWISTED_DNS_RESOLVER": "tests.wild.Mirror"}, **environment)[host][0][1]


def test_without_a_contact_no_real_host_is_even_connected_to(real):
    assert asked(real) == f"NoContactError: {NO_CONTACT}"
    assert real.connections == []


def test_with_a_contact_it_is_and_hears_it(real):
    assert asked(real, ILJARI_CONTACT="https://jobs.example/bot").startswith("200 ")
    assert [path for path, _ in real.asked] == ["/robots.txt", "/page"]
    assert all("https://jobs.example/bot" in agent for _, agent in real.asked)


def test_with_a_newsroom_nothing_but_the_newsroom_is_requested(real):
    with running_newsroom() as newsroom:
        said = asked(real, ILJARI_NEWSROOM=newsroom.url, ILJARI_CONTACT="https://jobs.example/bot")
        log = newsroom.log_entries()
    assert "502" in said or "RobotsUnreadableError" in said
    assert real.connections == []
    assert log


@pytest.mark.parametrize("address", ["http://127.0.0.1:8900", "http://localhost:8900", "http://[::1]:8900/"])
def test_a_newsroom_is_on_this_machine(address):
    assert newsroom_address(address) == address


def test_no_newsroom():
    assert newsroom_address("") is None


@pytest.mark.parametrize(
    "address",
    [
        "http://proxy.example:3128", "http://10.0.0.1:8900", "https://127.0.0.1:8900", "127.0.0.1:8900", "localhost",
        "http://127.0.0.1@evil.test/", "http://127.0.0.1.evil.test/", "http://127.0.0.1:8900@evil.test/", "http://[::1",
        "http://0.0.0.0:8900", "socks5://127.0.0.1:1080", " ", "http://",
    ],
)  # fmt: skip
def test_no_other_address_is_taken_for_one(address):
    with pytest.raises(ValueError, match=r"no address of this machine|Invalid IPv6"):
        newsroom_address(address)
