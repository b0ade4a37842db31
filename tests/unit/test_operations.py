"""Operations: the type of their result, and how they are shown."""

import json
import shlex
from typing import get_args, get_type_hints

import pytest
from pydantic import SecretStr

from jiffybox_sdk import Operation, operations
from jiffybox_sdk._client import endpoints
from jiffybox_sdk._client.response import encode
from jiffybox_sdk._common.redaction import MASK
from jiffybox_sdk._records.distribution import Distribution
from jiffybox_sdk._records.module_doc import ModuleDoc
from jiffybox_sdk._records.plan import Plan
from jiffybox_sdk.models import requests, responses
from jiffybox_sdk.models._kinds import MODELS

TYPES = {name: getattr(responses, name) for name in responses.__all__} | {
    "Distribution": Distribution,
    "ModuleDoc": ModuleDoc,
    "Plan": Plan,
}

SHOWN: dict[str, tuple[Operation, str]] = {
    "a read": (operations.get_box(1), 'curl "https://api.jiffybox.de/$JIFFYBOX_API_KEY/v1.0/jiffyBoxes/1"'),
    "a deletion": (
        operations.delete_box("7"),
        'curl -X DELETE "https://api.jiffybox.de/$JIFFYBOX_API_KEY/v1.0/jiffyBoxes/7"',
    ),
    "a body": (
        operations.move_ip(7, 2001, 8),
        (
            'curl -X PUT "https://api.jiffybox.de/$JIFFYBOX_API_KEY/v1.0/ips/7/2001/move" '
            "-H 'Content-Type: application/json' -d '{\"targetid\": 8}'"
        ),
    ),
    "what a shell would read": (
        operations.get_module('$(id)`"\\'),
        'curl "https://api.jiffybox.de/$JIFFYBOX_API_KEY/v1.0/doc/%24%28id%29%60%22%5C"',
    ),
}


@pytest.mark.parametrize("case", SHOWN)
def test_a_verb_by_id_is_shown_as_a_curl_command_line(case: str) -> None:
    operation, line = SHOWN[case]
    assert operation.as_curl() == line


def test_a_curl_command_line_masks_secrets_and_sends_the_same_otherwise() -> None:
    changes = requests.ChangeCheck(name="it's \x9b", password=SecretStr("Geheim-123"), contactGroups=[1])
    secret = operations.duplicate_check(7, changes)
    line = secret.as_curl()
    assert line.isascii()
    assert "Geheim" not in line
    body = json.loads(shlex.split(line)[-1])
    assert body == json.loads(encode(secret) or b"") | {"password": MASK}


@pytest.mark.parametrize("call", endpoints.CALLS, ids=lambda call: call.name)
def test_the_declared_type_of_a_result_is_that_of_its_kind(call: endpoints.Endpoint) -> None:
    declared = get_type_hints(endpoints, localns=TYPES)[call.name.upper()]
    assert get_args(declared) == (MODELS[call.returns],)


@pytest.mark.parametrize(
    "name",
    [name for name, value in vars(operations).items() if getattr(value, "__module__", "") == operations.__name__],
)
def test_an_operation_knows_the_type_of_its_result(name: str) -> None:
    hints = get_type_hints(getattr(operations, name), localns=TYPES)["return"]
    assert get_args(hints)[0] in MODELS.values()
