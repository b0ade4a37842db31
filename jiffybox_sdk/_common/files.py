"""Files of the user."""

import os
from pathlib import Path


def replace_file(file: Path, text: str) -> None:
    """Replace a file, which only its owner can read, in one step. Links are followed."""
    from tempfile import NamedTemporaryFile  # noqa: PLC0415 (rarely needed)

    file = Path(os.path.realpath(file))
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as new:  # with mode 0600
        try:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
            Path(new.name).replace(file)
        except BaseException:
            Path(new.name).unlink()
            raise
