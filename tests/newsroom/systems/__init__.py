"""The publishing systems the newsroom can imitate, by the name that outlet files use."""

from tests.newsroom.systems.asiae import Asiae
from tests.newsroom.systems.base import System
from tests.newsroom.systems.dadamedia import Dadamedia
from tests.newsroom.systems.fnnews import Fnnews
from tests.newsroom.systems.gnuboard5 import Gnuboard5
from tests.newsroom.systems.newsbuilder import Newsbuilder

__all__ = ["SYSTEMS", "System"]

SYSTEMS: dict[str, type[System]] = {system.key: system for system in (Asiae, Dadamedia, Fnnews, Gnuboard5, Newsbuilder)}
