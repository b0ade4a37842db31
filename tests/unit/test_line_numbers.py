"""The lines of values in JSON text."""

import json

from hypothesis import given, strategies as st

from jiffybox_sdk._common.line_numbers import lines_of, steps_of


def test_the_last_of_repeated_names_counts() -> None:
    text = '{"a": [\n1,\n{"b": 2}],\n"a": [3,\n4]\n}'
    assert lines_of(text, [("a",), ("a", 1), ("a", 1, "b"), ("a", "0")]) == [4, 5, 5, 4]


def test_a_value_that_does_not_exist_has_the_line_of_its_parent() -> None:
    text = '\n{\n"a": {\n"b": [\n]}, "c": "d"}'
    assert lines_of(text, [(), ("x",), ("a", "x"), ("a", "b", 0), ("c", "x")]) == [2, 2, 3, 4, 5]
    assert lines_of("", [(), ("a",)]) == [1, 1]


def test_invalid_text_is_read_up_to_the_error() -> None:
    assert lines_of('{\n"a": 1,\n"b": {\n"c": }}', [("a",), ("b",), ("b", "c"), ("d",)]) == [2, 3, 4, 1]
    assert lines_of("[\n1,\n" + "[" * 100_000, [(0,), (1,), (2,)]) == [2, 3, 1]
    assert lines_of("[\n" * 3000, [[0] * 3000]) == [201]


def test_numbers_may_be_of_any_length() -> None:
    assert lines_of("[" + "9" * 5000 + ",\nNaN,\n1]", [(2,)]) == [3]


def test_steps_of_pointers_are_unescaped() -> None:
    assert steps_of("/a~1b/~01/0/") == ["a/b", "~1", "0", ""]
    assert steps_of("") == []


json_values = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)


@given(value=json_values, data=st.data())
def test_a_marked_value_is_found_on_its_line(value: object, data: st.DataObject) -> None:
    text = json.dumps([value, {"marked": "here"}], indent=data.draw(st.integers(0, 3)))
    line = next(number for number, each in enumerate(text.splitlines(), 1) if each.strip() == '"marked": "here"')
    assert lines_of(text, [(1, "marked"), (1, "marked")]) == [line, line]
