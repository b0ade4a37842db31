"""Generate ``docs/pages/evidence.md``, a table of the emulator's behaviour: ``make generate``.

With ``--check``, report whether the page is stale. Error messages come from the emulator's own table.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from jiffybox_sdk._common.standing import Standing
from jiffybox_sdk.emulator import _messages
from jiffybox_sdk.emulator._handlers import backups, boxes, checks, contact_groups
from scripts.generated import update

PAGE = Path(__file__).parents[1] / "docs" / "pages" / "evidence.md"

HEAD = """# The behaviour of the emulator, and its sources

The service no longer exists, so its behaviour can't be verified. Each behaviour of the emulator is

- **documented**: the provider described it;
- **recorded**: clients of the service rely on it, or keep such a response in their tests;
- **inferred**: it follows from documented or recorded facts;
- **invented**: the emulator had to choose something, and nothing is known.

{counts}

Rely on the first two, and write code that also works if the others differ.
[`vary`](emulator.md#answers-that-may-differ) makes them differ, as the last column describes.

"""

DOCUMENTED, RECORDED, INFERRED, INVENTED = Standing

Row = tuple[str, Standing] | tuple[str, Standing, str]
"""A behaviour, its standing, and, if it is inferred or invented, how it varies, or `no:` and the reason."""

BEHAVIOURS: dict[str, list[Row]] = {
    "Requests and responses": [
        ("the token is the first segment of the path, and the version is the second", DOCUMENTED),
        ("request bodies are JSON or a form; a JSON object is accepted with any content type", RECORDED),
        ("in a form, compound values are JSON text, and booleans are `True`, `true`, `1` and so on", RECORDED),
        ("forms may have bare names, and JSON may have 1 for `true`", RECORDED),
        (
            "forms are read as PHP reads them: `on` and `yes` are true, `a[]=1` is a list; this never fails",
            INFERRED,
            "no: the SDK sends no forms",
        ),
        (
            "in a form, a name without a value is empty text, and false where a boolean is expected",
            INFERRED,
            "no: the SDK sends no forms",
        ),
        ("JSON may have 0 for `false`", INFERRED, "no: the SDK sends `false`"),
        ("an empty request body means `{}`", RECORDED),
        ("a JSON object may be percent-encoded as a whole", RECORDED),
        ("a field with the value `null` counts as absent", INFERRED, "no: the SDK sends no `null`, except in metadata"),
        ("every response is an envelope of messages and a result", DOCUMENTED),
        ("errors have the HTTP status 200", RECORDED),
        ("the result is `false` for a wrong token, an unknown module and an unknown box", RECORDED),
        ("the result is `null` for the name of a box that exists already", RECORDED),
        ("the result is `null` for a taken name of a duplicate or of a contact group", INFERRED, "`null` or `false`"),
        ("the result of other errors is `false`", INFERRED, "`null` or `false`"),
        ("JSON is ASCII without spaces and with escaped slashes, as PHP's `json_encode` writes it", RECORDED),
        ("an empty map is `{}`, also outside of the documentation", INFERRED, "or `[]`"),
        ("objects have no fields but those of the schemas", INFERRED, "some have another one"),
        ("the order of fields and of the entries of maps", INVENTED, "another order"),
        ("the `Content-Type` of responses", INVENTED, "without `charset`, or text"),
        ("wrong types and unknown calls are answered with an error message", INFERRED, "the wording and the result"),
        (
            "unknown parameters are rejected; ignored if the emulator is lenient, as the service may have done",
            INFERRED,
            "no: `lenient` decides",
        ),
        ("request bodies over 1 MiB are rejected", INVENTED, "no: what the documentation allows is far smaller"),
        ("there is no rate limit", INVENTED, "no: faults limit calls, as with `status=429`"),
        ("ids count up from 10001, 2001, 2 and 1001", INVENTED, "from other numbers"),
        ("ids are never reused", INFERRED, "no: no client could notice it in time"),
    ],
    "Boxes": [
        ("commands, their parameters, and the resulting states", DOCUMENTED),
        ("the fields of a box, and when they are absent", RECORDED),
        ("a new box has a `host`, and `metadata` if some were sent; a duplicate always has `metadata`", RECORDED),
        (
            "commands that do not fit the state, or that come while other work is in progress, are rejected",
            INFERRED,
            "the wording and the result",
        ),
        ("`START` with a plan changes the plan", INFERRED, "no: no other effect is plausible"),
        (
            "`status` is optional in requests with `metadata`",
            INFERRED,
            "no: there would be no way to change metadata alone",
        ),
        ("names are unique in an account", DOCUMENTED),
        ("metadata: given names are set, `null` deletes a name, at most 4 kB", DOCUMENTED),
        (
            "the source of a copy has `isBeingCopied`, and rejects commands meanwhile",
            INFERRED,
            "the wording and the result of rejections",
        ),
        ("creating and copying never fail", INVENTED, "no: faults let calls fail"),
        ("the run level, kernel, root disk and device names of a profile", RECORDED),
        (
            "the values of addresses and hosts, the name of a profile, and the names and sizes of its disks",
            INVENTED,
            "other values",
        ),
        ("the price, size and id of each plan; the key, smallest disk and kernel of each distribution", DOCUMENTED),
        ("the names of distributions", RECORDED),
        ("older plans and distributions, such as `CloudLevel 1 (Generation 3)`, only where a seed has them", RECORDED),
    ],
    "Backups": [
        ("a box has one manual backup, and a new one replaces it", INFERRED, "no: the response has room for one"),
        ("days and slots; the slots 1, 2 and 6 start at 0, 4 and 22 o'clock", DOCUMENTED),
        ("the slots 3, 4 and 5 start at 6, 12 and 18 o'clock, in UTC", INVENTED, "up to two hours earlier"),
        (
            "a daily, a weekly and a biweekly backup are created by the schedule",
            INFERRED,
            "no: the response has room for one each",
        ),
        ("disabling periodic backups deletes them, but not the manual one", DOCUMENTED),
        ("enabling them twice, or disabling them twice, is rejected", INFERRED, "the wording and the result"),
        (
            "a box passes through `UPDATING` while it is restored, and keeps its power state",
            INVENTED,
            "`CREATING` or `CHANGING PLAN`; the box may be stopped afterwards",
        ),
        (
            "while a manual backup is created, no other can be, and the box can't be restored or frozen",
            INVENTED,
            "the wording and the result of rejections",
        ),
        (
            "a box created from a backup has the distribution of the original box",
            INFERRED,
            "no: no other distribution is plausible",
        ),
    ],
    "Addresses": [
        ("the lists, and the fields of an address; `floating` is text", RECORDED),
        ("only floating IPv4 addresses can be moved", DOCUMENTED),
        ("moving takes no time", INVENTED, "takes up to 20 seconds"),
        (
            "a box has one public and one private IPv4 address, and a delegated IPv6 subnet",
            INVENTED,
            "a second public address; a subnet that is missing, or not delegated",
        ),
        (
            "addresses are from ranges reserved for tests and documentation",
            INVENTED,
            "other addresses; from 240.0.0.0/4 and 100.64.0.0/10, which are reserved as well",
        ),
        (
            "floating addresses are ordered from Python, because the API has no call for it",
            INVENTED,
            "no: the API has no call for it",
        ),
    ],
    "Contact groups": [
        ("the calls, the fields, the states", DOCUMENTED),
        ("the account's own group can't be changed or deleted", DOCUMENTED),
        (
            "names are unique, except that a copy without a name of its own keeps that of the original",
            INFERRED,
            "such a copy may get a name of its own",
        ),
        (
            "a deleted group is removed from the checks that notify it",
            INVENTED,
            "no: a check can't name a group that is gone",
        ),
    ],
    "Monitoring": [
        ("the types of checks, their parameters, the defaults", DOCUMENTED),
        ("`contactGroups` in requests, `contactgroups` in responses", RECORDED),
        ("deleting a check is answered with a message of the type `success`", RECORDED),
        (
            "a check belongs to its address: it moves to another box with it, and is deleted with it",
            INFERRED,
            "no: a check names no box",
        ),
        (
            "checks of running boxes are OK, of stopped ones critical, and of unready ones unknown",
            INVENTED,
            "the text; those that are not OK may be a warning, critical or unknown",
        ),
        ("a duplicate may be given `checkType`", RECORDED),
        ("the `checkType` of a duplicate must be that of the original", INFERRED, "the wording and the result"),
        ("a check has the parameters of its type, such as `timeout`", INFERRED, "some may be missing or `null`"),
        ("inactive checks are `STATUS_DEACTIVATED`", INFERRED, "or `STATUS_OFFLINE`"),
    ],
    "Documentation": [
        ("the modules, and the structure of their descriptions", DOCUMENTED),
        ("eight modules with a line of German text each, with umlauts", RECORDED),
        ("an empty map of parameters is `{}`", RECORDED),
        ("the texts, which are in our own words", INFERRED, "other texts"),
    ],
}


def main() -> int:
    return update({PAGE: HEAD.format(counts=counts()) + "\n".join(sections())})


def counts() -> str:
    """Return how many behaviours and messages there are of each standing, in words."""
    numbers = Counter(row[1] for rows in (*BEHAVIOURS.values(), messages()) for row in rows)
    of_each = [f"{numbers[standing]} are {standing}" for standing in Standing]
    return f"Of {numbers.total()} behaviours and messages, {', '.join(of_each[:-1])} and {of_each[-1]}."


def sections() -> Iterator[str]:
    for title, rows in BEHAVIOURS.items():
        yield from table(title, "behaviour", rows)
    yield "## Duration of work\n"
    yield "All durations are invented. They vary from nothing to four times as long, but work on a box takes less than"
    yield "a minute, because clients on record waited for a minute.\n"
    yield "| work | seconds |\n| --- | --- |"
    yield "".join(f"| {work} | {seconds:g} |\n" for work, seconds in durations())
    yield from table("Messages", "message", messages())


def table(title: str, what: str, rows: Iterable[Row]) -> Iterator[str]:
    yield f"## {title}\n"
    yield f"| {what} | standing | varies |\n| --- | --- | --- |"
    yield "".join(f"| {text} | {standing} | {varies[0] if varies else '-'} |\n" for text, standing, *varies in rows)


def messages() -> list[Row]:
    templates = {value for value in vars(_messages).values() if isinstance(value, _messages.MessageTemplate)}
    return [
        (template.text, template.standing, "-" if template.standing == RECORDED else "the wording and the result")
        for template in sorted(templates, key=lambda template: template.text)
    ]


def durations() -> Iterator[tuple[str, float]]:
    yield from ((f"box: {work}", seconds) for work, seconds in boxes.SECONDS.items())
    yield from ((f"backup: {work}", seconds) for work, seconds in backups.SECONDS.items())
    yield "contact group: any change", contact_groups.SECONDS
    yield "check: any change", checks.SECONDS


if __name__ == "__main__":
    sys.exit(main())
