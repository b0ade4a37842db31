"""Creates a box in the way of scripts of the time: a form with the words of a web page."""

import json
import sys
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

opener = build_opener(ProxyHandler({}))


def call(path: str, **fields: str) -> object:
    """Return the status of a box, or the result of an error."""
    body = urlencode(fields).encode() if fields else None
    result: dict[str, object] | bool | None = json.load(opener.open(f"{sys.argv[1]}/{path}", body))["result"]
    return result["status"] if isinstance(result, dict) else result


new = {"name": "python", "planid": "44", "distribution": "debian_stretch_64bit", "password": "secret"}
seen = [call("jiffyBoxes", **new, use_sshkey="TRUE"), call("jiffyBoxes", **new, use_sshkey="yes"), call("jiffyBoxes/5")]
json.dump(seen, sys.stdout)
