"""Numbers written the way the press writes them, to be read back."""

from __future__ import annotations

MYRIADS = {"조": 10**12, "억": 10**8, "만": 10**4}
STYLES = ("plain", "comma", "mixed", "mixed-comma", "thousands")


def write_number(value: int, style: str) -> str:
    """A whole number: plain 12300, comma 12,300, mixed 1만2300, mixed-comma 1만2,300, thousands 1만2천300."""
    if style == "plain":
        return str(value)
    if style == "comma":
        return f"{value:,}"
    written, rest = "", value
    for letter, size in MYRIADS.items():
        section, rest = divmod(rest, size)
        written += f"{_section(section, style)}{letter}" if section else ""
    return written + _section(rest, style) if rest or not written else written


def _section(value: int, style: str) -> str:
    if style == "thousands" and value >= 1000:
        return f"{value // 1000}천{value % 1000 or ''}"
    return f"{value:,}" if style == "mixed-comma" else str(value)
