"""Bytes of a page to text. What a page says of its own charset is not asked: on real pages it is often wrong."""

from __future__ import annotations

import re

# C0 controls but tab, line feed and carriage return; DEL; the byte order mark; what no XML tree can hold
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff\ufffe\uffff]")
_UNWANTED_BYTES = bytes((*range(9), 11, 12, *range(14, 32), 127))
_UNWANTED_WIDE = "\ufeff\ufffe\uffff"
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_LONGEST_CHARACTER = 4


def decode(data: bytes) -> tuple[str, str]:
    """Decode a page; never fails.

    Returns the text without NULs, control characters and byte order marks, and the encoding: "utf-8" or "cp949"
    where every byte fits it (a utf-16 label where the page starts with its mark), with "?" behind it where some
    bytes did not and the less damaged reading was taken. A last character that was cut off counts as damage.
    """
    text, encoding = _decode(data)
    clean = len(data.translate(None, _UNWANTED_BYTES)) == len(data) and not any(mark in text for mark in _UNWANTED_WIDE)
    return text if clean else _UNWANTED.sub("", text), encoding


def _decode(data: bytes) -> tuple[str, str]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            data = data[len(mark) :]
            if encoding != "utf-8":
                return data.decode(encoding, "replace"), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start > len(data) - _LONGEST_CHARACTER:
            return data[: error.start].decode("utf-8"), "utf-8?"
    try:
        return data.decode("cp949"), "cp949"
    except UnicodeDecodeError:
        utf8, cp949 = data.decode("utf-8", "replace"), data.decode("cp949", "replace")
    if utf8.count("\ufffd") <= cp949.count("\ufffd"):
        return utf8, "utf-8?"
    return cp949, "cp949?"
