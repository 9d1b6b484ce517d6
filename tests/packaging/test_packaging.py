"""What can be said of the packaging without installing it: its files agree with the program and with each other.

Whether an image builds is not tested here; that needs Docker and its registry.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
import typer.main
import yaml

from api.cli import app
from api.runtime.whereabouts import DEFAULT_PORT

ROOT: Final = Path(__file__).resolve().parents[2]
SYSTEMD: Final = ROOT / "packaging" / "systemd"
UNITS: Final = sorted(path.name for path in SYSTEMD.iterdir())
DOCKERFILE: Final = (ROOT / "packaging" / "docker" / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: Final = yaml.safe_load((ROOT / "packaging" / "docker" / "compose.yaml").read_text(encoding="utf-8"))
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROGRAM: Final = "/opt/kuraban/bin/kuraban"


def instructions(name: str) -> list[str]:
    """Return the arguments of an instruction of the Dockerfile, its continued lines joined."""
    joined = DOCKERFILE.replace("\\\n", " ")
    return re.findall(rf"^{name} (.*)$", joined, re.MULTILINE)


def expect_known(arguments: list[str]) -> None:
    """Expect that the program has this command and these options."""
    command: Any = typer.main.get_command(app)
    known = command.commands[arguments[0]]
    options = {name for parameter in known.params for name in parameter.opts}
    assert {argument for argument in arguments if argument.startswith("--")} <= options


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
@pytest.mark.parametrize("unit", UNITS)
def test_systemd_has_nothing_to_say_about_a_unit(unit: str, tmp_path: Path) -> None:
    for name in UNITS:  # a timer is looked at together with its service
        text = (SYSTEMD / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace(PROGRAM, shutil.which("true") or "true"), encoding="utf-8")
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit)], capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.parametrize("unit", ["kuraban-backup.service", "kuraban.service"])
def test_what_a_unit_starts_can_be_given(unit: str) -> None:
    (line,) = re.findall(rf"^ExecStart={PROGRAM} (.*)$", (SYSTEMD / unit).read_text(encoding="utf-8"), re.MULTILINE)
    expect_known(shlex.split(line))


def test_whatever_the_image_copies_from_the_checkout_is_there() -> None:
    sources = [source for line in instructions("COPY") if "--from" not in line for source in line.split()[:-1]]
    assert sources
    assert all((ROOT / source).exists() for source in sources)


def test_the_image_has_every_package_of_the_wheel() -> None:
    copied = {source for line in instructions("COPY") for source in line.split()[:-1]}
    assert set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) <= copied


def test_the_image_has_what_a_bare_server_lacks() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (packages,) = re.findall(r"^RUN_PACKAGES := (.*)$", makefile, re.MULTILINE)
    installed = " ".join(instructions("RUN")).split()
    assert set(packages.split()) <= set(installed)


def test_the_image_has_a_python_that_the_project_runs_on() -> None:
    (version,) = {found for line in instructions("FROM") for found in re.findall(r"^python:(\d+\.\d+)", line)}
    assert PROJECT["project"]["requires-python"] == f">={version}"


def test_the_image_builds_the_page_with_a_node_that_is_new_enough_and_takes_it_along() -> None:
    package = json.loads((ROOT / "api" / "dashboard" / "package.json").read_text(encoding="utf-8"))
    (version,) = {found for line in instructions("FROM") for found in re.findall(r"^node:(\d+)", line)}
    (needed,) = re.findall(r"^>=(\d+)", package["engines"]["node"])
    assert int(version) > int(needed)
    assert "--from=page /page/dist api/dashboard/dist" in instructions("COPY")


def test_the_container_does_not_run_as_root_and_starts_the_program() -> None:
    assert instructions("USER") == ["kuraban"]
    assert yaml.safe_load(instructions("ENTRYPOINT")[0]) == list(PROJECT["project"]["scripts"])


def test_the_compose_file_agrees_with_the_image_and_the_program() -> None:
    service = COMPOSE["services"]["kuraban"]
    folder = ROOT / "packaging" / "docker"
    assert (folder / service["build"]["context"]).resolve() == ROOT
    assert (ROOT / service["build"]["dockerfile"]).is_file()
    assert instructions("EXPOSE") == [str(DEFAULT_PORT)]
    assert service["ports"] == [f"127.0.0.1:{DEFAULT_PORT}:{DEFAULT_PORT}"]  # nobody outside without a proxy with TLS
    assert instructions("VOLUME")[0] in {volume.split(":")[1] for volume in service["volumes"]}


def test_what_the_container_starts_can_be_given() -> None:
    expect_known(yaml.safe_load(instructions("CMD")[-1]))
