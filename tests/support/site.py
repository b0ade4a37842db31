"""The built docs: made once for all workers, read, and served on this machine."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urldefrag, urlsplit

from tests.support.saved import ROOT


def build(folder: Path) -> Path:
    """Return the folder of the docs, which are built by the first worker that needs them."""
    site = folder / "site"
    with sqlite3.connect(folder / "lock.db", timeout=300, isolation_level=None) as lock:
        lock.execute("begin exclusive")
        if not site.exists():
            command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "-f", "docs/mkdocs.yml", "-d"]
            built = subprocess.run(  # noqa: S603 (our own command line)
                [*command, str(site)],
                cwd=ROOT,
                check=False,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
            )
            assert (built.returncode, built.stdout) == (0, "")  # warnings fail a strict build, too
    return site


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name in the base class)
        pass


@contextmanager
def served(folder: Path) -> Generator[str]:
    """Serve a folder, and return its URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


@dataclass
class Links(HTMLParser):
    """The anchors of a page, and what it refers to."""

    anchors: set[str] = field(default_factory=set[str])
    targets: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"id", "name"} and value:
                self.anchors.add(value)
            elif name in {"href", "src"} and value:
                self.targets.add(value)


def dead_links(folder: Path, pages: dict[Path, Links]) -> Iterator[str]:
    """Yield each link to a file or an anchor that does not exist. Links to other hosts are not followed."""
    for page, links in pages.items():
        for target in links.targets:
            path, anchor = urldefrag(unquote(target))
            if urlsplit(target).scheme:
                continue
            file = (page.parent / path).resolve() if path else page
            found = pages.get(file)
            if not file.is_file() or (anchor and found and anchor not in found.anchors):
                yield f"{page.relative_to(folder)}: {target}"
