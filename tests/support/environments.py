"""The environments that the Makefile makes, and tests that only some systems can run."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

unix = pytest.mark.skipif(os.name != "posix", reason="other systems have no such shells, files and signals")


def programs_of(environment: str) -> Path:
    """Return the folder of an environment's programs."""
    return ROOT / environment / ("Scripts" if os.name == "nt" else "bin")
