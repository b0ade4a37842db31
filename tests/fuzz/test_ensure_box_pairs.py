"""`ensure_box` makes one box under each pair of troubles: the tests of the faces have single ones."""

import pytest

from tests.faces.aio.test_ensure_box import STATES, runs_with_troubles
from tests.faces.api.test_ensure_box import runs_with_troubles as sync_runs_with_troubles
from tests.support.asynchronous import backends, run
from tests.support.lossy import TROUBLES


@backends
@pytest.mark.parametrize("state", STATES)
def test_there_is_one_box_under_each_pair_of_troubles(state: str, backend: str) -> None:
    async def main() -> None:
        assert await runs_with_troubles(state, 2) > len(TROUBLES) ** 2

    run(main, backend)


@pytest.mark.parametrize("state", STATES)
def test_there_is_one_box_in_the_sync_face_under_each_pair_of_troubles(state: str) -> None:
    assert sync_runs_with_troubles(state, 2) > len(TROUBLES) ** 2
