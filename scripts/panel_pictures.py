"""Take pictures of the control panel for the docs: ``make pictures``. The tests of the panel take them in passing."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> int:
    environment = {**os.environ, "JIFFYBOX_PICTURES": str(ROOT / "docs" / "pages" / "pictures")}
    command = [sys.executable, "-m", "pytest", "-q", "tests/browser/test_panel.py", "-k", "work_with_it"]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
