"""Makes ``docs/pages/evidence.md``, what the emulator does and how sure we are of it: ``make generate``.

With ``--check``, says if it is stale. The texts of refusals come from the emulator's own table.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from jiffybox_sdk.emulator import _messages
from jiffybox_sdk.emulator._handlers import backups, boxes, checks, contact_groups

PAGE = Path(__file__).parents[1] / "docs" / "pages" / "evidence.md"

Standing = Literal["documented", "recorded", "inferred", "invented"]

HEAD = """# What the emulator does, and how sure we are of it

The service is gone, so nothing can be tried against it any more. Each behaviour of the emulator is

- **documented**: the provider described it;
- **recorded**: an answer of the service, as clients of it keep them in their tests or send and receive it, shows it;
- **inferred**: it follows from what is documented or recorded, but was not seen;
- **invented**: something had to be decided, and nothing is known of it.

Write code that depends on the first two, and that does not mind when the others are different. This page is made by
`make generate`.

"""

BEHAVIOURS: dict[str, list[tuple[str, Standing]]] = {
    "Requests and answers": [
        ("the token is the first segment of the path, the version the second", "documented"),
        ("bodies are JSON or a form; a JSON object is one under any content type", "recorded"),
        (
            "in a form, a compound value is one field of JSON text; booleans are `True`, `true`, `1` and so on",
            "recorded",
        ),
        ("an empty body is as good as `{}`", "recorded"),
        ("a JSON object may be percent-encoded as a whole", "recorded"),
        ("`null` is as good as a field that is absent", "inferred"),
        ("every answer is an envelope of messages and a result", "documented"),
        (
            "an error comes with HTTP status 200 and the result `null` (`false` was seen as well, and is read)",
            "recorded",
        ),
        ("slashes are escaped, as PHP does", "inferred"),
        ("unknown fields, wrong types and verbs are refused in the envelope", "inferred"),
        ("a body of more than 1 MiB is refused", "invented"),
        ("calls are not limited in number", "invented"),
        ("ids grow and are never used twice", "inferred"),
    ],
    "Boxes": [
        ("commands, their parameters, and the states that they lead to", "documented"),
        ("the fields of a box, and which are absent when", "recorded"),
        ("a command that does not fit the state, or comes while work is under way, is refused", "inferred"),
        ("`START` with a plan changes to that plan", "inferred"),
        ("`status` may be left out where `metadata` is sent", "inferred"),
        ("a name is unique in the account", "documented"),
        ("metadata: names sent are set, `null` deletes, at most 4 kB", "documented"),
        ("the source of a copy has `isBeingCopied`, and takes no command meanwhile", "inferred"),
        ("creating and copying never fail", "invented"),
        ("addresses, hosts, disks and profiles: their values", "invented"),
        (
            "the price, size and number of each plan; the key, smallest disk and kernel of each distribution",
            "documented",
        ),
        ("the names of distributions", "invented"),
    ],
    "Backups": [
        ("one manual backup a box, and a new one takes the place of the old one", "inferred"),
        ("days and slots; slot 1 begins at 0, 2 at 4, 6 at 22 o'clock", "documented"),
        ("slots 3, 4 and 5 begin at 6, 12 and 18 o'clock, in UTC", "invented"),
        ("a daily, a weekly and a biweekly backup are made as the schedule says", "inferred"),
        ("switching periodical backups off deletes them, and leaves the manual one", "documented"),
        ("switching them on twice, or off when they are off, is refused", "inferred"),
        ("restoring takes the box through `UPDATING`; it is on or off afterwards as it was before", "invented"),
        ("while a manual backup is made, no other can be, and the box can't be restored or frozen", "invented"),
        ("a box made from a backup has the distribution of the box that the backup is of", "inferred"),
    ],
    "Addresses": [
        ("the lists, and the fields of an address; `floating` is text", "recorded"),
        ("only floating IPv4 addresses can be moved", "documented"),
        ("moving is done at once", "invented"),
        ("a box has one public and one private IPv4 address, and a delegated IPv6 subnet", "invented"),
        ("the addresses are from ranges set aside for tests and documentation", "invented"),
        ("floating addresses are ordered from Python, since the API has no call for it", "invented"),
    ],
    "Contact groups": [
        ("the calls, the fields, the states", "documented"),
        ("the account's own group can't be changed or deleted", "documented"),
        ("a name is refused when another group has it; a copy that is given contacts alone keeps its name", "inferred"),
        ("a group that is deleted disappears from the checks that tell it", "invented"),
    ],
    "Monitoring": [
        ("the types of check, what each needs and takes, the defaults", "documented"),
        ("`contactGroups` going in, `contactgroups` coming out", "recorded"),
        ("deleting a check answers with a message of success", "recorded"),
        ("a check goes with its address: to another box, and away with it", "inferred"),
        ("a check of a running box is OK, of one that is off critical, before it is ready unknown", "invented"),
        ("an inactive check is `STATUS_DEACTIVATED`", "inferred"),
    ],
    "Documentation": [
        ("the modules, and the shape of what is said of each", "documented"),
        ("the texts", "invented"),
    ],
}


def main() -> int:
    page = HEAD + "\n".join(sections())
    if "--check" in sys.argv[1:]:
        if PAGE.read_text("utf-8") != page:
            print("stale: docs/pages/evidence.md (run: make generate)")
            return 1
        return 0
    PAGE.write_text(page, "utf-8")
    return 0


def sections() -> Iterator[str]:
    for title, rows in BEHAVIOURS.items():
        yield f"## {title}\n"
        yield "| behaviour | standing |\n| --- | --- |"
        yield "".join(f"| {behaviour} | {standing} |\n" for behaviour, standing in rows)
    yield "## How long work takes\n\nAll of these are invented.\n"
    yield "| work | seconds |\n| --- | --- |"
    yield "".join(f"| {work} | {seconds:g} |\n" for work, seconds in durations())
    yield "## Texts\n"
    yield "| text | standing |\n| --- | --- |"
    found = {text for text in vars(_messages).values() if isinstance(text, _messages.Text)}
    yield "".join(f"| {text.text} | {text.standing} |\n" for text in sorted(found, key=lambda text: text.text))


def durations() -> Iterator[tuple[str, float]]:
    yield from ((f"box: {work}", seconds) for work, seconds in boxes.SECONDS.items())
    yield from ((f"backup: {work}", seconds) for work, seconds in backups.SECONDS.items())
    yield "contact group: any", contact_groups.SECONDS
    yield "check: any", checks.SECONDS


if __name__ == "__main__":
    sys.exit(main())
