"""The words and options of other programs."""

import click
import pytest

from jiffybox_sdk import Emulator
from tests.support.shell import Shell

OTHERS = [
    ("boxes ls", "box list"),
    ("server describe running", "box show running"),
    ("droplet list", "box list"),
    ("compute droplet list", "box list"),
    ("box get 10001 --output json", "box show 10001 -o json"),
    ("ips list", "ip list"),
    ("box ip running", "ip list running"),
    ("contact-groups view admins", "contact-group show admins"),
    ("backups list", "backup list"),
    ("snapshot list", "backup list"),
    ("checks ls", "check list"),
    ("image list", "distribution list"),
    ("images ls", "distribution list"),
    ("size list", "plan list"),
    ("server-type list", "plan list"),
    ("balance get", "cost"),
    ("balance", "cost"),
    ("version", "--version"),
    ("primary-ip list", "ip list"),
    ("floating-ip list", "ip list"),
    ("box create-image --type snapshot running --dry-run", "backup create running --dry-run"),
    ("help", "--help"),
    ("box help create", "box create --help"),
    ("help ip list", "ip list --help"),
    ("context list", "profile list"),
    ("auth list", "profile list"),
    ("box rm running --dry-run", "box delete running --dry-run"),
    ("box rm -f running --dry-run", "box delete --force running --dry-run"),
    ("box poweroff running --dry-run", "box pull-plug running --dry-run"),
    ("box shutdown running --dry-run", "box stop running --dry-run"),
    ("box resize stopped 45 --dry-run", "box change-plan stopped 45 --dry-run"),
    ("box add-label running role=db --dry-run", "box metadata running role=db --dry-run"),
    ("box label running role=db --dry-run", "box metadata running role=db --dry-run"),
    ("box create-image running --dry-run", "backup create running --dry-run"),
    ("image create running --dry-run", "backup create running --dry-run"),
    ("box backup running --dry-run", "backup create running --dry-run"),
    ("box list -o columns=id,name", "box list --columns id,name"),
    ("box list -o noheader -o columns=id", "box list --no-header --columns id"),
    ("box list --format ID,Name --no-header", "box list --columns id,name --no-header"),
    ("box list --format json", "box list -o json"),
    ("box list --json id,name", "box list -o json --columns id,name"),
    ("box list --json", "box list -o json"),
    ("box list --sort -ID --filter Status=ready", "box list --sort -id --filter status=READY"),
    ("box list --status READY", "box list --filter status=READY"),
    ("box list --status=READY -q", "box list --filter status=READY -q"),
    ("box list --selector role=db", "box list --filter metadata.role=db"),
    ("api /boxes/10001", "api GET jiffyBoxes/10001"),
    ("api jiffyBoxes/10001", "api GET jiffyBoxes/10001"),
    ("api boxes/10001 -X DELETE --dry-run", "api DELETE jiffyBoxes/10001 --dry-run"),
    ("api --method DELETE boxes/10001 --dry-run", "api DELETE jiffyBoxes/10001 --dry-run"),
    ("box create --name web --type 44 --image centos_7_64bit --dry-run", "box create web 44 centos_7_64bit --dry-run"),
    ("box create web --plan 44 --distribution centos_7_64bit --dry-run", "box create web 44 centos_7_64bit --dry-run"),
    ("box create web --image centos_7_64bit --size 44 --dry-run", "box create web 44 centos_7_64bit --dry-run"),
    ("box create web cloudlevel~1 x --dry-run", "box create web CloudLevel~1 x --dry-run"),
]


def words(line: str) -> list[str]:
    return [word.replace("~", " ") for word in line.split()]


@pytest.mark.parametrize(("other", "ours"), OTHERS)
def test_words_of_other_programs_are_understood(at_work: Shell, other: str, ours: str) -> None:
    theirs, own = at_work(*words(other)), at_work(*words(ours))
    if "--help" in ours:
        assert theirs.out == own.out
    else:
        assert theirs == own
    assert theirs.code == 0


ADVICE = [
    ("box reboot running", "jiffybox box stop BOX --wait, then jiffybox box start BOX"),
    ("box delete --force running stopped", "add --yes"),
    ("box delete -f running stopped", "add --yes"),
    ("box create --name web", "Missing argument 'PLAN'"),
    ("box create", "Missing argument 'NAME'"),
    ("box create web 44 centos_7_64bit more", "unexpected extra argument (more)"),
    ("box create web --plan 44 --image centos_7_64bit more", "unexpected extra argument (more)"),
    ("api nothing", "unknown call GET nothing"),
    # Before click 8.4, nothing is suggested for commands.
    ("box crate web", "Did you mean 'create'?" if hasattr(click, "NoSuchCommand") else "No such command 'crate'"),
    ("box list --colums id", "--columns"),
]


@pytest.mark.parametrize(("line", "advice"), ADVICE)
def test_an_error_names_what_to_write(at_work: Shell, line: str, advice: str) -> None:
    ran = at_work(*words(line))
    assert (ran.code, ran.out) == (2, "")
    assert advice in ran.err


@pytest.mark.parametrize(
    "line", ["plan show 44 --name x", "box rename running new", "ip list --juggle", "image list --type backup"]
)
def test_nothing_is_suggested_that_has_little_in_common(at_work: Shell, line: str) -> None:
    ran = at_work(*words(line))
    assert ran.code == 2
    assert "mean" not in ran.err


@pytest.mark.parametrize("given", ["--api-key", "--token", "environment"])
def test_a_profile_takes_the_token_that_is_at_hand(
    at_work: Shell, monkeypatch: pytest.MonkeyPatch, url: str, given: str
) -> None:
    token = "t" * 32
    if given == "environment":
        monkeypatch.setenv("JIFFYBOX_API_KEY", token)
    options = [] if given == "environment" else [given, token]
    ran = at_work("context", "create", "emu", *options, "--endpoint", url, "--no-test")
    assert ran.code == 0
    assert ran.err.startswith("The token is that of $JIFFYBOX_API_KEY" if not options else "The token is that of --api")
    assert token not in ran.err
    text = at_work.profiles.read_text("utf-8")
    assert token in text
    assert url in text


def test_a_token_is_hidden_even_if_the_rest_is_wrong(shell: Shell) -> None:
    assert "s" * 32 not in shell("context", "create", "a/" + "s" * 32, "--token", "s" * 32).err


def test_one_record_has_all_its_fields_in_a_pipe(at_work: Shell) -> None:
    header, *lines = at_work("box", "show", "running").lines
    assert len(lines) == 1
    assert {"id", "plan.ramInMB", "manualBackupRunning"} <= {*header.split("\t")}
    assert "delegatedTo=" not in at_work("ip", "list", "-o", "plain").out


def test_hints_name_commands(at_work: Shell, account: Emulator) -> None:
    assert "see jiffybox plan list" in at_work("box", "create", "web", "nothing", "centos_7_64bit").err
    account.client().box(10002).start()
    assert "the box is busy: see jiffybox box wait" in at_work("box", "stop", "stopped", "--no-wait").err


def test_a_failed_connection_names_the_address(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.profiles.write_text(f'[profiles.a]\napi_key = "{"k" * 32}"\napi_url = "http://127.0.0.1:9"\n', "utf-8")
    shell.profiles.chmod(0o600)
    ran = shell("--profile", "a", "box", "list")
    assert ran.code == 3
    assert "(at 127.0.0.1:9, profile 'a')" in ran.err
    monkeypatch.setenv("JIFFYBOX_API_URL", "http://127.0.0.1:9")
    assert "$JIFFYBOX_API_URL is set but $JIFFYBOX_API_KEY is not" in shell("box", "list").err
    shell.profiles.unlink()
    assert "$JIFFYBOX_API_URL is set but $JIFFYBOX_API_KEY is not" in shell("box", "list").err


def test_help_has_examples_that_can_be_pasted(shell: Shell) -> None:
    listing = shell("box", "list", "--help").out
    assert "--filter status=READY" in listing
    assert "--output-format" in listing  # which is not split at a hyphen
    assert """-F metadata='{"role":"db"}'""" in shell("api", "--help").out
    assert "  source <(jiffybox completion bash)\n" in shell("completion", "--help").out
