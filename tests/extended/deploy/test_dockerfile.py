"""The container: what goes in, what is in it, and that it serves from there with nothing around it."""

from __future__ import annotations

import importlib.util
import re
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from extended.deploy.build_context import visible
from extended.deploy.dockerfile import Stage, parse
from extended.deploy.image import Image, build
from served import serving
from server_process import LONGEST, ServerProcess

if TYPE_CHECKING:
    from collections.abc import Generator

    from fake_upstream import FakeUpstream

ROOT = Path(__file__).parents[3]
CHECKED_HASH_BIT = 0b10
"""In bytecode's flags (PEP 552): whether the source is read to see that it is still the same."""


@pytest.fixture(scope="module")
def stages() -> list[Stage]:
    return parse((ROOT / "Dockerfile").read_text("utf-8"))


@pytest.fixture(scope="module")
def last(stages: list[Stage]) -> Stage:
    return stages[-1]


@pytest.fixture(scope="module")
def image(stages: list[Stage], tmp_path_factory: pytest.TempPathFactory) -> Image:
    return build(stages, ROOT, tmp_path_factory.mktemp("engine"))


@pytest.fixture
def unwritten(image: Image) -> Generator[None]:
    """Hold that what happens meanwhile writes nothing into the image."""
    before = state(image.root)
    yield
    assert state(image.root) == before


def state(folder: Path) -> dict[str, tuple[int, int]]:
    """Return every file and folder, with its time and size."""
    found = ((path, path.lstat()) for path in folder.rglob("*"))
    return {str(path): (status.st_mtime_ns, status.st_size) for path, status in found}


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return str(listening.getsockname()[1])


def health(image: Image, last: Stage, started_by: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the health check about a process that was started by the words in a file."""
    kind, *listed = re.split(r"\s+", last.last("HEALTHCHECK").text, maxsplit=1)
    assert kind == "CMD"
    (words,) = listed
    assert words.startswith("["), "no shell is needed"
    (check,) = parse(f"FROM none\nCMD {words}")[0].all_of("CMD")
    set_too = [f"{name}={value}" for name, value in variables.items()]
    env, ignore, *rest = image.command(*check.words)
    return subprocess.run(
        [env, ignore, *set_too, *rest, str(started_by)],
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )


class TestWhatGoesIn:
    def test_a_build_sees_nothing_but_what_is_copied(self, stages: list[Stage]) -> None:
        copies = [step for step in stages[0].all_of("COPY") if "from" not in step.flags]
        named = {source.strip("/") for step in copies for source in step.words[:-1]}
        seen = visible(ROOT)
        assert seen == {path for path in seen if any(f"{path}/".startswith(f"{name}/") for name in named)}
        assert all((ROOT / name).exists() for name in named)

    def test_a_build_sees_no_bytecode_and_nothing_secret(self) -> None:
        odd = [path for path in visible(ROOT) if re.search(r"__pycache__|\.pyc|\.env|\.git|\.venv", path)]
        assert odd == []

    def test_all_that_lies_in_the_last_stage_comes_from_the_first(self, last: Stage) -> None:
        assert [step.flags for step in last.all_of("COPY")] == [{"from": "build"}]
        assert last.all_of("ADD") == []


class TestWhatIsInIt:
    def test_it_starts_from_a_slim_image(self, stages: list[Stage]) -> None:
        (base,) = {stage.base for stage in stages}
        assert re.fullmatch(r"python:3\.\d+-slim", base)

    def test_it_runs_as_a_user_who_is_not_root_and_has_a_number(self, last: Stage) -> None:
        user, _, group = last.last("USER").text.partition(":")
        assert int(user) >= 10_000
        assert int(group) >= 10_000
        place = {step.word: number for number, step in enumerate(last.instructions)}
        assert place["USER"] > max(place["RUN"], place["COPY"]), (
            "nothing is made after its rights are given up"
        )

    def test_it_is_labelled(self, last: Stage) -> None:
        words = last.last("LABEL").words
        names = {word.partition("=")[0].rpartition(".")[2] for word in words}
        assert names == {"title", "description", "licenses"}

    @pytest.mark.parametrize(
        "package",
        [
            *("vapi_sessions_mcp", "vapi_sessions_tools", "mcp", "mcp_types", "pydantic", "httpx"),
            *("starlette", "uvicorn", "uvloop", "prometheus_client", "jmespath", "jsonpath", "yaml"),
        ],
    )
    def test_a_package_is_there_with_bytecode_that_is_never_compared(
        self, image: Image, package: str
    ) -> None:
        (folder,) = image.root.glob(f"opt/*/lib/python*/site-packages/{package}")
        sources = list(folder.rglob("*.py"))
        assert sources
        for source in sources:
            flags = Path(importlib.util.cache_from_source(str(source))).read_bytes()[4]
            assert flags & 1, f"{source} is compared by its time"
            assert not flags & CHECKED_HASH_BIT, f"{source} is compared by its text"

    def test_the_standard_library_is_compiled_too(self, image: Image) -> None:
        made = {path.name.partition(".")[0] for path in image.bytecode.rglob("*.pyc")}
        assert {"argparse", "base_events", "ssl", "typing"} <= made

    def test_nothing_that_installs_or_builds_is_left_in_it(self, image: Image) -> None:
        assert not list(image.root.glob("build"))
        (packages,) = image.root.glob("opt/*/lib/python*/site-packages")
        assert {"pip", "setuptools", "hatchling"}.isdisjoint(path.name for path in packages.iterdir())


@pytest.mark.usefixtures("unwritten")
class TestOverStdio:
    def test_it_is_what_is_served_without_an_argument(self, image: Image, last: Stage) -> None:
        command = image.command(*last.last("ENTRYPOINT").words)
        with ServerProcess("--sandbox", command=command) as server:
            assert server.open()["result"]["serverInfo"]["name"] == "vapi-sessions-mcp"
            assert len(server.ask("tools/list")["result"]["tools"]) == 5
            server.end_input()
            assert server.rest() == []
            assert server.status() == 0

    def test_it_is_healthy(self, image: Image, last: Stage) -> None:
        command = image.command(*last.last("ENTRYPOINT").words)
        with ServerProcess("--sandbox", command=command) as server:
            server.open()
            checked = health(image, last, Path(f"/proc/{server.process.pid}/cmdline"))
        assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.usefixtures("unwritten")
class TestOverHttp:
    LOCAL = ("http", "--sandbox", "--host", "127.0.0.1")

    @pytest.mark.parametrize("spelling", ["--port {}", "--port={}"])
    def test_it_is_healthy_while_it_answers(self, image: Image, last: Stage, spelling: str) -> None:
        command = image.command(*last.last("ENTRYPOINT").words)
        port = spelling.format(free_port()).split()
        with serving([*command, *self.LOCAL, *port]) as server:
            checked = health(image, last, Path(f"/proc/{server.process.pid}/cmdline"))
        assert (checked.returncode, checked.stdout) == (0, "/healthz answered 200\n")

    def test_its_port_may_stand_in_the_environment(self, image: Image, last: Stage) -> None:
        port = free_port()
        env, ignore, *rest = image.command(*last.last("ENTRYPOINT").words)
        with serving([env, ignore, f"VAPI_HTTP_PORT={port}", *rest, *self.LOCAL]) as server:
            checked = health(image, last, Path(f"/proc/{server.process.pid}/cmdline"), VAPI_HTTP_PORT=port)
        assert (checked.returncode, checked.stdout) == (0, "/healthz answered 200\n")

    @pytest.mark.parametrize("port", ["closed", "not a number", ""])
    def test_it_is_ill_when_nothing_answers(
        self, image: Image, last: Stage, tmp_path: Path, port: str
    ) -> None:
        started_by = tmp_path / "cmdline"
        words = ["vapi-sessions-mcp", *self.LOCAL, "--port", free_port() if port == "closed" else port]
        started_by.write_text("\0".join(words) + "\0", "utf-8")
        checked = health(image, last, started_by)
        assert checked.returncode == 1
        assert checked.stdout.startswith("no answer on port")
        assert checked.stderr == ""

    def test_it_is_ill_when_the_answer_is_no(
        self, image: Image, last: Stage, tmp_path: Path, upstream: FakeUpstream, upstream_url: str
    ) -> None:
        upstream.respond({"status": "no"}, 503)
        started_by = tmp_path / "cmdline"
        started_by.write_text("vapi-sessions-mcp\0http\0", "utf-8")
        checked = health(image, last, started_by, VAPI_HTTP_PORT=upstream_url.rpartition(":")[2])
        assert (checked.returncode, checked.stdout) == (1, "/healthz answered 503\n")
        assert [request.path for request in upstream.requests] == ["/healthz"]

    def test_it_says_what_it_needs_to_be_reached_from_outside(self, image: Image, last: Stage) -> None:
        ended = subprocess.run(
            [*image.command(*last.last("ENTRYPOINT").words), "http", "--sandbox"],
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        assert ended.returncode == 2
        assert "--behind-tls" in ended.stderr
        assert ended.stderr.count("\n") == 1


class TestTheReaderOfDockerfiles:
    def test_comments_and_continued_lines_are_taken_away(self) -> None:
        (stage,) = parse("# about\nFROM a AS b\nRUN one \\\n# within\n  && two\n\nENV A=1\n")
        assert (stage.base, stage.name) == ("a", "b")
        assert [step.text.split() for step in stage.instructions] == [["one", "&&", "two"], ["A=1"]]

    def test_the_last_instruction_of_a_kind_holds(self) -> None:
        (stage,) = parse('FROM a\nUSER 1\nUSER 2\nENTRYPOINT ["p", "a b"]')
        assert stage.last("USER").text == "2"
        assert stage.last("ENTRYPOINT").words == ["p", "a b"]

    @pytest.mark.parametrize("text", ["RUN true\n", "", "FROM a\nRUN <<END\nEND\n", "FROM a b c\n"])
    def test_what_is_not_understood_is_said(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"FROM|here-documents"):
            parse(text)

    def test_what_is_ignored_is_not_seen_but_for_what_is_brought_back(self, tmp_path: Path) -> None:
        for name in ("a/kept.py", "a/b/kept.py", "a/b/__pycache__/x.pyc", "other/x.py", "x.py"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
        (tmp_path / ".dockerignore").write_text("# about\n*\n!a\n**/__pycache__\n", "utf-8")
        assert visible(tmp_path) == {"a/kept.py", "a/b/kept.py"}
