"""The actions of the control panel as code: in Python, for the command, and for curl. Each does the same."""

import json
import shlex
from collections.abc import Callable, Mapping

from pydantic import JsonValue

from jiffybox_sdk._client.endpoints import CALLS
from jiffybox_sdk._common.operation import API_URL
from jiffybox_sdk.emulator._faults import as_fault
from jiffybox_sdk.exceptions import JiffyArgumentException

Fields = Mapping[str, JsonValue]

# A method of the client, and a command. Digits are the ids in the path, and `more` is what else the request body has.
_CALLS: Mapping[str, tuple[str, str]] = {
    "create_box": ("create_box({name}, {planid}{more})", "box create{more}{--} {name} {planid} {distribution}"),
    "duplicate_box": ("box({0}).duplicate({name}, {planid})", "box duplicate{--} {0} {name} {planid}"),
    "START": ("box({0}).start()", "box start {0}"),
    "SHUTDOWN": ("box({0}).stop()", "box stop {0}"),
    "PULLPLUG": ("box({0}).pull_plug()", "--yes box pull-plug {0}"),
    "FREEZE": ("box({0}).freeze()", "box freeze {0}"),
    "THAW": ("box({0}).thaw({planid})", "box thaw {0} {planid}"),
    "PLAN": ("box({0}).change_plan({planid})", "box change-plan {0} {planid}"),
    "metadata": ("box({0}).update_metadata({metadata})", "box metadata {0} {metadata}"),
    "delete_box": ("box({0}).delete()", "--yes box delete {0}"),
    "create_backup": ("box({0}).backups().create_manual()", "backup create {0}"),
    "restore_backup": ("box({0}).backups().restore({1})", "--yes backup restore {0} {1} --id {2}"),
    "delete_backup": ("box({0}).backups().delete({1})", "--yes backup delete {0} {1} --id {2}"),
    "move_ip": ("send(operations.move_ip({0}, {1}, {targetid}))", "ip move {0} {1} {targetid}"),
}

# Methods of an emulator, by the field that only the request to the control interface that does the same has.
_METHODS: Mapping[str, str] = {
    "advance": "advance({advance})",
    "run_until_idle": "run_until_idle()",
    "policy": "set_clock({policy}{more})",
    "box": "add_floating_ip({box})",
}


def request_of(given: Fields) -> dict[str, JsonValue]:
    """Return the verb and the path of an action, and its code.

    It is given by `action`, the name of a call, or verb and path of the control interface, such as `POST clock`; by the
    `ids` in the path of a call; and by its `body`. If there is no such action, `JiffyArgumentException` is raised.
    """
    match given:
        case {"action": str() as action, "ids": list() as ids, "body": dict() | None as body}:
            verb, _, path = action.partition(" ")
        case _:
            raise JiffyArgumentException('invalid body: expected {"action": "get_box", "ids": [10001], "body": null}')
    if path:
        return {"verb": verb, "path": f"/__emulator__/{path}", "code": _control(verb, path, body)}
    values = [value if isinstance(value, int) else str(value) for value in ids]
    call = next((call for call in CALLS if call.name == action and call.path.count("{") == len(ids)), None)
    key = str((body or {}).get("status", "metadata")) if action == "change_box" else action
    if call is None or key not in _CALLS:
        raise JiffyArgumentException(f"invalid action {key!r} with {len(ids)} ids")
    operation = call.on(*values, body=None if body is None else body.items())
    fields: Fields = {**{str(number): value for number, value in enumerate(values)}, **(body or {})}
    python, command = _CALLS[key]
    imports = "JiffyBox, operations" if action == "move_ip" else "JiffyBox"
    code: JsonValue = {
        "Python": f"from jiffybox_sdk import {imports}\nJiffyBox.from_env().{_fill(python, fields)}",
        "Command": f"jiffybox {_fill(command, fields, _word, ' --{} {}')}",
        "curl": operation.as_curl().replace(API_URL, "$JIFFYBOX_API_URL", 1),
    }
    return {"verb": call.verb, "path": f"/__panel__/api/{operation.path}", "code": code}


def _control(verb: str, path: str, body: Fields | None) -> JsonValue:
    url, argument, data, method = f"/__emulator__/{path}", "", "", f"clear_{path}()"
    if body is not None:
        argument = f", json={body!r}"
        data = f" -H 'Content-Type: application/json' -d {shlex.quote(json.dumps(body))}"
        template = next((template for field, template in _METHODS.items() if field in body), None)
        method = _fill(template, body) if template else as_fault(body).as_code()
    return {
        "Python": f'import httpx, os\nhttpx.request({verb!r}, os.environ["JIFFYBOX_API_URL"] + "{url}"{argument})',
        "In a test": f"emulator.{'remove_fault(fault)' if body and verb == 'DELETE' else method}",
        "curl": f'curl -X {verb} "$JIFFYBOX_API_URL{url}"{data}',
    }


def _fill(template: str, fields: Fields, write: Callable[[JsonValue], str] = repr, more: str = ", {}={}") -> str:
    parts = template.replace("}", "{").split("{")
    values = {name: write(value) for name, value in fields.items()}
    values["more"] = "".join(more.format(name, value) for name, value in values.items() if name not in parts[1::2])
    values["--"] = " --" if any(value.startswith(("-", "'-")) for value in values.values()) else ""
    return "".join(values.get(part, "...") if number % 2 else part for number, part in enumerate(parts))


def _word(value: JsonValue) -> str:
    return shlex.quote(json.dumps(value) if isinstance(value, dict) else str(value))
