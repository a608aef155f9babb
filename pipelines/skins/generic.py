"""Pages of unknown systems that mark their body as schema.org or their builder asks."""

from __future__ import annotations

from pipelines.skins.skin import Skin

SKINS = (
    Skin(
        system="schema.org",
        name="schema.org/articleBody",
        marks=(),
        body=("[itemprop~='articleBody']",),
        title=("[itemprop~='headline']",),
        furniture=("figcaption", ".caption", ".copyright", ".article-copyright", ".reporter", ".related"),
    ),
)
