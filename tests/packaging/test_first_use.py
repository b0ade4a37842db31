"""Models are built on first use, whichever use that is, and behave as if they had always been complete."""

import os
import subprocess
import sys

import pytest

PREPARED = """
import copy, json, pickle
from typing import Annotated
from pydantic import BaseModel, RootModel, TypeAdapter, ValidationError
from jiffybox_sdk import Box, HttpCheck, JiffyArgumentException, JiffyAttributeException, Plan, schemas, validate
from jiffybox_sdk.models.responses import box as fields
raw = schemas.load("box")["examples"][1]
wrong = {**raw, "plan": {**raw["plan"], "cpus": "canary"}}
def problem(call):
    try:
        call()
    except (ValidationError, JiffyAttributeException, JiffyArgumentException) as error:
        return str(error)
class Mine(fields.Box, frozen=True):
    colour: "Colour"
Colour = Annotated[str, "named only after its use"]
class Holder(BaseModel):
    box: Box
"""
BUILD_ALL = """
for model in (Box, Plan, HttpCheck, fields.Box, Mine, Holder):
    model.model_rebuild()
"""
USES = [
    "Box(raw)",
    "Box(raw).plan.model_dump_json()",
    "Box.model_validate(raw).model_dump(mode='json')",
    "Box.model_validate_json(json.dumps(raw))",
    "Box.model_json_schema()",
    "Box.model_construct(id=5).id",
    "TypeAdapter(Box).validate_python(raw)",
    "TypeAdapter(list[Box]).validate_json(json.dumps([raw]))",
    "TypeAdapter(dict[str, Plan]).json_schema()",
    "RootModel[Box].model_validate(raw)",
    "Holder(box=raw)",
    "Mine.model_validate({**raw, 'colour': 'red'})",
    "pickle.loads(pickle.dumps(Box(raw))).model_dump()",
    "copy.deepcopy(Box(raw)).plan.model_copy(update={'id': 5})",
    "HttpCheck(name='a', ip='192.0.2.1', port=80, domainname='b', path='/')",
    "validate(raw, 'box')",
    "problem(lambda: Box(wrong))",
    "problem(lambda: Box.model_validate(wrong))",
    "problem(lambda: Plan(wrong['plan']))",
    "problem(lambda: HttpCheck(name='a', ip='192.0.2.1', port=0, domainname='b', path='/'))",
    "problem(lambda: validate(wrong, 'box'))",
    "problem(lambda: Mine.model_validate(wrong))",
    "problem(lambda: Holder(box=wrong))",
]


def printed(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout  # noqa: S603


@pytest.fixture(scope="module")
def later_uses() -> list[str]:
    """The result of each use once all models are complete."""
    return printed(PREPARED + BUILD_ALL + "".join(f"print(ascii({use}))\n" for use in USES)).splitlines()


@pytest.mark.parametrize("number", range(len(USES)), ids=USES)
def test_the_first_use_of_a_model_does_the_same_as_later_ones(number: int, later_uses: list[str]) -> None:
    first = printed(f"{PREPARED}assert not Box.__pydantic_complete__\nprint(ascii({USES[number]}))")
    assert first.splitlines() == [later_uses[number]]


def test_a_model_is_built_by_one_thread_at_a_time() -> None:
    program = """
import threading
from pydantic import GetPydanticSchema
from typing import Annotated
from jiffybox_sdk.models._base import BUILDING, Model
taken = []
def look(source, handler):
    other = threading.Thread(target=lambda: taken.append(BUILDING.get().acquire(blocking=False)))
    other.start()
    other.join()
    return handler(source)
class Built(Model):
    number: Annotated[int, GetPydanticSchema(look)]
assert taken == []
assert Built.model_validate({"number": 5}).number == 5
assert Built.model_validate({"number": 6}).number == 6
print(taken)
"""
    assert printed(program) == "[False]\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_fork_waits_for_a_model_that_is_being_built() -> None:
    program = """
import os, threading
from jiffybox_sdk import Box, schemas
from jiffybox_sdk.models._base import BUILDING
begun, forking = threading.Event(), threading.Event()
def build():
    with BUILDING.get():
        begun.set()
        forking.wait()
os.register_at_fork(before=forking.set)
builder = threading.Thread(target=build)
builder.start()
begun.wait()
child = os.fork()
if not child:
    Box(schemas.load("box")["examples"][0])
    os._exit(0)
builder.join()
print(os.waitpid(child, 0)[1], Box(schemas.load("box")["examples"][0]).id > 0)
"""
    assert printed(program) == "0 True\n"
