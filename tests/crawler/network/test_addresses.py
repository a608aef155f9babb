"""No host without a public address is connected to: by whatever name, for whatever request, wherever it was named."""

import http.server
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.network.resolver import is_public
from tests.fetch import fetch
from tests.wild import page, wild

CONTACT = {"ILJARI_CONTACT": "https://jobs.example/bot"}
TABLE = {"TWISTED_DNS_RESOLVER": "tests.wild.Table"}
FAST = {"DOWNLOAD_DELAY": 0.001, "AUTOTHROTTLE_ENABLED": False, "DNS_TIMEOUT": 5}


@pytest.fixture(scope="module")
def asked():
    """What came of requests by names for this machine and its network, and the connections that this machine saw."""
    with wild({}) as server:
        hosts = {
            "literal": f"127.0.0.1:{server.port}", "short": f"127.1:{server.port}", "number": f"2130706433:{server.port}",
            "hexadecimal": f"0x7f000001:{server.port}", "any": f"0.0.0.0:{server.port}", "local": f"localhost:{server.port}", "name": f"home.test:{server.port}", "network": "inside.test",
            "cloud": "metadata.test", "nowhere": "no-such-host.invalid",
        }  # fmt: skip
        jobs = {host: {"urls": [f"http://{host}/page"], "settings": FAST} for host in hosts.values()}
        results = fetch(jobs, settings=TABLE, **CONTACT)
        yield {name: results[host][0][1] for name, host in hosts.items()}, server


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("literal", "127.0.0.1"), ("short", "127.0.0.1"), ("number", "127.0.0.1"), ("hexadecimal", "127.0.0.1"),
        ("any", "0.0.0.0"), ("local", "127.0.0.1"), ("name", "127.0.0.1"), ("network", "10.1.2.3"),
        ("cloud", "169.254.169.254"),
    ],
)  # fmt: skip
def test_a_private_address_is_refused_by_name_and_the_reason_says_so(asked, name, address):
    assert f"has no public address ({address})" in asked[0][name]


def test_what_has_no_address_is_told_so(asked):
    """Which of the two depends on the machine that the test runs on."""
    assert asked[0]["nowhere"].endswith(
        ("there is no host no-such-host.invalid", "no name server answers for no-such-host.invalid")
    )


def test_nothing_was_even_connected_to(asked):
    assert asked[1].connections == 0


def test_a_redirect_leads_to_no_private_address_either():
    moved = page(b"", "302 Found", "Location: http://inside.home.test/page")
    with wild({"www.home.test": {"/away": moved}}) as server:
        host = f"home.test:{server.port}"
        job = {"urls": [f"http://www.{host}/away"], "settings": FAST}
        said = fetch({host: job}, settings={"TWISTED_DNS_RESOLVER": "tests.wild.Home"}, **CONTACT)[host][0][1]
    assert [path for _, path, _ in server.asked] == ["/robots.txt", "/away"]
    assert said.endswith("inside.home.test has no public address (10.1.2.3)")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "198.18.0.1",
        "255.255.255.255", "224.0.0.1", "::1", "::", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["203.250.0.1", "8.8.8.8", "2404:4600::1"])
def test_addresses_that_are(address):
    assert is_public(address)


@given(st.ip_addresses())
def test_every_address_is_judged(address):
    assert is_public(str(address)) in (True, False)


def test_a_proxy_of_the_environment_is_not_used(monkeypatch):
    class Proxy(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked.append(self.path)
            self.send_response(404)
            self.end_headers()

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        proxy.asked = []
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.server_port}")
        said = fetch({"inside.test": {"urls": ["http://inside.test/"], "settings": FAST}}, settings=TABLE, **CONTACT)
        proxy.shutdown()
    assert "has no public address" in said["inside.test"][0][1]
    assert proxy.asked == []
