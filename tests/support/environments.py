"""The environments that the Makefile makes."""

import os
from pathlib import Path

ROOT = Path(__file__).parents[2]


def programs_of(environment: str) -> Path:
    """Return the folder of an environment's programs."""
    return ROOT / environment / ("Scripts" if os.name == "nt" else "bin")
