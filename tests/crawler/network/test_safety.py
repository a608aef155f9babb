"""Answers that would hang, flood or mislead a crawler: each is bounded, and ends in words that say what it was."""

import gzip
import time
import zlib

import pytest

from crawler import settings
from crawler.middlewares.body import MAX_HEADER_BYTES, BodyError, TooLargeError, TruncatedBodyError, unpack
from tests.fetch import fetch
from tests.wild import page, wild

MEGABYTE = 1 << 20
TEXT = ("<html><body>" + "<p>부평구가 올해 일자리 1만868개를 만든다.</p>\n" * 300 + "</body></html>").encode()
HTML = "Content-Type: text/html"
PACKED = "Content-Encoding: gzip"
UNTOLD = f"HTTP/1.0 200 OK\r\n{HTML}\r\n\r\n".encode()
BOMB = zlib.compressobj(9, wbits=31)
BOMB = b"".join([*(BOMB.compress(bytes(MEGABYTE)) for _ in range(64)), BOMB.flush()])


def chunked(send):
    send(f"HTTP/1.1 200 OK\r\n{HTML}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    send(b"%x\r\n%s\r\n" % (len(TEXT) // 2, TEXT[: len(TEXT) // 2]))


def flood(send):
    """The body does not end for 100 MB."""
    send(UNTOLD)
    for _ in range(100):
        send(bytes(MEGABYTE))


def drip(send):
    """A byte every tenth of a second: no gap is long, the whole would take eight seconds and be whole."""
    send(f"HTTP/1.1 200 OK\r\n{HTML}\r\nContent-Length: 80\r\n\r\n".encode())
    for _ in range(80):
        send(b".")
        time.sleep(0.1)


def dripping_headers(send):
    send(b"HTTP/1.1 200 OK\r\n")
    for number in range(80):
        send(b"X-%d: y\r\n" % number)
        time.sleep(0.1)
    send(b"Content-Length: 0\r\n\r\n")


def many_headers(send):
    send(b"HTTP/1.1 200 OK\r\n")
    for number in range(100_000):
        send(b"X-%d: yyyyyyyyyyyyyyyyyyyy\r\n" % number)
    send(b"Content-Length: 0\r\n\r\n")


def long_header(send):
    send(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(20):
        send(b"y" * MEGABYTE)
    send(b"\r\nContent-Length: 0\r\n\r\n")


ANSWERS = {
    "plain.test": page(TEXT, "200 OK", HTML),
    "packed.test": page(gzip.compress(TEXT), "200 OK", HTML, PACKED),
    "members.test": page(gzip.compress(TEXT[:99]) + gzip.compress(TEXT[99:]), "200 OK", HTML, PACKED),
    "deflated.test": page(zlib.compress(TEXT), "200 OK", HTML, "Content-Encoding: deflate"),
    "headless.test": page(zlib.compress(TEXT)[2:-4], "200 OK", HTML, "Content-Encoding: deflate"),
    "untold.test": UNTOLD + TEXT,
    "bomb.test": page(BOMB, "200 OK", HTML, PACKED),
    "huge.test": page(b"", "200 OK", HTML, length=100 * MEGABYTE),
    "flood.test": flood,
    "short.test": page(TEXT[:-99], "200 OK", HTML, length=len(TEXT)),
    "chunked.test": chunked,
    "cut.test": page(gzip.compress(TEXT)[:-30], "200 OK", HTML, PACKED),
    "headless-cut.test": page(zlib.compress(TEXT)[2:-30], "200 OK", HTML, "Content-Encoding: deflate"),
    "untold-cut.test": UNTOLD + TEXT[:-99],
    "damaged.test": page(gzip.compress(TEXT)[:100] + b"?" * 200, "200 OK", HTML, PACKED),
    "strange.test": page(TEXT, "200 OK", HTML, "Content-Encoding: br"),
    "twice.test": page(gzip.compress(gzip.compress(TEXT)), "200 OK", HTML, "Content-Encoding: gzip, gzip"),
    "drip.test": drip,
    "dripping-headers.test": dripping_headers,
    "many-headers.test": many_headers,
    "long-header.test": long_header,
    "nonsense.test": b"\x00\x01 hello\r\n\r\n",
    "silent.test": lambda send: None,
    "robots.test": {"/robots.txt": page(b"User-agent: *\nDisallow: /private\n" + b"# filler\n" * 90_000), "/page": page(TEXT)},
}  # fmt: skip
TRIED = {"short.test", "chunked.test", "cut.test", "headless-cut.test", "untold-cut.test"}


@pytest.fixture(scope="module")
def came():
    """What came of each host's page, how often it was asked for, and the server."""
    hurried = {"DOWNLOAD_TIMEOUT": 2, "RETRY_TIMES": 0, "DOWNLOAD_MAXSIZE": MEGABYTE}
    jobs = {
        host: {"urls": [f"http://{host}/page"], "settings": hurried | {"RETRY_TIMES": int(host in TRIED)}}
        for host in ANSWERS
    }
    with wild(ANSWERS) as server:
        results = fetch(jobs, ILJARI_NEWSROOM=server.url)
        return {host: results[host][0][1] for host in ANSWERS}, server


@pytest.mark.parametrize("host", ["plain", "packed", "members", "deflated", "headless", "untold", "robots"])
def test_a_whole_page_comes_however_it_is_packed(came, host):
    assert came[0][f"{host}.test"] == f"200 http://{host}.test/page"


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("bomb", "larger than 1 MB when unpacked"),
        ("huge", "larger than 1 MB"),
        ("flood", "larger than 1 MB"),
        ("damaged", "the body cannot be unpacked"),
        ("strange", "the body is packed as 'br', which was not asked for"),
        ("twice", "the body is packed as 'gzip, gzip', which was not asked for"),
        ("drip", "no whole answer within 2 s"),
        ("dripping-headers", "no whole answer within 2 s"),
        ("many-headers", "headers larger than 64 kB"),
        ("long-header", "headers larger than 64 kB"),
        ("nonsense", "the answer is no HTTP"),
        ("silent", "the host closed the connection without an answer"),
    ],
)
def test_what_is_no_page_says_why(came, host, reason):
    assert reason in came[0][f"{host}.test"]


@pytest.mark.parametrize("host", sorted(TRIED))
def test_a_truncated_body_is_never_a_page_and_is_asked_for_again(came, host):
    assert came[0][host].endswith("the body ended early")
    assert len(came[1].moments(host)) == 2


def test_no_more_is_taken_than_allowed(came):
    """Beside the bound there is what lies in the buffers between the two ends."""
    assert came[1].sent["flood.test"] < 20 * MEGABYTE
    assert came[1].sent["long-header.test"] < 20 * MEGABYTE


def test_the_bounds_of_real_nights():
    assert settings.DOWNLOAD_MAXSIZE == 20 * MEGABYTE
    assert settings.DOWNLOAD_TIMEOUT <= 30
    assert settings.DOWNLOAD_FAIL_ON_DATALOSS
    assert settings.DOWNLOAD_WARNSIZE < settings.DOWNLOAD_MAXSIZE
    assert MAX_HEADER_BYTES < MEGABYTE


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_unpacking_gives_all_or_nothing(encoding):
    packed = gzip.compress(TEXT) if encoding == "gzip" else zlib.compress(TEXT)
    assert unpack(packed, encoding, len(TEXT)) == TEXT
    with pytest.raises(TooLargeError):
        unpack(packed, encoding, len(TEXT) - 1)
    for end in range(10, len(packed) - 1, 7):
        with pytest.raises(TruncatedBodyError):
            unpack(packed[:end], encoding, len(TEXT))
    for garbage in (b"?", TEXT):
        with pytest.raises(BodyError):
            unpack(garbage, encoding, len(TEXT))
