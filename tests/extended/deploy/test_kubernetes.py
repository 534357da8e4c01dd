"""The manifest: valid where it is published, and saying nothing that the program does not know."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import yaml

from extended.deploy.dockerfile import parse
from served import Served, serving
from server_process import COMMAND, LONGEST, run_program

if TYPE_CHECKING:
    from collections.abc import Generator

ROOT = Path(__file__).parents[3]
MANIFEST = ROOT / "deploy" / "kubernetes.yaml"
TEXT = MANIFEST.read_text("utf-8")
OBJECTS: dict[str, dict[str, Any]] = {each["kind"]: each for each in yaml.safe_load_all(TEXT)}
POD: dict[str, Any] = OBJECTS["Deployment"]["spec"]["template"]
(CONTAINER,) = POD["spec"]["containers"]
PROBES = ("livenessProbe", "readinessProbe")
NOWHERE = "192.0.2.1"
"""An address of RFC 5737, for documents."""
STATE_KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    """The program as the manifest starts it, but on this machine alone and in front of the sandbox."""
    key = tmp_path_factory.mktemp("secret") / "state-key"
    key.write_text(STATE_KEY, "utf-8")
    here = {"--host": "127.0.0.1", "--port": "0", "--state-key-file": str(key)}
    given = (word.partition("=") for word in CONTAINER["args"])
    words = [f"{flag}{equals}{here.get(flag, value)}" for flag, equals, value in given]
    variables = {each["name"]: each["value"] for each in CONTAINER["env"]}
    with serving([*COMMAND, *words, "--sandbox"], **variables) as listening:
        yield listening


def validate(manifest: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Compare a manifest with the published schemas, the latest known where no version is named."""
    return subprocess.run(
        [sys.executable, "-m", "kubernetes_validate", "--strict", *options, str(manifest)],
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )


def ask(server: Served, method: str, path: str, headers: dict[str, str]) -> int:
    address = urlsplit(server.url)
    assert address.hostname
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=LONGEST)
    try:
        connection.request(method, path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


class TestTheManifestIsValid:
    @pytest.mark.parametrize("version", [("-k", "1.30"), ()], ids=["1.30", "latest"])
    def test_by_the_published_schemas_of_a_version(self, version: tuple[str, ...]) -> None:
        checked = validate(MANIFEST, *version)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        assert checked.stdout.count(" passed for resource ") == len(OBJECTS) == 3

    def test_and_what_the_schemas_do_not_know_is_found(self, tmp_path: Path) -> None:
        wrong = tmp_path / "wrong.yaml"
        wrong.write_text(TEXT.replace("minAvailable", "minimum"), "utf-8")
        checked = validate(wrong)
        assert checked.returncode == 1
        assert "'minimum' was unexpected" in checked.stdout + checked.stderr

    def test_everything_selects_the_same_pods(self) -> None:
        labels = POD["metadata"]["labels"]
        (spread,) = POD["spec"]["topologySpreadConstraints"]
        assert OBJECTS["Deployment"]["spec"]["selector"]["matchLabels"] == labels
        assert OBJECTS["Service"]["spec"]["selector"] == labels
        assert OBJECTS["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
        assert spread["labelSelector"]["matchLabels"] == labels

    def test_the_secret_that_is_made_is_the_one_that_is_read(self) -> None:
        made = re.search(r"create secret generic (\S+) --from-file=(\S+)", TEXT)
        assert made
        name, key = made.groups()
        (volume,) = POD["spec"]["volumes"]
        (mount,) = CONTAINER["volumeMounts"]
        assert volume["secret"]["secretName"] == name
        assert volume["name"] == mount["name"]
        assert f"--state-key-file={mount['mountPath']}/{key}" in CONTAINER["args"]
        assert volume["secret"]["defaultMode"] == 0o440, "the group reads it, which fsGroup is"


class TestAPodMayDoNothingElse:
    def test_it_is_the_images_user_who_is_not_root(self) -> None:
        user, _, group = parse((ROOT / "Dockerfile").read_text("utf-8"))[-1].last("USER").text.partition(":")
        context = POD["spec"]["securityContext"]
        assert context["runAsNonRoot"] is True
        assert (context["runAsUser"], context["runAsGroup"]) == (int(user), int(group))
        assert context["fsGroup"] == int(group)
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}
        assert POD["spec"]["automountServiceAccountToken"] is False

    def test_it_writes_nowhere_and_gains_no_rights(self) -> None:
        assert CONTAINER["securityContext"] == {
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        }

    def test_it_is_given_time_to_leave_the_service_and_then_to_stop(self) -> None:
        command, pause = CONTAINER["lifecycle"]["preStop"]["exec"]["command"]
        assert command == "sleep"
        assert POD["spec"]["terminationGracePeriodSeconds"] >= int(pause) + 5


class TestTheProgramKnowsWhatIsSaid:
    def test_each_flag_and_variable(self) -> None:
        told = run_program("http", "--help").stdout.decode()
        words = [word.partition("=")[0] for word in CONTAINER["args"][1:]]
        words += [each["name"] for each in CONTAINER["env"]]
        unknown = [word for word in words if not re.search(rf"(?<![\w-]){word}(?![\w-])", told)]
        assert unknown == []

    @pytest.mark.parametrize("needed", ["--credentials", "--behind-tls", "--allowed-host"])
    def test_each_flag_that_a_server_in_reach_of_others_needs(self, needed: str) -> None:
        less = [word for word in CONTAINER["args"] if word.partition("=")[0] != needed]
        ended = self.started(less)
        assert ended.returncode == 2
        assert needed in ended.stderr.decode()
        assert ended.stderr.count(b"\n") == 1

    def test_and_no_other_is_missing(self) -> None:
        ended = self.started(CONTAINER["args"])
        assert ended.returncode != 0
        assert "which needs" not in ended.stderr.decode()

    def started(self, words: list[str]) -> subprocess.CompletedProcess[bytes]:
        """Start the program for others, but at an address that no machine has: it can never listen."""
        assert "--host=0.0.0.0" in words
        elsewhere = [word.replace("0.0.0.0", NOWHERE) for word in words]  # noqa: S104  named to be replaced
        return run_program(*(word for word in elsewhere if not word.startswith("--state-key-file")))

    def test_the_ports_are_one(self) -> None:
        (port,) = CONTAINER["ports"]
        (service_port,) = OBJECTS["Service"]["spec"]["ports"]
        assert f"--port={port['containerPort']}" in CONTAINER["args"]
        assert service_port["targetPort"] == port["name"]
        assert {CONTAINER[probe]["httpGet"]["port"] for probe in PROBES} == {port["name"]}

    @pytest.mark.parametrize("probe", PROBES)
    def test_a_probe_succeeds_as_the_kubelet_asks(self, server: Served, probe: str) -> None:
        asked = CONTAINER[probe]["httpGet"]
        headers = {each["name"]: each["value"] for each in asked["httpHeaders"]}
        assert ask(server, "GET", asked["path"], headers) == 200

    @pytest.mark.parametrize("probe", PROBES)
    def test_a_probe_fails_under_the_pods_address(self, server: Served, probe: str) -> None:
        assert ask(server, "GET", CONTAINER[probe]["httpGet"]["path"], {"Host": "10.1.2.3:8000"}) == 421

    def test_users_are_asked_for_their_key_under_the_public_name(self, server: Served) -> None:
        (name,) = [word.partition("=")[2] for word in CONTAINER["args"] if word.startswith("--allowed-host")]
        assert ask(server, "POST", "/mcp", {"Host": name}) == 401
