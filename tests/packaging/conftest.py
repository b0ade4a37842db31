"""The built docs."""

import os
from pathlib import Path

import pytest

from tests.support import site as docs


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built docs, which all workers share."""
    folder = tmp_path_factory.getbasetemp()
    return docs.build(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder)
