"""The words and options of other programs that work in place of ours. No help lists them."""

import re
from collections.abc import Iterator, Sequence

_COMMANDS = {
    "ls": "list", "get": "show", "view": "show", "describe": "show", "rm": "delete", "remove": "delete",
    "poweron": "start", "power-on": "start", "shutdown": "stop", "poweroff": "pull-plug", "power-off": "pull-plug",
    "copy": "duplicate", "clone": "duplicate", "resize": "change-plan", "change-type": "change-plan",
    "boxes": "box", "server": "box", "servers": "box", "droplet": "box", "compute droplet": "box",
    "image": "distribution", "images": "distribution", "compute image": "distribution",
    "size": "plan", "sizes": "plan", "server-type": "plan", "compute size": "plan",
    "backups": "backup", "snapshot": "backup", "compute snapshot": "backup", "image create": "/backup create",
    "ips": "ip", "primary-ip": "ip", "floating-ip": "ip", "checks": "check", "schemas": "schema",
    "contact-groups": "contact-group", "costs": "cost", "balance": "cost", "balance get": "cost",
    "profiles": "profile", "context": "profile", "auth": "profile", "profile create": "add", "profile init": "add",
    "profile login": "add", "profile switch": "use", "profile delete": "remove", "profile rm": "remove",
    "profile active": "show", "box ip": "/ip list", "box ips": "/ip list", "box backup": "/backup create",
    "box snapshot": "/backup create", "box create-image": "/backup create", "box enable-backup": "/backup enable",
    "box disable-backup": "/backup disable", "box label": "metadata", "box add-label": "metadata",
    "box reboot": "!the service has no call for it: jiffybox box stop BOX --wait, then jiffybox box start BOX",
}  # fmt: skip
"""Our words for theirs, alone or after the name of a group: a path from the root after /, or advice after an !."""

_OUTPUT = r"(?:-o\0?|--output(?:-format)?[\0=])"
_OPTIONS = (
    (" rows$", rf"{_OUTPUT}columns=", "--columns="),
    (" rows$", rf"{_OUTPUT}no-?headers?(?![^\0])", "--no-header"),
    (" rows$", r"--format[\0=](json|jsonl|yaml|csv|tsv|table|plain|ids)(?![^\0])", r"-o\0\1"),
    (" rows$", r"--format[\0=]", "--columns="),
    (" rows$", r"--json[\0=](?!-)(?=[^\0])", "-o\0json\0--columns="),
    (" rows$", r"--json(?![^\0])", "-o\0json"),
    ("^box list", r"--status[\0=]", "--filter=status="),
    ("^box list", r"(?:-l\0?|--(?:selector|label)[\0=])", "--filter=metadata."),
    ("^profile add", r"--(?:token|access-token)(?=[\0=])", "--api-key"),
    ("^profile add", r"--(?:endpoint|url)(?=[\0=])", "--api-url"),
    ("^ api", r"/?(?:box|boxes|servers|jiffyboxes)(?=[/\0]|$)", "jiffyBoxes"),
    ("^ api", r"^((?:\0.*)?)\0(?:-X\0?|--(?:method|request)[\0=])(\w+)", r"\0\2\1"),
    ("^ api", r"^(?=\0)(?!.*\0(?:(?i:GET|POST|PUT|DELETE)|[A-Z]+)(?![^\0]))", r"\0GET"),
)  # fmt: skip
"""Our options for theirs, as patterns of the command and of its arguments, each of which begins with a NUL."""


def our_words(group: str, words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield how many words another program has for a command of a group, and ours for them."""
    for count in (2, 1):
        theirs = " ".join(words[:count])
        for key in (f"{group} {theirs}", theirs):
            if ours := _COMMANDS.get(key):
                yield count, ours


def our_options(command: str, arguments: Sequence[str]) -> list[str]:
    """Return the arguments of a command with our options in place of those of other programs."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    text = "".join(f"\0{argument}" for argument in arguments[:end])
    for commands, theirs, ours in _OPTIONS:
        if re.search(commands, command):
            text = re.sub(
                theirs if theirs[0] == "^" else rf"\0{theirs}", ours if theirs[0] == "^" else rf"\0{ours}", text
            )
    return [*text.split("\0")[1:], *arguments[end:]]
