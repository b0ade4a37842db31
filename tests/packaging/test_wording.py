"""The words of the docs, docstrings and messages: phrases that stop the reader, and the plain ones to write instead."""

import re
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate

import pytest

from tests.support.saved import ROOT

PLAIN = {
    r'"""what ': "an imperative or a noun phrase: The costs of boxes.",
    r"returns? what ": "return, and a noun: Return the costs of a box.",
    r"(?<!there )is no (?!longer |more |such )[a-z]+": "is not a",
    r"\b(?:says|tells)\b": "shows, has, means or reports",
    r"\bst(?:ands|ood) in\b": "is in",
    r"\bla(?:ys|id) down\b": "defines, injects",
    r"\bin vain\b": "timed out after 60 s waiting for",
    r"\bneeds a yes\b": "asks for confirmation",
    r"\brefused: (?:give|pass|use)\b": "expected Retry, such as Retry(attempts=1)",
    r"\bas (?:it is|they are)(?=[.,;:)\"])": "unchanged",
    r"\bnot to be\b(?! [a-z]+ed)": "what happened: and the client was told to reject it",
    r"\bno mistake\b": "safe to call more than once",
    r"\bin this program\b": "internal error (please report it)",
    r"\b(?:bans|rejects) who\b": "bans clients that",
    r"\bhalf a character\b": "unpaired surrogate",
    r"\bmaking one checks\b": "validated on construction",
    r"\bsilent about\b": "reports everything",
    r"\bwhat is usual\b": "known quirks",
    r"\b(?:does|do) not count\b": "is not reported",
    r"\bwithout a word\b": "without an error message",
    r"\bas (?:he|she|one) likes\b": "has full control of",
    r"\btakes? note\b": "record",
    r"\bsees? to (?:that|it)\b": "ensures",
    r"\bbecome of\b": "its current state",
    r"\bwhat (?:it is|they are) at\b": "its status",
    r"\bnobody minds\b": "harmless",
    r"\bone too many\b": "false positives",
    r"\b(?:never|was|has) struck\b": "was triggered",
    r"\bform of the house\b": "formats the code",
    r"\b(?:is|was) said (?:about|of|to)\b": "additional options for, findings about",
    r"\ball is known\b": "clean",
    r"\bthe schemas (?:do not|don't) know\b": "unknown fields and values",
    r"\bdo its work twice\b": "only when it is safe to do so",
    r"\bat the command\b(?! line)": "on the command line",
    r"\bmust be waited\b": "must wait",
}
"""What to avoid, as regular expressions for lower-case text, and what to write instead."""

FILES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs" / "pages").rglob("*.md")),
    *sorted((ROOT / "examples").rglob("*.py")),
    *sorted(file for file in (ROOT / "jiffybox_sdk").rglob("*") if file.suffix in (".py", ".html", ".js")),
]
EDGES = re.compile(r'^[\s#]*(?:f?"(?!"))?\s*|\s*(?:(?<!")")?\s*$')
"""The edges of a line that is continued: indentation, the marks of comments, the quotes of adjacent strings."""


def phrases_to_avoid(text: str) -> Iterator[str]:
    """Yield the line, the phrase and the plain form of each phrase of a text that is in the table."""
    lines = [EDGES.sub("", line) for line in text.splitlines()]
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    joined = " ".join(lines).lower()
    for pattern, plain in PLAIN.items():
        for match in re.finditer(pattern, joined):
            yield f"{bisect(starts, match.start())}: {match[0]!r}; plain: {plain}"


def test_docs_docstrings_and_messages_use_plain_words() -> None:
    texts = {file.relative_to(ROOT).as_posix(): file.read_text("utf-8") for file in FILES}
    found = [f"{name}:{hit}" for name, text in texts.items() for hit in phrases_to_avoid(text)]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        'def cost(box):\n    """What a box costs."""\n',
        "Waited for the status\nin vain.",
        "# The token stands\n# in the path.",
        'raise ValueError(\n    "the box is "\n    f"no server"\n)',
    ],
)
def test_a_phrase_is_found_in_its_line_though_lines_break(text: str) -> None:
    [hit] = phrases_to_avoid(f"One line.\n{text}")
    assert re.match(r"[23]: '.*'; plain: .", hit)
