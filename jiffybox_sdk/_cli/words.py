"""The commands of hcloud, doctl, gh, kubectl and docker that work in place of ours. No help lists them."""

import re
from collections.abc import Container, Sequence

ROOT = "jiffybox"


def _by_word(table: dict[str, str]) -> dict[str, str]:
    """Return the keys of a table by each of the words in its values."""
    return {theirs: ours for ours, words in table.items() for theirs in words.split()}


_NOUNS = _by_word({
    "box": "box boxes server servers droplet droplets box-action droplet-action vm vms instance instances",
    "backup": "backup backups snapshot snapshots",
    "distribution": "distribution image images",
    "plan": "plan size sizes server-type server-types",
    "ip": "ip ips primary-ip primary-ips floating-ip floating-ips reserved-ip reserved-ips",
    "check": "check checks alert alerts monitor monitors",
    "contact-group": "contact-group contact-groups",
    "profile": "profile profiles context contexts auth account config",
    "schema": "schema schemas",
    "cost": "cost costs balance",
})  # fmt: skip
_VERBS = _by_word({
    "list": "ls ps",
    "show": "get view describe inspect",
    "delete": "rm remove del destroy",
    "change": "update edit",
})  # fmt: skip
_COMMANDS = {
    ROOT: _NOUNS | _by_word({
        "box list": "ps ls", "box show": "inspect", "box start": "start", "box stop": "stop", "box pull-plug": "kill",
        "box delete": "rm delete destroy", "box metadata": "label", "profile add": "login", "profile show": "whoami",
    }),
    "box": _by_word({
        "box start": "poweron power-on boot", "box stop": "shutdown", "box pull-plug": "poweroff power-off kill",
        "box duplicate": "copy clone", "box change-plan": "resize change-type", "box thaw": "unfreeze",
        "box metadata": "label labels add-label tag", "box metadata --remove": "remove-label untag", "ip list": "ips",
        "backup create": "backup snapshot create-image", "backup show": "backups snapshots",
        "backup restore": "restore rebuild", "backup enable": "enable-backup enable-backups",
        "backup disable": "disable-backup disable-backups",
    }),
    "distribution": _by_word({"backup create": "create", "distribution list": "list-distribution"}),
    "ip": _by_word({"ip move": "assign"}),
    "check": _by_word({"check": "check alert"}),
    "profile": _by_word({
        "profile list": "get-contexts", "profile show": "status active current current-context",
        "profile add": "create init login", "profile use": "switch use-context", "profile remove": "rm delete logout",
    }),
}  # fmt: skip
"""Our command lines for the words of others in a group."""

_ADVICE = {
    ROOT: _by_word({
        "the service has one location": "location locations datacenter datacenters region regions",
        "jiffybox box create --sshkey installs the key of the control panel": "ssh-key ssh-keys",
        "the service has none": "volume volumes network networks vpc vpcs firewall firewalls load-balancer "
        "load-balancers certificate certificates placement-group iso isos domain domains project projects",
        "ssh root@$(jiffybox box ip BOX) does the same": "ssh exec logs",
    }),
    "box": _by_word({
        "jiffybox box stop BOX --wait, then jiffybox box start BOX": "reboot restart reset power-cycle",
        "a box keeps its name; jiffybox box duplicate BOX NAME PLAN makes a copy of it": "rename update edit",
        "the service has no call for it; jiffybox ip list BOX shows the names": "set-rdns",
        "the service has no metrics; jiffybox check create monitors a box": "metrics stats top monitor",
        "ssh root@$(jiffybox box ip BOX) does the same": "ssh exec logs console request-console",
        "the service has no call for it": "attach attach-iso detach-iso attach-to-network detach-from-network "
        "enable-rescue disable-rescue enable-protection disable-protection reset-password password-reset actions "
        "change-alias-ips add-to-placement-group remove-from-placement-group change-kernel enable-ipv6 neighbors",
    }),
    "ip": _by_word({
        "the service has no call for it; jiffybox ip list shows the names": "set-rdns update",
        "the service has no call for it; jiffybox ip move IP BOX moves a floating address": "create delete unassign",
    }),
}  # fmt: skip
"""Advice for words of others that the service has nothing for. BOX stands for the word that follows."""


def our_words(group: str, words: Sequence[str], commands: Container[str]) -> list[str] | None:
    """Return our command line, from the root, for the words of others in a group with some commands, if they are known.

    box poweroff web: box pull-plug web
    get boxes: box list
    balance get: cost
    image list --type snapshot: backup list --type snapshot
    """
    word, *rest = words
    if group == ROOT and word == "compute":
        return rest
    if group == ROOT and rest and rest[0] in _NOUNS and word not in _NOUNS:
        is_list = word == "get" and all(other.startswith("-") for other in rest[1:2])
        return [_NOUNS[rest[0]], "list" if is_list else word, *rest[1:]]
    if word.startswith("image") and re.search(r"--type[ =](snapshot|backup)\b", " ".join(rest)):
        return ["backup", *rest]
    if word == "balance" and rest[:1] == ["get"]:
        return ["cost", *rest[1:]]
    if (ours := _COMMANDS.get(group, {}).get(word)) is None and _VERBS.get(word, "") in commands:
        ours = f"{group} {_VERBS[word]}"
    return None if ours is None else [*ours.split(), *rest]


def advice(group: str, words: Sequence[str]) -> str | None:
    """Return advice for words of others that the service has nothing for."""
    text = _ADVICE.get(group, {}).get(words[0])
    operands = [word for word in words[1:] if not word.startswith("-")]
    return text and re.sub(r"\bBOX\b", operands[0] if operands else "BOX", text)


def known_words(group: str, commands: Container[str]) -> list[str]:
    """Return the words that mean one of the commands of a group."""
    return [*_COMMANDS.get(group, ()), *(theirs for theirs, ours in _VERBS.items() if ours in commands)]
