"""The snippets of the page on logs, metrics and traces."""

import logging
import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "pages" / "attempts.md"


class Span:
    """A span of OpenTelemetry, which records the calls of its methods."""

    def __init__(self, name: str, **options: object) -> None:
        self.name = name
        self.options = options
        self.status: tuple[str, str] | None = None
        self.end_time = 0

    def set_status(self, status: str, description: str) -> None:
        self.status = status, description

    def end(self, end_time: int) -> None:
        self.end_time = end_time


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> list[Span]:
    """The spans that are started with a stand-in for OpenTelemetry, which has the signatures of its API."""
    started: list[Span] = []

    def start_span(name: str, *, kind: str, attributes: dict[str, object], start_time: int) -> Span:
        started.append(Span(name, kind=kind, attributes=attributes, start_time=start_time))
        return started[-1]

    def get_tracer(_: str) -> object:
        return SimpleNamespace(start_span=start_span)

    package = ModuleType("opentelemetry")
    trace = SimpleNamespace(
        get_tracer=get_tracer,
        SpanKind=SimpleNamespace(CLIENT="client"),
        StatusCode=SimpleNamespace(ERROR="error"),
    )
    vars(package)["trace"] = trace
    monkeypatch.setitem(sys.modules, "opentelemetry", package)
    return started


def test_the_snippets_print_their_comments_and_make_a_span_of_each_attempt(
    spans: list[Span], capsys: pytest.CaptureFixture[str]
) -> None:
    text = PAGE.read_text("utf-8")
    snippets = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    logger = logging.getLogger("jiffybox_sdk")
    names: dict[str, object] = {}
    try:
        for snippet in snippets:
            exec(compile(snippet, PAGE.name, "exec"), names)  # noqa: S102
    finally:
        for added in list(logger.filters):
            if type(added).__name__ == "Slow":
                logger.removeFilter(added)
    printed = capsys.readouterr().out.splitlines()
    assert printed[:2] == re.findall(r"^# (.*: HTTP status .*)", text, re.MULTILINE)
    assert printed[2:] == ["None", "None"]
    created, missing = spans
    assert (created.name, missing.name) == ("create_box", "get_box")
    assert created.options["kind"] == "client"
    assert created.options["attributes"] == {
        "http.request.method": "POST",
        "http.request.resend_count": 0,
        "http.response.status_code": 200,
    }
    assert created.status is None
    assert missing.status is not None
    assert missing.status[1].startswith("the service rejected GET jiffyBoxes/1: ")
    for span in spans:
        start = span.options["start_time"]
        assert isinstance(start, int)
        assert start <= span.end_time
