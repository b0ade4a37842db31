"""An extension of Griffe, which reads the code for the reference.

Each field gets its description as its docstring. Descriptions are in `Field(description="...")`, or in the section
`Attributes:` of their class. Values that are computed are left out; `field()` of dataclasses becomes its default.
"""

import ast
from typing import Any

from griffe import Attribute, Class, Docstring, DocstringSectionAttributes, Expr, ExprCall, ExprKeyword, Extension


class FieldDocs(Extension):
    """Moves the descriptions, and removes values that say nothing to readers."""

    def on_attribute_instance(self, *, attr: Attribute, **_: Any) -> None:
        """Take the description of a field of a model."""
        for node in ast.walk(ast.parse(str(attr.annotation or None), mode="eval")):
            if isinstance(node, ast.keyword) and node.arg == "description" and isinstance(node.value, ast.Constant):
                text = str(node.value.value)
                describe(attr, text[:1].upper() + text[1:] + ".")
        is_set_by_init = "class-attribute" not in attr.labels and "instance-attribute" in attr.labels
        if is_set_by_init or ("module-attribute" in attr.labels and isinstance(attr.value, ExprCall)):
            attr.value = None
        elif isinstance(attr.value, ExprCall) and attr.value.canonical_path == "dataclasses.field":
            attr.value = default(attr.value)

    def on_class_members(self, *, cls: Class, **_: Any) -> None:
        """Take the descriptions in the docstring of a class."""
        for section in cls.docstring.parse("google") if cls.docstring else ():
            if isinstance(section, DocstringSectionAttributes):
                for item in section.value:
                    member = cls.members.get(item.name)
                    if isinstance(member, Attribute):
                        describe(member, item.description)


def default(call: ExprCall) -> str | Expr | None:
    """Return the default that a call of `field()` gives, or the call if it also changes the parameters of the class."""
    arguments = {argument.name: argument.value for argument in call.arguments if isinstance(argument, ExprKeyword)}
    if arguments.keys() & {"init", "kw_only"}:
        return call
    factory = arguments.get("default_factory")
    return ExprCall(factory, []) if isinstance(factory, Expr) else arguments.get("default")


def describe(attribute: Attribute, text: str) -> None:
    """Set the docstring of an attribute, unless it has one."""
    attribute.docstring = attribute.docstring or Docstring(text, parent=attribute)
