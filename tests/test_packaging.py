"""The wheel, installed beside a project that has `flows/` and `pipeline.py` of its own, as many Prefect projects do."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
# Loads the flow in a new process, as `newsfold serve` and a worker do for every run.
LOAD_FLOW = "import sys; from prefect.flows import load_flow_from_entrypoint as load; print(load(sys.argv[1]).name)"
ENTRYPOINTS = """
from newsfold_flows.nightly import backfill, nightly
print(nightly.to_deployment("nightly").entrypoint, backfill.to_deployment("backfill").entrypoint, sep="\\n")
"""


@dataclass(frozen=True)
class Installation:
    """Packages installed from the wheel, and commands that run in the project's folder and see these packages first."""

    packages: Path
    project: Path

    def run(self, *command: str | Path) -> str:
        """Run a command and return its output; it must succeed."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        environment = inherited | {
            "PYTHONPATH": str(self.packages),
            "PREFECT_HOME": str(self.project.parent / "prefect"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
            "DO_NOT_TRACK": "1",
            "COLUMNS": "200",
        }
        done = subprocess.run(
            command, cwd=self.project, env=environment, capture_output=True, text=True, timeout=240, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def python(self, code: str, *arguments: str) -> list[str]:
        """Run Python code, the project's folder first on its path, and return the lines printed."""
        return self.run(sys.executable, "-c", code, *arguments).splitlines()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder = tmp_path_factory.mktemp("packaging")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    offline = ("--no-deps", "--no-index", "--no-build-isolation")
    # From the files that the image is built from.
    text = (ROOT / "config" / "Containerfile").read_text(encoding="utf-8")
    for name in [name for line in re.findall("^COPY (.*)$", text, re.MULTILINE) for name in line.split()[:-1]]:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        (folder / "context").mkdir(exist_ok=True)
        copy(ROOT / name, folder / "context" / name)
    subprocess.run([*pip, "wheel", *offline, "--wheel-dir", folder, folder / "context"], check=True, timeout=240)
    (wheel,) = folder.glob("newsfold-*.whl")
    subprocess.run([*pip, "install", *offline, "--target", folder / "packages", wheel], check=True, timeout=240)
    project = folder / "project"
    (project / "flows").mkdir(parents=True)
    (project / "flows" / "__init__.py").touch()
    for file in ("flows/nightly.py", "pipeline.py"):
        (project / file).write_text(f"raise RuntimeError('the project\\'s own {file} was imported')\n")
    return Installation(folder / "packages", project)


@pytest.mark.slow
def test_imports_find_the_installed_packages_with_version_and_types(installation: Installation) -> None:
    shown = "print(newsfold.__version__, newsfold.__file__, newsfold_flows.__file__, sep='\\n')"
    version, *files = installation.python(f"import newsfold, newsfold_flows; {shown}")
    assert (installation.packages / f"newsfold-{version}.dist-info").is_dir()
    for file, name in zip(files, ("newsfold", "newsfold_flows"), strict=True):
        assert Path(file).parent == installation.packages / name
        assert (Path(file).parent / "py.typed").is_file()


@pytest.mark.slow
def test_both_ways_to_the_command_line_work(installation: Installation) -> None:
    for command in ([installation.packages / "bin" / "newsfold"], [sys.executable, "-m", "newsfold"]):
        assert "serve" in installation.run(*command, "--help")


@pytest.mark.slow
def test_the_shipped_configuration_and_sample_are_installed(installation: Installation) -> None:
    checked = installation.run(sys.executable, "-m", "newsfold", "check")
    assert "All sources of 2013-06-07 can be read" in checked


@pytest.mark.slow
def test_init_writes_the_installed_examples(installation: Installation) -> None:
    installation.run(sys.executable, "-m", "newsfold", "init", "desk")
    compose = yaml.safe_load((installation.project / "desk" / "compose.yaml").read_text(encoding="utf-8"))
    assert "build" not in compose["services"]["worker"]  # the repository is not there
    create, deploy = compose["services"]["deploy"]["command"][0].splitlines()
    for line in (create, create, deploy.replace("/etc/newsfold", str(installation.project / "desk"))):
        shown = installation.run(sys.executable, "-m", "prefect", *shlex.split(line)[1:])
    assert "nightly/nightly" in shown


@pytest.mark.slow
def test_what_serve_deploys_is_found_when_a_run_is_due(installation: Installation) -> None:
    entrypoints = installation.python(ENTRYPOINTS)
    assert [installation.python(LOAD_FLOW, entrypoint) for entrypoint in entrypoints] == [["nightly"], ["backfill"]]


@pytest.mark.slow
def test_prefect_deploys_the_shipped_deployments(installation: Installation) -> None:
    shipped = installation.packages / "newsfold" / "_config" / "prefect.yaml"
    prefect = (sys.executable, "-m", "prefect", "--no-prompt")
    installation.run(*prefect, "work-pool", "create", "newsfold", "--type", "process", "--overwrite")
    deployed = installation.run(*prefect, "deploy", "--all", "--prefect-file", shipped)
    assert "nightly/nightly" in deployed
    assert "backfill/backfill" in deployed


def test_the_deployments_of_a_checkout_name_flows_that_exist() -> None:
    from prefect.flows import load_flow_from_entrypoint

    shipped = yaml.safe_load((ROOT / "config" / "prefect.yaml").read_text(encoding="utf-8"))
    for deployment in shipped["deployments"]:
        assert load_flow_from_entrypoint(deployment["entrypoint"]).name == deployment["name"]
