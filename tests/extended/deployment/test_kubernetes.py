"""The manifest is valid, restricts its pods, and starts the program with flags that it accepts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml

from extended.tools import packaged
from served import Served, serving
from server_process import COMMAND, LONGEST

if TYPE_CHECKING:
    from collections.abc import Generator

ROOT = Path(__file__).parents[3]
MANIFEST = ROOT / "deploy" / "kubernetes.yaml"
OBJECTS: dict[str, Any] = {each["kind"]: each for each in yaml.safe_load_all(MANIFEST.read_text("utf-8"))}
POD: dict[str, Any] = OBJECTS["Deployment"]["spec"]["template"]
(CONTAINER,) = POD["spec"]["containers"]
PROBES = ("livenessProbe", "readinessProbe")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    """The program as the manifest starts it, but on loopback and in front of the sandbox."""
    key = tmp_path_factory.mktemp("secret") / "state-key"
    key.write_text("0123456789abcdef" * 2, "utf-8")
    local = {"--host": "127.0.0.1", "--port": "0", "--state-key-file": str(key)}
    split = [word.partition("=") for word in CONTAINER["args"]]
    words = [f"{flag}{equals}{local.get(flag, value)}" for flag, equals, value in split]
    variables = {each["name"]: each["value"] for each in CONTAINER["env"]}
    with serving([*COMMAND, *words, "--sandbox"], **variables) as listening:
        yield listening


@pytest.mark.parametrize("options", [("-k", "1.30"), ()], ids=["1.30", "latest"])
def test_the_published_schemas_accept_it(options: tuple[str, ...]) -> None:
    packaged("kubernetes_validate", "kubernetes-validate")
    command = [sys.executable, "-m", "kubernetes_validate", "--strict", *options, str(MANIFEST)]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.count(" passed for resource ") == len(OBJECTS) == 3


def test_every_selector_matches_the_pods() -> None:
    labels = POD["metadata"]["labels"]
    assert OBJECTS["Deployment"]["spec"]["selector"]["matchLabels"] == labels
    assert OBJECTS["Service"]["spec"]["selector"] == labels
    assert OBJECTS["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    assert POD["spec"]["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"] == labels


def test_ports_and_secrets_are_those_that_the_container_uses() -> None:
    (port,), (service_port,) = CONTAINER["ports"], OBJECTS["Service"]["spec"]["ports"]
    assert f"--port={port['containerPort']}" in CONTAINER["args"]
    assert {service_port["targetPort"], *(CONTAINER[probe]["httpGet"]["port"] for probe in PROBES)} == {
        port["name"]
    }
    (volume,), (mount,) = POD["spec"]["volumes"], CONTAINER["volumeMounts"]
    assert volume["name"] == mount["name"]
    created = f"create secret generic {volume['secret']['secretName']} --from-file=state-key"
    assert created in MANIFEST.read_text("utf-8")
    assert f"--state-key-file={mount['mountPath']}/state-key" in CONTAINER["args"]


def test_a_pod_runs_as_the_user_of_the_image_without_rights() -> None:
    user = re.findall(r"^USER (\d+):(\d+)$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    context = POD["spec"]["securityContext"]
    assert user == [(str(context["runAsUser"]), str(context["runAsGroup"]))]
    assert context["runAsNonRoot"] is True
    assert context["fsGroup"] == context["runAsGroup"], "it reads the state key"
    assert POD["spec"]["automountServiceAccountToken"] is False
    assert CONTAINER["securityContext"] == {
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
    }


@pytest.mark.parametrize("probe", PROBES)
def test_a_probe_succeeds_with_its_header_and_fails_under_another_name(server: Served, probe: str) -> None:
    get = CONTAINER[probe]["httpGet"]
    headers = {each["name"]: each["value"] for each in get["httpHeaders"]}
    for sent, status in ((headers, 200), ({"Host": "10.1.2.3"}, 421)):
        assert httpx.get(server.url + get["path"], headers=sent, trust_env=False).status_code == status


def test_a_request_under_the_public_name_needs_a_key(server: Served) -> None:
    (name,) = [word.partition("=")[2] for word in CONTAINER["args"] if word.startswith("--allowed-host")]
    assert httpx.post(f"{server.url}/mcp", headers={"Host": name}, trust_env=False).status_code == 401
