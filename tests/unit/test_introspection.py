"""Records for tools that look at all attributes: what is missing is an `AttributeError`, too."""

import ast
import inspect
import re
import textwrap
import warnings
from itertools import pairwise
from unittest.mock import create_autospec

import pytest
from pydantic import BaseModel

from jiffybox_sdk import (
    Backups,
    Box,
    Check,
    ContactGroup,
    Distribution,
    Ip,
    JiffyAttributeException,
    JiffyBox,
    JiffyDetachedException,
    Plan,
    exceptions,
)
from jiffybox_sdk.aio._connection import AsyncConnection
from jiffybox_sdk.api._connection import Connection
from tests.support.scripted import TOKEN, example

RECORDS: dict[str, BaseModel] = {
    "a box": Box(example("box")),
    "a box with unknown fields": Box({**example("box"), "zone": "a", "api": "unknown"}),
    "a distribution": Distribution(example("distribution")),
    "a distribution with unknown fields": Distribution({**example("distribution"), "zone": "a"}),
    "backups": Backups(example("backups")),
    "an address": Ip({**example("ip"), "ip": "nowhere", "box_id": 7, "network": "unknown"}),
    "a contact group": ContactGroup(example("contact-group")),
    "a check": Check(example("check")),
    "a plan": Plan(example("plan")),
}
MISSING = {
    "a box": ("api", JiffyDetachedException),
    "a box with unknown fields": ("api", JiffyDetachedException),
    "a distribution": ("id", JiffyAttributeException),
    "a distribution with unknown fields": ("id", JiffyAttributeException),
    "backups": ("box_id", JiffyAttributeException),
    "an address": ("network", JiffyAttributeException),
}


@pytest.mark.parametrize("name", MISSING)
def test_introspection_finds_that_what_is_missing_is_not_there(name: str) -> None:
    record, (attribute, expected) = RECORDS[name], MISSING[name]
    assert not hasattr(record, attribute)
    assert getattr(record, attribute, "default") == "default"
    with pytest.raises(AttributeError) as raised:
        getattr(record, attribute)
    assert type(raised.value) is expected


@pytest.mark.parametrize("name", RECORDS)
def test_introspection_gets_the_other_members(name: str) -> None:
    record = RECORDS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # pydantic's old names
        members = dict(inspect.getmembers(record))
        double = create_autospec(record, instance=True)
    assert members.keys() >= type(record).model_fields.keys()
    assert "api" not in members
    assert double.model_fields_set is not None


def test_introspection_of_unknown_fields_and_other_names_is_as_before() -> None:
    box = Box({**example("box"), "zone": "a"})
    assert getattr(box, "zone") == "a"  # noqa: B009 (type checkers don't know it)
    with pytest.raises(AttributeError, match="no attribute 'rack'"):
        getattr(box, "rack")  # noqa: B009 (as above)


def test_introspection_of_classes_makes_doubles_with_their_methods() -> None:
    double = create_autospec(JiffyBox)
    double("token").box.return_value = Box(example("box"))
    assert double("token").box(1).id == 12345
    assert callable(create_autospec(Box).create)


def test_introspection_of_a_client_makes_no_request() -> None:
    with JiffyBox(TOKEN) as client:
        assert {"box", "send", "drift"} <= dict(inspect.getmembers(client)).keys()


def documented(owner: type[object]) -> set[str]:
    """The attributes that a class declares with a docstring."""
    (declaration,) = ast.parse(textwrap.dedent(inspect.getsource(owner))).body
    assert isinstance(declaration, ast.ClassDef)
    return {
        node.target.id
        for node, after in pairwise(declaration.body)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
    }


@pytest.mark.parametrize("name", dir(exceptions))
def test_attributes_of_exceptions_are_documented_where_they_are_declared(name: str) -> None:
    kind: object = getattr(exceptions, name)
    if isinstance(kind, type) and issubclass(kind, exceptions.JiffyException):
        public = {attribute for attribute in kind.__annotations__ if not attribute.startswith("_")}
        assert documented(kind) == public
        assigned = set(re.findall(r"self\.([a-z]\w*)(?:: .*)? = ", inspect.getsource(kind)))
        assert assigned == public - {"headers"}


@pytest.mark.parametrize("client", [Connection, AsyncConnection])
def test_the_clock_of_a_client_is_documented_where_it_is_declared(client: type[object]) -> None:
    assert documented(client) == {"clock"}


def test_internals_of_records_are_private() -> None:
    assert not any(hasattr(record, "noun") for record in RECORDS.values())
