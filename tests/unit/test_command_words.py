"""The words and options of other programs."""

import json
import shutil

import pytest

from jiffybox_sdk import Emulator
from tests.support.scripted import TOKEN
from tests.support.shell import Ran, Shell

DRY_GROUP = "contact-group create c a@b.c d@b.c --dry-run"
OTHERS = [
    # nouns
    ("boxes ls", "box list"),
    ("server describe running", "box show running"),
    ("droplet list", "box list"),
    ("compute droplet list", "box list"),
    ("compute box list", "box list"),
    ("box-action stop running --dry-run", "box stop running --dry-run"),
    ("compute droplet-action power-off running --dry-run", "box pull-plug running --dry-run"),
    ("droplet-action resize stopped --size 45 --dry-run", "box change-plan stopped 45 --dry-run"),
    ("box-action snapshot running --wait --dry-run", "backup create running --wait --dry-run"),
    ("ips list", "ip list"),
    ("contact-groups view admins", "contact-group show admins"),
    ("backups list", "backup list"),
    ("snapshot list", "backup list"),
    ("checks ls", "check list"),
    ("check check list", "check list"),
    ("monitoring check list", "check list"),
    ("image list", "distribution list"),
    ("images ls", "distribution list"),
    ("size list", "plan list"),
    ("server-type list", "plan list"),
    ("balance get", "cost"),
    ("balance", "cost"),
    ("primary-ip list", "ip list"),
    ("floating-ip list", "ip list"),
    ("context list", "profile list"),
    ("auth list", "profile list"),
    ("auth status", "profile show"),
    ("context active", "profile show"),
    ("account get", "profile show"),
    ("whoami", "profile show"),
    # verbs first
    ("get boxes", "box list"),
    ("get boxes -o json", "box list -o json"),
    ("get box running -o json", "box show running -o json"),
    ("describe server running", "box show running"),
    ("delete box stopped --dry-run", "box delete stopped --dry-run"),
    ("label box running role=db --dry-run", "box metadata running role=db --dry-run"),
    ("ps", "box list"),
    ("delete contact-group b --force --dry-run", "contact-group delete b --yes --dry-run"),
    ("stop running --dry-run", "box stop running --dry-run"),
    ("inspect running", "box show running"),
    # verbs
    ("version", "--version"),
    ("help", "--help"),
    ("box help create", "box create --help"),
    ("help ip list", "ip list --help"),
    ("box get 10001 --output json", "box show 10001 -o json"),
    ("box ips running", "ip list running"),
    ("box rm running --dry-run", "box delete running --dry-run"),
    ("box rm -f running --dry-run", "box delete --force running --dry-run"),
    ("box poweroff running --dry-run", "box pull-plug running --dry-run"),
    ("box shutdown running --dry-run", "box stop running --dry-run"),
    ("box shutdown running stopped --dry-run", "box stop running stopped --dry-run"),
    ("box resize stopped 45 --dry-run", "box change-plan stopped 45 --dry-run"),
    ("box create-image --type snapshot running --dry-run", "backup create running --dry-run"),
    ("box create-image running --type backup --dry-run", "backup create running --dry-run"),
    ("image create running --dry-run", "backup create running --dry-run"),
    ("box backup running --dry-run", "backup create running --dry-run"),
    ("box backups running", "backup show running"),
    ("box restore running manual --dry-run --yes", "backup restore running manual --dry-run --yes"),
    ("server rebuild --image manual running --dry-run", "backup restore running manual --dry-run"),
    ("image list --type snapshot", "backup list"),
    ("image list --type system", "distribution list"),
    ("image list-distribution", "distribution list"),
    ("box list --tag-name role=web", "box list --filter metadata.role=web"),
    ("box tag running --tag-name role=web --dry-run", "box metadata running role=web --dry-run"),
    ("monitor create running --protocol http --dry-run", "check create http running-http running --dry-run"),
    ("monitor create --type ssh --server running --dry-run", "check create ssh running-ssh running --dry-run"),
    ("image list --type=backup -o json", "backup list -o json"),
    ("backup list --server running", "backup list running"),
    ("backup list --droplet running", "backup list running"),
    # metadata
    ("box add-label running role=db --dry-run", "box metadata running role=db --dry-run"),
    ("box label running role=db --dry-run", "box metadata running role=db --dry-run"),
    ("box labels running", "box metadata running"),
    ("box metadata set running a=b c=d --dry-run", "box metadata running a=b c=d --dry-run"),
    ("box metadata add running a=b --dry-run", "box metadata running a=b --dry-run"),
    ("box metadata get running", "box metadata running"),
    ("box metadata show running", "box metadata running"),
    ("box metadata remove running text big --dry-run", "box metadata running --unset text --unset big --dry-run"),
    ("box metadata running text- a=b --dry-run", "box metadata running --unset text a=b --dry-run"),
    ("box remove-label running text --dry-run", "box metadata running --unset text --dry-run"),
    ("box remove-label running text big --dry-run", "box metadata running --unset text --unset big --dry-run"),
    ("label box running text- --dry-run", "box metadata running --unset text --dry-run"),
    # output
    ("box list -o columns=id,name", "box list --columns id,name"),
    ("box list -o noheader -o columns=id", "box list --no-header --columns id"),
    ("-o columns=id -o noheader box list", "box list --no-header --columns id"),
    ("box list --format ID,Name --no-header", "box list --columns id,name --no-header"),
    ("box list --format json", "box list -o json"),
    ("box list --json id,name", "box list -o json --columns id,name"),
    ("box list --json", "box list -o json"),
    ("box list --json --columns id", "box list -o json --columns id"),
    ("box list --format ID,Name,PublicIPv4,Memory", "box list --columns id,name,address,plan.ramInMB"),
    ("box list -o columns=id,ipv4", "box list --columns id,address"),
    ("box list --columns id,ip,public_ip", "box list --columns id,address,address"),
    ("box list --json id,ipv4", "box list -o json --columns id,address"),
    ("plan list --columns memory,vcpus", "plan list --columns ramInMB,cpus"),
    ("box list --sort -ID --filter Status=ready", "box list --sort -id --filter status=READY"),
    ("box list --sort name:desc", "box list --sort -name"),
    ("box list --sort name=desc,id:asc", "box list --sort -name,id"),
    ("box list --sort-by name", "box list --sort name"),
    ("box list --status READY", "box list --filter status=READY"),
    ("box list --status=READY -q", "box list --filter status=READY -q"),
    ("box list --selector role=db", "box list --filter metadata.role=db"),
    ("box list -l text -q", "box list --filter metadata.text -q"),
    ("box list --filter running -q", "box list --filter running=true -q"),
    ("box list -l text,small=-1.5e-09 -q", "box list --filter id=10001 -q"),
    ("box list --selector text,big==1 -q", "box list --filter id=1 -q"),
    ("box list --filter status=READY -l text -q", "box list --filter id=10001 -q"),
    # other options
    ("api /boxes/10001", "api GET jiffyBoxes/10001"),
    ("api jiffyBoxes/10001", "api GET jiffyBoxes/10001"),
    ("api boxes/10001 -X DELETE --dry-run", "api DELETE jiffyBoxes/10001 --dry-run"),
    ("api --method DELETE boxes/10001 --dry-run", "api DELETE jiffyBoxes/10001 --dry-run"),
    ("api contactGroups -f name=a --raw --dry-run", "api POST contactGroups -f name=a --raw --dry-run"),
    ("box create --name web --type 44 --image centos_7_64bit --dry-run", "box create web 44 centos_7_64bit --dry-run"),
    ("box create web --plan 44 --distribution centos_7_64bit --dry-run", "box create web 44 centos_7_64bit --dry-run"),
    ("box create web --image centos_7_64bit --size 44 --dry-run", "box create web 44 centos_7_64bit --dry-run"),
    ("box create web cloudlevel~1 x --dry-run", "box create web CloudLevel~1 x --dry-run"),
    ("box create a 44 x --label a=b --label c=d --dry-run", 'box create a 44 x --metadata {"a":"b","c":"d"} --dry-run'),
    ("box create web 44 centos_7_64bit --ssh-key --dry-run", "box create web 44 centos_7_64bit --sshkey --dry-run"),
    ("box change-plan stopped --plan 45 --dry-run", "box change-plan stopped 45 --dry-run"),
    ("box resize --type cloudlevel~2 stopped --dry-run", "box change-plan stopped CloudLevel~2 --dry-run"),
    ("box thaw frozen --server-type 44 --dry-run", "box thaw frozen 44 --dry-run"),
    ("box duplicate stopped --name b --size 44 --dry-run", "box duplicate stopped b 44 --dry-run"),
    ("contact-group create --name c --email a@b.c --email d@b.c --dry-run", DRY_GROUP),
    ("contact-group create ops --email a@b.org --dry-run", "contact-group create ops a@b.org --dry-run"),
    ("box wait stopped --wait-timeout 5", "box wait stopped --timeout 5"),
]  # fmt: skip


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
    ("box reboot running", "jiffybox box stop running --wait, then jiffybox box start running"),
    ("box reboot", "jiffybox box stop BOX --wait, then"),
    ("box restart running --local", "jiffybox --local box stop running --wait, then jiffybox --local box start"),
    ("--local droplet power-cycle running", "there is no 'power-cycle': jiffybox --local box stop running"),
    ("box rename running new", "a box keeps its name; jiffybox box duplicate running NAME PLAN"),
    ("server update running --name new", "a box keeps its name"),
    ("box set-rdns running --hostname a.example.org", "jiffybox ip list running"),
    ("ip set-rdns 198.18.0.1", "jiffybox ip list"),
    ("server metrics running", "jiffybox check create"),
    ("ssh running", "ssh root@$(jiffybox box ip running)"),
    ("server attach-to-network running", "the service has no call for it"),
    ("volume list", "the service has none"),
    ("location list", "the service has one location"),
    ("ssh-key list", "--sshkey"),
    ("box delete running stopped", "add --yes, or --force, which also powers off a running box"),
    ("box create --name web", "Missing argument 'PLAN'"),
    ("box create", "Missing argument 'NAME'"),
    ("box create web 44 centos_7_64bit more", "unexpected extra argument (more)"),
    ("box create web --plan 44 --image centos_7_64bit more", "unexpected extra argument (more)"),
    ("box create web 44 centos_7_64bit --label a", "Invalid value for '--label': 'a': expected NAME=TEXT"),
    ("box create web 44 centos_7_64bit --location fsn1", "invalid --location: the service has one location"),
    ("box create web 44 centos_7_64bit --region=fra1", "invalid --region: the service has one location"),
    ("box create web 44 centos_7_64bit --network a", "invalid --network: the service has none"),
    ("box create web 44 centos_7_64bit --tag a", "invalid --tag: a box has metadata: --label NAME=TEXT"),
    ("box create web 44 centos_7_64bit --enable-backups", "invalid --enable-backups: jiffybox backup enable"),
    ("box create-image running --description x", "invalid --description: a backup has no name or description"),
    ("droplet-action snapshot running --snapshot-name x", "invalid --snapshot-name: a backup has no name"),
    ("box create-image running --type full", "'full' is not one of 'snapshot', 'backup'"),
    ("box rebuild running --image debian_jessie_64bit --yes", "invalid backup 'debian_jessie_64bit': expected manual"),
    ("contact-group create --email a@b.org", "Missing argument 'NAME'"),
    ("contact-group create ops", "Missing argument 'EMAIL...'"),
    ("box change-plan stopped", "Missing argument 'PLAN'"),
    ("box change-plan stopped 44 --size 45", "unexpected extra argument (44)"),
    ("box metadata set running", "Missing argument 'CHANGES'"),
    ("box remove-label running", "Missing argument 'CHANGES'"),
    ("box remove-label running a=b", "invalid CHANGES 'a=b': expected the names to remove"),
    ("api nothing", "unknown call GET nothing"),
    ("api FETCH boxes", "invalid VERB 'FETCH': expected one of GET, POST, PUT, DELETE"),
    ("api GET boxes more", "unexpected extra argument"),
    ("api", "Missing argument"),
    ("box crate web", "Did you mean 'create'?"),
    ("dropet list", "Did you mean 'droplet'?"),
    ("box powerof running", "Did you mean 'poweroff'?"),
    ("box list --colums id", "--columns"),
    ("box list -o columns=id,nmae", "invalid -o columns= 'nmae': did you mean 'name'"),
    ("box list --format ID,Nmae", "invalid --format 'Nmae': did you mean 'name'"),
    ("box list --json nmae", "invalid --json 'nmae': did you mean 'name'"),
    ("box list -l a>b", "Invalid value for '-l': 'metadata.a>b': expected"),
    ("box list --filter nmae", "invalid --filter 'nmae': did you mean 'name'"),
    ("box delete stopped --yes --json id", "--json requires a command that shows records"),
    ("box list -o format={{.Name}}", "invalid -o 'format={{.Name}}': there are no templates; use --columns NAME"),
    ("box list -o jsonpath={.items}", "--columns NAME --no-header, or --jq EXPR"),
    ("box list --format {{.ID}}", "invalid --format '{{.ID}}': there are no templates"),
    ("box list --template {{.ID}}", "invalid --template '{{.ID}}': there are no templates"),
    ("box ip running -o json", "invalid -o 'json': expected one of plain"),
]


@pytest.mark.parametrize(("line", "advice"), ADVICE)
def test_an_error_names_what_to_write(at_work: Shell, account: Emulator, line: str, advice: str) -> None:
    ran = at_work(*words(line))
    assert (ran.code, ran.out) == (2, "")
    assert advice in ran.err
    assert all(entry.verb == "GET" for entry in account.journal())


@pytest.mark.parametrize("line", ["plan show 44 --name x", "nothing", "ip list --juggle", "box create --username a"])
def test_nothing_is_suggested_that_has_little_in_common(at_work: Shell, line: str) -> None:
    ran = at_work(*words(line))
    assert ran.code == 2
    assert "mean" not in ran.err


def test_a_box_may_have_the_name_of_a_verb(at_work: Shell, account: Emulator) -> None:
    account.client().box(10002).update_metadata({"old": "1"})
    box = account.client().create_box("set", 44, distribution="centos_7_64bit", metadata={"old": "1"})
    account.advance(100)
    for changes, metadata in (("a=b", {"old": "1", "a": "b"}), ("old-", {"a": "b"}), ("set c=d", {"a": "b", "c": "d"})):
        assert at_work("box", "metadata", "set", *changes.split()).code == 0
        assert account.client().box(box.id).metadata == metadata
    assert at_work("box", "metadata", "set", "-o", "json").code == 0
    assert at_work("box", "metadata", "set", "stopped", "e=f").code == 0
    assert account.client().box(10002).metadata == {"old": "1", "e": "f"}
    assert account.client().box(box.id).metadata == {"a": "b", "c": "d"}


def test_the_name_of_a_key_is_said_to_be_unused(at_work: Shell) -> None:
    ran = at_work("box", "create", "web", "44", "centos_7_64bit", "--ssh-key", "mine", "--dry-run")
    assert ran.code == 0
    assert '"use_sshkey":true' in ran.out
    assert "the SSH key is that of the control panel, whatever its name; 'mine' is not used" in ran.err


def test_an_address_is_printed_alone(at_work: Shell) -> None:
    [address, *_] = at_work("ip", "list", "running", "--columns", "ip", "--no-header").lines
    assert at_work("box", "ip", "running") == Ran(0, f"{address}\n", "")
    ran = at_work("server", "ip", "running", "--ipv6")
    assert (ran.code, ran.out) == (1, "")
    assert "running (10001) has no public IPv6 address" in ran.err


def test_force_also_answers_the_question(at_work: Shell) -> None:
    ran = at_work("box", "delete", "stopped", "--force")
    hint = "to wait for it: jiffybox box wait 10002 --for gone"
    assert (ran.code, ran.err) == (0, f"stopped (10002) is being deleted; {hint}\n")
    again = at_work("box", "rm", "-f", "10002", "deleting")
    gone = "to wait for them: jiffybox box wait 10002 10010 --for gone"
    states = ["stopped (10002) is already being deleted.", f"deleting (10010) is already being deleted; {gone}"]
    assert (again.code, again.err.splitlines()) == (0, states)
    assert "already being deleted" in at_work("box", "delete", "deleting", "--yes").err
    assert "already being deleted" in at_work("box", "delete", "deleting", "--yes", "--no-wait").err


JQ = [
    ("box list --json id,name --jq .[0].name", "running\n"),
    ("box list --jq .[:2][]|[.id,.name]", '[10001,"running"]\n[10002,"stopped"]\n'),
    ("box show running --jq .name", "running\n"),
    ("box list -o jsonl --jq .id --filter id=10001", "10001\n"),
    ("--jq .name box show running", "running\n"),
    ('box show running --jq "\\(.id)\\t\\(.name)"', "10001\trunning\n"),
    ("box delete stopped --yes --jq .", "true\n"),
    ("api /boxes/10001 --jq .name", "running\n"),
    ("cost --jq .currency", "EUR\n"),
    ("schema show box --jq .title", "Box\n"),
    ('box show running --jq -1', "-1\n"),
    ('box show running --jq "\\u001b[31m\\u202e\\n-"', "\\x1b[31m\\u202e\n-\n"),
    ("box stop running --dry-run --jq .", None),
]  # fmt: skip


@pytest.mark.skipif(not shutil.which("jq"), reason="needs jq")
@pytest.mark.parametrize(("line", "out"), JQ)
def test_jq_filters_json(at_work: Shell, line: str, out: str | None) -> None:
    ran = at_work(*words(line))
    assert ran.code == 0
    assert ran.out == out if out else ran.out.startswith("PUT ")


NO_JQ = [
    ("box delete stopped --yes --jq .[", "--jq '.[': error: syntax error"),
    ("box list --jq .[].name.first", "--jq '.[].name.first': error (at <stdin>:1): Cannot index string with"),
    ("box list -o table --jq .", "invalid --jq with -o 'table': expected one of json, jsonl, json-pretty"),
    ("box list -q --jq .", "invalid --jq with -o 'ids'"),
    ("box ip running --jq .", "invalid --jq with -o 'json': expected none"),
]


@pytest.mark.skipif(not shutil.which("jq"), reason="needs jq")
@pytest.mark.parametrize(("line", "error"), NO_JQ)
def test_nothing_is_written_if_jq_fails(at_work: Shell, account: Emulator, line: str, error: str) -> None:
    ran = at_work(*words(line))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"jiffybox: {error}")
    assert all(entry.verb == "GET" for entry in account.journal())


@pytest.mark.skipif(not shutil.which("jq"), reason="needs jq")
def test_a_command_that_changed_something_says_so_if_jq_fails(at_work: Shell, account: Emulator) -> None:
    ran = at_work("box", "stop", "running", "--jq", ".name.first")
    assert (ran.code, ran.out) == (7, "")
    assert "--jq '.name.first': error" in ran.err
    assert ran.err.endswith("; the work was done\n")
    assert [entry.verb for entry in account.journal()][-1] == "PUT"


@pytest.mark.skipif(not shutil.which("jq"), reason="needs jq")
def test_a_failure_of_jq_does_not_hide_that_of_the_command(at_work: Shell) -> None:
    ran = at_work("box", "delete", "running", "stopped", "--yes", "--no-wait", "--jq", ".[].first")
    assert (ran.code, ran.out) == (8, "")
    assert "--jq '.[].first': error" in ran.err
    assert "running (10001): " in ran.err


def test_without_jq_there_is_another_way(at_work: Shell, account: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    ran = at_work("box", "list", "--jq", ".")
    assert (ran.code, ran.out) == (2, "")
    assert "--jq requires the program jq, which is not installed" in ran.err
    assert "--columns" in ran.err
    assert account.journal() == []


def test_wide_tables_have_all_columns(at_work: Shell) -> None:
    header, *lines = at_work("get", "boxes", "-o", "wide").lines
    assert len(lines) == 10
    assert header.split()[:7] == ["id", "name", "status", "running", "plan", "address", "ready"]
    assert {"plan.ramInMB", "host"} <= {*header.split()}


def test_the_environment_has_defaults(at_work: Shell, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIFFYBOX_OUTPUT", "json")
    assert at_work("plan", "list").out == at_work("plan", "list", "-o", "json").out
    assert at_work("plan", "list", "-q").lines[0] == "44"
    assert at_work("box", "ip", "running").code == 0
    monkeypatch.setenv("JIFFYBOX_OUTPUT", "xml")
    assert "invalid $JIFFYBOX_OUTPUT 'xml': expected one of table, tsv" in at_work("plan", "list").err
    monkeypatch.delenv("JIFFYBOX_OUTPUT")
    monkeypatch.setenv("JIFFYBOX_LOCAL", "1")
    shown = shell("auth", "status")
    assert (shown.code, shown.lines[1].split("\t")[0]) == (0, "--local")
    assert str(shell.folder / "state") in shown.out
    assert shell("--api-key", TOKEN, "box", "show", "10001").code == 0
    assert "--local cannot be combined with" in shell("--api-key", TOKEN, "box", "list", "--local").err
    monkeypatch.setenv("JIFFYBOX_LOCAL", "0")
    assert shell("box", "show", "10001").code == 0


def test_the_account_in_use_is_shown(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shell("auth", "status") == Ran(0, "", "There are no profiles yet: jiffybox profile add NAME\n")
    monkeypatch.setenv("JIFFYBOX_API_KEY", TOKEN)
    shown = json.loads(shell("context", "active", "-o", "json").out)
    assert (shown["name"], shown["api_url"]) == ("$JIFFYBOX_API_KEY", "https://api.jiffybox.de")
    assert TOKEN not in str(shown)
    monkeypatch.delenv("JIFFYBOX_API_KEY")
    assert shell("profile", "add", "work", "--token", TOKEN, "--no-test").code == 0
    for line in ("auth status", "profile show", "context current"):
        assert json.loads(shell(*line.split(), "-o", "json").out)["name"] == "work"


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


@pytest.mark.parametrize("line", ["server delete", "server-type list", "image list", "box poweroff"])
def test_help_has_the_words_that_were_typed(at_work: Shell, line: str) -> None:
    assert f"Usage: jiffybox {line} [OPTIONS]" in at_work(*words(line), "--help").out
