"""A Dockerfile carried out without an engine: its steps run in folders that stand for its file systems.

Absolute paths that the file itself makes lie below one folder, which each stage finds empty. Of the base
image there is `python` with pip, and the machine's shell.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from extended.deploy.build_context import visible

if TYPE_CHECKING:
    from extended.deploy.dockerfile import Instruction, Stage

LONGEST_STEP = 300.0
"""Seconds for a step: packages are fetched in it."""

_OF_THE_MACHINE = re.compile(r"PIP_|SSL_CERT_|(?:HTTPS?|NO)_PROXY$", re.IGNORECASE)
"""Variables without which packages may be out of reach."""


@dataclass
class Image:
    """What a stage has made.

    Args:
        root: The folder that stands for its file system.
        base: The folder that stands for its base image.
        bytecode: Where the base image's own bytecode goes: the machine's Python stays as it is.
        tops: The first names of the absolute paths that lie below the root.
        variables: Of its environment.
        arguments: Of its build: variables of its steps alone.
        workdir: The folder that commands start in.
    """

    root: Path
    base: Path
    bytecode: Path
    tops: tuple[str, ...]
    variables: dict[str, str] = field(default_factory=dict[str, str])
    arguments: dict[str, str] = field(default_factory=dict[str, str])
    workdir: Path = Path("/")

    def placed(self, text: str) -> str:
        """Return a text with the paths of the image made paths of this machine."""
        return re.sub(rf"(?<![^\s\"'=:])/(?=(?:{'|'.join(self.tops)})\b)", f"{self.root}/", text)

    def path(self, stated: str) -> Path:
        """Return where a path of the image lies."""
        return self.root / (self.workdir / stated).relative_to("/")

    @property
    def environment(self) -> dict[str, str]:
        """What a process in the container finds."""
        path = self.variables.get("PATH", "$PATH").replace("$PATH", f"{self.base}/bin")
        return {**self.variables, "PATH": path}

    def command(self, *words: str) -> list[str]:
        """Return a command that runs words in the container's environment, and in nothing else."""
        made = [f"{name}={value}" for name, value in self.environment.items()]
        return [shutil.which("env") or "/usr/bin/env", "-i", *made, *(self.placed(word) for word in words)]


def build(stages: list[Stage], context: Path, scratch: Path) -> Image:
    """Carry out all stages and return what the last one made."""
    base = scratch / "base"
    subprocess.run([sys.executable, "-m", "venv", str(base)], check=True, timeout=LONGEST_STEP)
    tops, made = _tops(stages), dict[str, Path]()
    for stage in stages[:-1]:
        image = _carried_out(stage, Image(scratch / "root", base, scratch / "bytecode", tops), context, made)
        made[stage.name] = image.root.rename(scratch / f"stage-{stage.name}")
    return _carried_out(stages[-1], Image(scratch / "root", base, scratch / "bytecode", tops), context, made)


def _tops(stages: list[Stage]) -> tuple[str, ...]:
    steps = [step for stage in stages for step in stage.instructions if step.word in ("COPY", "WORKDIR")]
    stated = {Path(step.words[-1]) for step in steps}
    return tuple(sorted({path.parts[1] for path in stated if path.is_absolute()}))


def _carried_out(stage: Stage, image: Image, context: Path, made: dict[str, Path]) -> Image:
    image.root.mkdir()
    for step in stage.instructions:
        if step.word == "RUN":
            _run(step, image)
        elif step.word == "COPY":
            _copy(step, image, context, made)
        elif step.word == "WORKDIR":
            image.workdir /= step.words[0]
            image.path(".").mkdir(parents=True, exist_ok=True)
        elif step.word in ("ARG", "ENV"):
            pairs = (pair.partition("=") for pair in step.words)
            stated = {name: image.placed(value) for name, _, value in pairs}
            (image.variables if step.word == "ENV" else image.arguments).update(stated)
    return image


def _run(step: Instruction, image: Image) -> None:
    machine = {name: value for name, value in os.environ.items() if _OF_THE_MACHINE.match(name)}
    variables = {**machine, **image.arguments, **image.environment, "HOME": str(image.base)}
    variables["PATH"] += ":/usr/bin:/bin"
    if str(image.root) not in image.placed(step.text):
        variables["PYTHONPYCACHEPREFIX"] = str(image.bytecode)
    ended = subprocess.run(
        ["/bin/sh", "-ec", image.placed(step.text)],
        cwd=image.path("."),
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=LONGEST_STEP,
        check=False,
    )
    assert ended.returncode == 0, f"{step.text}\n{ended.stdout.decode(errors='replace')}"


def _copy(step: Instruction, image: Image, context: Path, made: dict[str, Path]) -> None:
    *sources, target = step.words
    into = image.path(target)
    for source in sources:
        for origin, name in _named(source, step.flags.get("from"), context, made):
            whole = len(sources) > 1 or target.endswith("/")
            place = into / name if name else into / Path(source).name if whole else into
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(origin, place, follow_symlinks=False)


def _named(source: str, stage: str | None, context: Path, made: dict[str, Path]) -> list[tuple[Path, str]]:
    """Return the files that a source names, each with its name below it; a file's own is empty."""
    if stage is not None:
        above = made[stage] / source.lstrip("/")
        found = [path for path in above.rglob("*") if path.is_symlink() or not path.is_dir()]
        return [(path, str(path.relative_to(above))) for path in found]
    seen, folder = visible(context), source.strip("/") + "/"
    if source in seen:
        return [(context / source, "")]
    inside = [path for path in sorted(seen) if path.startswith(folder)]
    assert inside, f"COPY names {source}, which the build does not see"
    return [(context / path, path.removeprefix(folder)) for path in inside]
