"""Record the digest of the schemas for their current version, or check that it is fresh with ``--check``.

The schemas of a released version must not change: raise `VERSION` in ``jiffybox_sdk/schemas.py`` first.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path

from jiffybox_sdk.schemas import VERSION, load, names

TARGET = Path(__file__).parents[1] / "tests" / "support" / "data" / "schema-versions.json"


def main() -> int:
    versions = json.loads(TARGET.read_text("utf-8"))
    digest = sha256(json.dumps({name: load(name) for name in names()}, sort_keys=True).encode()).hexdigest()
    recorded = versions.get(VERSION, {"released": False})
    if recorded.get("sha256") == digest:
        return 0
    if recorded["released"]:
        print(f"the schemas differ from version {VERSION}, which is released: raise VERSION in jiffybox_sdk/schemas.py")
        return 1
    if "--check" in sys.argv[1:]:
        print(f"stale: {TARGET.name} (run: make generate)")
        return 1
    versions[VERSION] = {"sha256": digest, "released": False}
    TARGET.write_text(json.dumps(versions, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
