"""A call of each command, with the expected output."""

from dataclasses import dataclass

from jiffybox_sdk import Emulator


@dataclass(frozen=True)
class Case:
    """A command line and its expected output.

    Attributes:
        line: The command line. `~` represents a space within a word.
        kind: The kind of payload of each record in JSON output.
        out: A line of the plain output.
        err: A part of standard error.
    """

    line: str
    kind: str
    out: str
    err: str = ""

    @property
    def words(self) -> list[str]:
        return [word.replace("~", " ") for word in self.line.split()]


CASES = [
    Case("box list", "box", "running (10001)"),
    Case("box show running", "box", "  plan.name: CloudLevel 1"),
    Case("box show 10002", "box", "stopped (10002)"),
    Case("box create new CloudLevel~1 centos_7_64bit", "box", "  status: CREATING", "new (10011) is CREATING"),
    Case('box create new 44 centos_7_64bit --wait --sshkey --metadata {"a":1}', "box", '  metadata: {"a": 1}', "READY"),
    Case("box create new 44 --backup BACKUP --wait", "box", "new (10011)", "READY after 0 s"),
    Case("box duplicate running copy CloudLevel~2 --wait", "box", "copy (10011)", "copy (10011): READY"),
    Case("box start stopped --wait", "box", "  running: true", "stopped (10002): READY"),
    Case("box stop running --wait", "box", "  running: false", "running (10001): READY"),
    Case("box stop running", "box", "  status: UPDATING", "to wait for it: jiffybox box wait 10001\n"),
    Case("box pull-plug running --yes --wait", "box", "  running: false", "running (10001): READY"),
    Case("box freeze stopped --wait", "box", "  status: FROZEN", "stopped (10002): FROZEN"),
    Case("box freeze stopped", "box", "  status: FREEZING", "jiffybox box wait 10002 --for FROZEN\n"),
    Case("box thaw frozen 45 --wait", "box", "  plan.name: CloudLevel 2", "frozen (10004): READY"),
    Case("box change-plan stopped CloudLevel~3 --wait", "box", "  plan.name: CloudLevel 3", "stopped (10002): READY"),
    Case("box metadata running", "metadata", '  list: [null, true, {}]'),
    Case("box metadata running --set a=b --unset text --unset list", "metadata", "  a: b"),
    Case('box metadata running {"a":{"b":1},"text":null}', "metadata", '  a: {"b": 1}'),
    Case("box wait running", "box", "running (10001)", "running (10001): READY after 0 s"),
    Case("box delete stopped --yes", "done", "", "deleted; to wait for it: jiffybox box wait 10002 --for gone\n"),
    Case("box delete running --no-confirm --force --wait", "done", "", "running (10001) is gone.\n"),
    Case("backup list", "backups", "backups of 10001 (10001)"),
    Case("backup show running", "backups", "  manual.created: 2023-07-22T04:26:40+00:00"),
    Case("backup enable stopped sunday 22-24", "schedule", "  timeid: 22-24", "enabled: sunday, 22-24.\n"),
    Case("backup change running --day 6", "schedule", "  dayid: saturday", "enabled: saturday, 3.\n"),
    Case("backup disable running --yes", "done", "", "Periodic backups of box 10001 are disabled.\n"),
    Case("backup create stopped", "done", "", "being created; to wait for it: jiffybox box wait 10002\n"),
    Case("backup list running stopped", "backups", "backups of 10002 (10002)"),
    Case("backup enable stopped", "schedule", "  timeid: 0-4", "box 10002 are enabled: sunday, 0-4.\n"),
    Case("backup create stopped --wait", "backups", "backups of 10002 (10002)", "stopped (10002): manual backup done"),
    Case("backup restore running manual --yes --wait", "done", "", "running (10001): READY"),
    Case("backup delete running daily --yes", "done", "", "of box 10001 is deleted.\n"),
    Case("ip list", "ip", "  box: 10001"),
    Case("ip list stopped", "ip", "  box: 10002"),
    Case("ip move FLOATING stopped", "done", "", "is being moved to box 10002.\n"),
    Case("ip list stopped running", "ip", "  box: 10001"),
    Case("ip move running FLOATING stopped", "done", "", "is being moved to box 10002.\n"),
    Case("contact-group list", "contact_group", "admins (2)"),
    Case("contact-group show admins", "contact_group", "  contacts: a@example.org"),
    Case("contact-group create new x@y.org z@y.org", "contact_group", "  contacts: x@y.org, z@y.org"),
    Case("contact-group create new x@y.org --wait", "contact_group", "  status: STATUS_READY", "new (4): STATUS_READY"),
    Case("contact-group duplicate admins --name copy", "contact_group", "copy (4)"),
    Case("contact-group change b --contact c@example.org", "contact_group", "  contacts: c@example.org"),
    Case("contact-group delete b --yes --wait", "done", "", "Contact group 3 is being deleted.\n"),
    Case("check list", "check", "page (1001)"),
    Case("check show page", "check", "  password: **********"),
    Case("check create ping new stopped", "check", "  ip: 198.18.39.18"),
    Case("check create http new running --wait", "check", "  domainname: 198.18.39.17", "new (1003): STATUS_READY"),
    Case("check create --type SSH --name new --server 10002", "check", "  port: 22"),
    Case("check create ping new 198.18.39.17 7 --contact-group admins", "check", "  contactGroups: admins"),
    Case("check create ping new 198.18.39.17 7 --wait", "check", "new (1003)", "new (1003): STATUS_READY"),
    Case("check duplicate page --name copy --port 81 --inactive", "check", "  port: 81"),
    Case("check delete off --yes --wait", "done", "", "Check 1002 is being deleted.\n"),
    Case("check results page", "check_result", "check 1001 (1001)"),
    Case("check results 198.18.39.17", "check_result", "  check: 1001"),
    Case("plan list", "plan", "CloudLevel 1 (44)"),
    Case("plan show CloudLevel~1", "plan", "  ramInMB: 2048"),
    Case("distribution list", "distribution", "  minDiskSizeMB: 2048"),
    Case("distribution show centos_7_64bit", "distribution", "CentOS 7 64-Bit (centos_7_64bit)"),
    Case("doc list", "modules", "Plans"),
    Case("doc show Plans", "module", "GET /"),
    Case("cost", "cost", "A box on each plan"),
]  # fmt: skip


def arguments_of(case: Case, account: Emulator) -> list[str]:
    """Return the arguments of a case, with ids of the account filled in."""
    client = account.client()
    backup = client.box(10001).backups().manual
    floating = next(ip for ip in client.ips() if ip.floating)
    assert backup
    known = {"BACKUP": backup.id, "FLOATING": floating.ip}
    return [known.get(word, word) for word in case.words]
