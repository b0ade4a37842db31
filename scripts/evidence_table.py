"""Generate ``docs/pages/evidence.md``, a table of the emulator's behaviour: ``make generate``.

With ``--check``, report whether the page is stale. Error messages come from the emulator's own table.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from jiffybox_sdk._common.standing import Standing
from jiffybox_sdk.emulator import _messages
from jiffybox_sdk.emulator._handlers import backups, boxes, checks, contact_groups

PAGE = Path(__file__).parents[1] / "docs" / "pages" / "evidence.md"

HEAD = """# The behaviour of the emulator, and its sources

The service no longer exists, so its behaviour can't be verified. Each behaviour of the emulator is

- **documented**: the provider described it;
- **recorded**: clients of the service rely on it, or keep such a response in their tests;
- **inferred**: it follows from documented or recorded facts;
- **invented**: the emulator had to choose something, and nothing is known.

Rely on the first two, and write code that works if the others differ. `make generate` creates this page.

"""

DOCUMENTED, RECORDED, INFERRED, INVENTED = Standing

BEHAVIOURS: dict[str, list[tuple[str, Standing]]] = {
    "Requests and responses": [
        ("the token is the first segment of the path, and the version is the second", DOCUMENTED),
        ("request bodies are JSON or a form; a JSON object is accepted with any content type", RECORDED),
        ("in a form, compound values are JSON text, and booleans are `True`, `true`, `1` and so on", RECORDED),
        ("forms may have bare names, and JSON may have 1 for `true`", RECORDED),
        ("forms are read as PHP reads them: `on` and `yes` are true, `a[]=1` is a list; this never fails", INFERRED),
        ("in a form, a name without a value is empty text, and false where a boolean is expected", INFERRED),
        ("JSON may have 0 for `false`", INFERRED),
        ("an empty request body means `{}`", RECORDED),
        ("a JSON object may be percent-encoded as a whole", RECORDED),
        ("a field with the value `null` counts as absent", INFERRED),
        ("every response is an envelope of messages and a result", DOCUMENTED),
        ("errors have the HTTP status 200", RECORDED),
        ("the result is `false` for a wrong token, an unknown module and an unknown box", RECORDED),
        ("the result is `null` for the name of a box that exists already", RECORDED),
        ("the result is `null` for a taken name of a duplicate or of a contact group", INFERRED),
        ("the result of other errors is `false`", INFERRED),
        ("JSON is ASCII without spaces and with escaped slashes, as PHP's `json_encode` writes it", RECORDED),
        ("wrong types and unknown calls are answered with an error message", INFERRED),
        ("unknown parameters are refused; ignored if the emulator is lenient, as the service may have done", INFERRED),
        ("request bodies over 1 MiB are rejected", INVENTED),
        ("there is no rate limit", INVENTED),
        ("ids are never reused", INFERRED),
    ],
    "Boxes": [
        ("commands, their parameters, and the resulting states", DOCUMENTED),
        ("the fields of a box, and when they are absent", RECORDED),
        ("a new box has a `host`, and `metadata` if some were sent; a duplicate always has `metadata`", RECORDED),
        ("commands that do not fit the state, or that come while other work is in progress, are rejected", INFERRED),
        ("`START` with a plan changes the plan", INFERRED),
        ("`status` is optional in requests with `metadata`", INFERRED),
        ("names are unique in an account", DOCUMENTED),
        ("metadata: given names are set, `null` deletes a name, at most 4 kB", DOCUMENTED),
        ("the source of a copy has `isBeingCopied`, and rejects commands meanwhile", INFERRED),
        ("creating and copying never fail", INVENTED),
        ("the run level, kernel, root disk and device names of a profile", RECORDED),
        ("the values of addresses and hosts, the name of a profile, and the names and sizes of its disks", INVENTED),
        ("the price, size and id of each plan; the key, smallest disk and kernel of each distribution", DOCUMENTED),
        ("the names of distributions", RECORDED),
        ("older plans and distributions, such as `CloudLevel 1 (Generation 3)`, only where a seed has them", RECORDED),
    ],
    "Backups": [
        ("a box has one manual backup, and a new one replaces it", INFERRED),
        ("days and slots; the slots 1, 2 and 6 start at 0, 4 and 22 o'clock", DOCUMENTED),
        ("the slots 3, 4 and 5 start at 6, 12 and 18 o'clock, in UTC", INVENTED),
        ("a daily, a weekly and a biweekly backup are created by the schedule", INFERRED),
        ("disabling periodic backups deletes them, but not the manual one", DOCUMENTED),
        ("enabling them twice, or disabling them twice, is rejected", INFERRED),
        ("a box passes through `UPDATING` while it is restored, and keeps its power state", INVENTED),
        ("while a manual backup is created, no other can be, and the box can't be restored or frozen", INVENTED),
        ("a box created from a backup has the distribution of the original box", INFERRED),
    ],
    "Addresses": [
        ("the lists, and the fields of an address; `floating` is text", RECORDED),
        ("only floating IPv4 addresses can be moved", DOCUMENTED),
        ("moving takes no time", INVENTED),
        ("a box has one public and one private IPv4 address, and a delegated IPv6 subnet", INVENTED),
        ("addresses are from ranges reserved for tests and documentation", INVENTED),
        ("floating addresses are ordered from Python, because the API has no call for it", INVENTED),
    ],
    "Contact groups": [
        ("the calls, the fields, the states", DOCUMENTED),
        ("the account's own group can't be changed or deleted", DOCUMENTED),
        ("names are unique, except that a copy without a name of its own keeps that of the original", INFERRED),
        ("a deleted group is removed from the checks that notify it", INVENTED),
    ],
    "Monitoring": [
        ("the types of checks, their parameters, the defaults", DOCUMENTED),
        ("`contactGroups` in requests, `contactgroups` in responses", RECORDED),
        ("deleting a check is answered with a message of the type `success`", RECORDED),
        ("a check belongs to its address: it moves to another box with it, and is deleted with it", INFERRED),
        ("checks of running boxes are OK, of stopped ones critical, and of unready ones unknown", INVENTED),
        ("a duplicate may be given `checkType`", RECORDED),
        ("the `checkType` of a duplicate must be that of the original", INFERRED),
        ("inactive checks are `STATUS_DEACTIVATED`", INFERRED),
    ],
    "Documentation": [
        ("the modules, and the structure of their descriptions", DOCUMENTED),
        ("eight modules with a line of German text each, with umlauts", RECORDED),
        ("an empty map of parameters is `{}`", RECORDED),
        ("the texts, which are in our own words", INFERRED),
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
    yield "## Duration of work\n\nAll durations are invented.\n"
    yield "| work | seconds |\n| --- | --- |"
    yield "".join(f"| {work} | {seconds:g} |\n" for work, seconds in durations())
    yield "## Messages\n"
    yield "| message | standing |\n| --- | --- |"
    templates = {value for value in vars(_messages).values() if isinstance(value, _messages.MessageTemplate)}
    rows = sorted((template.text, template.standing) for template in templates)
    yield "".join(f"| {text} | {standing} |\n" for text, standing in rows)


def durations() -> Iterator[tuple[str, float]]:
    yield from ((f"box: {work}", seconds) for work, seconds in boxes.SECONDS.items())
    yield from ((f"backup: {work}", seconds) for work, seconds in backups.SECONDS.items())
    yield "contact group: any change", contact_groups.SECONDS
    yield "check: any change", checks.SECONDS


if __name__ == "__main__":
    sys.exit(main())
