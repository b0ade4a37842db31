"""Metadata that depend on the repository's URL: the project's URLs, and the README with links that work on an index.

Hatchling runs this when it builds an archive. The URL is set in `pyproject.toml`, and only there.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(?P<image>!?)\[(?P<text>(?:!\[[^\]]*\]\([^)]*\)|[^\[\]])*)\]\((?P<target>[^)\s]*)\)")


class MetadataHook(MetadataHookInterface):
    """Sets `readme` and `urls`."""

    def update(self, metadata: dict[str, Any]) -> None:  # Any, as in hatchling
        """Add to the metadata of the project."""
        repository = f"{self.config['repository']}"  # pyright: ignore[reportUnknownMemberType] # hatchling gives no type
        text = published((Path(self.root) / "README.md").read_text("utf-8"), repository)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
        metadata["urls"] = urls(repository)


def urls(repository: str) -> dict[str, str]:
    """Return the URLs of the project by their labels, none if it has no repository."""
    if not repository:
        return {}
    return {
        "Repository": repository,
        "Issues": f"{repository}/issues",
        "Changelog": f"{repository}/blob/HEAD/CHANGELOG.md",
    }


def published(readme: str, repository: str) -> str:
    """Return the README with absolute links. Without a repository, links to files are left out, but not their texts."""
    return "".join(
        part if _FENCE.fullmatch(part) else _LINK.sub(lambda link: _published_link(link, repository), part)
        for part in _parts(readme)
    )


def _parts(text: str) -> Iterator[str]:
    """Yield code in fences, and what is between."""
    end = 0
    for fence in _FENCE.finditer(text):
        yield text[end : fence.start()]
        yield fence[0]
        end = fence.end()
    yield text[end:]


def _published_link(link: re.Match[str], repository: str) -> str:
    text = _LINK.sub(lambda inner: _published_link(inner, repository), link["text"])
    target = link["target"]
    if "://" not in target and not target.startswith("#"):
        if not repository:
            return "" if link["image"] else text
        target = f"{repository}/{'raw' if link['image'] else 'blob'}/HEAD/{target}"
    return f"{link['image']}[{text}]({target})"
