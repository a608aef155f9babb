"""Reads the files of articles, outlets and faults and checks them against the dataclasses of model.py.

Every mistake is a `DataError` whose message is one line: the file, the field, what is wrong.
"""

import dataclasses
import itertools
import json
import re
import tomllib
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from tests.newsroom.faults import KINDS, PLACES, Fault, SimpleFaults
from tests.newsroom.model import Article, Desk, Outlet
from tests.newsroom.systems import SYSTEMS

HERE = Path(__file__).resolve().parent
ARTICLES = HERE / "articles"
OUTLETS = HERE / "outlets"

WORDS = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    datetime: "a date with a time, without a zone",
    date: "a date",
}


class DataError(ValueError):
    """A mistake in a data file: `file: field: what is wrong`."""

    def __init__(self, file: str, where: str, problem: str) -> None:
        super().__init__(f"{file}: {where}: {problem}" if where else f"{file}: {problem}")


def load(articles_dir: Path = ARTICLES, outlets_dir: Path = OUTLETS) -> Desk:
    """Read and check all files of both directories; raises DataError at the first mistake."""
    outlets = {path.stem: _load_outlet(path) for path in _toml_files(outlets_dir)}
    _check_hosts(outlets)
    articles: list[Article] = []
    taken: dict[tuple[str, str], str] = {}
    for file, slug, table in _article_tables(articles_dir):
        article: Article = _build(Article, _with_whole_gold(table), file, "", without={"slug"})
        _check_article(article, file, outlets)
        for number, at in enumerate(article.at):
            first = taken.setdefault((at.outlet, at.id), file)
            if first != file:
                raise DataError(file, f"at[{number}].id", f"{at.id} at {at.outlet} is already that of {first}")
        articles.append(dataclasses.replace(article, slug=slug))
    return Desk(outlets, articles)


def load_faults(source: Path | Mapping[str, Any] | None, outlets: Iterable[str]) -> dict[str, list[Fault]]:
    """Faults by outlet key from a JSON file or a mapping; raises DataError at the first mistake."""
    if source is None:
        return {}
    file, table = (source.name, _read_json(source)) if isinstance(source, Path) else ("faults", dict(source))
    known = set(outlets)
    for key in table:
        if key not in known:
            raise DataError(file, key, f"unknown outlet (known: {', '.join(sorted(known))})")
    return {key: _load_faults(value, file, key) for key, value in table.items()}


def _load_faults(value: Any, file: str, key: str) -> list[Fault]:
    if isinstance(value, list):
        return [_load_fault(fault, file, f"{key}[{number}]") for number, fault in enumerate(value)]
    simple: SimpleFaults = _build(SimpleFaults, value, file, key)
    return simple.faults()


def _load_fault(table: Any, file: str, where: str) -> Fault:
    kind = table.get("kind") if isinstance(table, dict) else None
    if kind not in KINDS:
        raise DataError(file, f"{where}.kind", f"{kind!r} is not one of {', '.join(sorted(KINDS))}")
    fields = {name: value for name, value in table.items() if name != "kind"}
    fault: Fault = _build(KINDS[kind], fields, file, where)
    if fault.url not in PLACES:
        try:
            re.compile(fault.url)
        except re.error as error:
            problem = f"{fault.url!r} is neither one of {', '.join(PLACES)} nor a regular expression ({error})"
            raise DataError(file, f"{where}.url", problem) from error
    return fault


def _with_whole_gold(table: dict[str, Any]) -> dict[str, Any]:
    """The table with what a version's gold leaves out filled in from the version before."""
    gold, versions = table.get("gold"), table.get("versions")
    if not isinstance(gold, dict) or not isinstance(versions, list):
        return table
    whole = []
    for version in versions:
        if isinstance(version, dict) and isinstance(version.get("gold"), dict):
            gold = {**gold, **version["gold"]}
            version = {**version, "gold": gold}
        whole.append(version)
    return {**table, "versions": whole}


def _load_outlet(path: Path) -> Outlet:
    outlet: Outlet = _build(Outlet, _read_toml(path), path.name, "", without={"key"})
    if outlet.system not in SYSTEMS:
        raise DataError(path.name, "system", f"{outlet.system!r} is not one of {', '.join(sorted(SYSTEMS))}")
    if outlet.per_page < 1:
        raise DataError(path.name, "per_page", "must be at least 1")
    for name in outlet.robots_denied_sections:
        if name not in outlet.sections:
            raise DataError(path.name, "robots_denied_sections", f"unknown section {name!r}")
    return dataclasses.replace(outlet, key=path.stem)


def _check_hosts(outlets: dict[str, Outlet]) -> None:
    owners: dict[str, str] = {}
    for key, outlet in outlets.items():
        for host in outlet.hosts:
            if owners.setdefault(host, key) != key:
                raise DataError(f"{key}.toml", "host", f"{host} is already a host of {owners[host]}")


def _check_article(article: Article, file: str, outlets: dict[str, Outlet]) -> None:
    if not article.paragraphs:
        raise DataError(file, "text", "is empty")
    if not article.at:
        raise DataError(file, "at", "names no outlet")
    if not article.gold.relevant and not article.gold.trap:
        raise DataError(file, "gold.trap", "is missing: say what is difficult about a near miss")
    if article.modified and article.modified < article.published:
        raise DataError(file, "modified", "is before published")
    _check_timeline(article, file)
    for number, at in enumerate(article.at):
        outlet = outlets.get(at.outlet)
        if outlet is None:
            raise DataError(file, f"at[{number}].outlet", f"unknown outlet {at.outlet!r}")
        if article.section not in outlet.sections:
            raise DataError(file, "section", f"{article.section!r} is no section of {at.outlet}")
        pattern = SYSTEMS[outlet.system].id_pattern
        if not pattern.fullmatch(at.id):
            raise DataError(file, f"at[{number}].id", f"{at.id!r} does not look like {pattern.pattern}")


def _article_tables(folder: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """File, slug and table of each article: a TOML file each, and the lines of JSON-lines files (made by generate.py)."""
    for path in _toml_files(folder):
        yield path.name, path.stem, _read_toml(path)
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                table = json.loads(line)
                table["published"] = datetime.fromisoformat(table["published"])
                yield f"{path.name}:{number}", f"{path.stem}-{number}", table


def _check_timeline(article: Article, file: str) -> None:
    if article.appears and article.appears < article.published:
        raise DataError(file, "appears", "is before published")
    names = ["appears", *(f"versions[{number}].at" for number in range(len(article.versions))), "withdrawn"]
    turns = list(zip(names, article.turns, strict=False))
    for (before, earlier), (name, later) in itertools.pairwise(turns):
        if later <= earlier:
            raise DataError(file, name, f"is not after {before}")
    for number, version in enumerate(article.versions):
        if version.title is None and version.text is None:
            raise DataError(file, f"versions[{number}]", "changes neither title nor text")
        if version.text is not None and not version.text.strip():
            raise DataError(file, f"versions[{number}].text", "is empty")


def _toml_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise DataError(str(folder), "", "is not a directory")
    return sorted(folder.glob("*.toml"))


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(path.name, "", f"is not TOML: {error}") from error


def _read_json(path: Path) -> dict[str, Any]:
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise DataError(path.name, "", f"is not JSON: {error}") from error
    if not isinstance(table, dict):
        raise DataError(path.name, "", "must be an object of outlets")
    return table


def _build(cls: Any, table: Any, file: str, where: str, without: frozenset[str] | set[str] = frozenset()) -> Any:
    """Make the dataclass `cls` from a table, checking names and types of its fields (`without`: not from files)."""
    if not isinstance(table, dict):
        raise DataError(file, where, "must be a table")
    hints = _hints(cls)
    fields = {item.name: item for item in dataclasses.fields(cls) if item.name not in without}
    prefix = f"{where}." if where else ""
    for name in table:
        if name not in fields:
            raise DataError(file, prefix + name, f"unknown field (known: {', '.join(fields)})")
    for name, item in fields.items():
        missing = item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
        if name not in table and missing:
            raise DataError(file, prefix + name, "is missing")
    return cls(**{name: _checked(hints[name], value, file, prefix + name) for name, value in table.items()})


@cache
def _hints(cls: Any) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _checked(hint: Any, value: Any, file: str, where: str) -> Any:
    """`value`, if it is of the annotated type; tables become their dataclass."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        kinds = [kind for kind in arguments if kind is not type(None)]
        return _checked(float if kinds == [int, float] and isinstance(value, float) else kinds[0], value, file, where)
    if origin is Literal:
        if value not in arguments:
            raise DataError(file, where, f"{value!r} is not one of {', '.join(arguments)}")
        return value
    if origin is list:
        if not isinstance(value, list):
            raise DataError(file, where, "must be a list")
        return [_checked(arguments[0], item, file, f"{where}[{number}]") for number, item in enumerate(value)]
    if origin is dict:
        if not isinstance(value, dict):
            raise DataError(file, where, "must be a table")
        return {key: _checked(arguments[1], item, file, f"{where}.{key}") for key, item in value.items()}
    if dataclasses.is_dataclass(hint):
        return _build(hint, value, file, where)
    if not _is_a(hint, value):
        raise DataError(file, where, f"must be {WORDS[hint]}")
    return value


def _is_a(hint: type, value: Any) -> bool:
    if hint is float:
        return type(value) in (int, float)
    if hint is datetime:
        return type(value) is datetime and value.tzinfo is None
    return type(value) is hint
