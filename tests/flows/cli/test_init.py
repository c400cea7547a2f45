"""`newsfold init`: what it writes is valid for those who read it, and runs."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from cronsim import CronSim

from newsfold import settings, store
from newsfold.settings import shipped_file
from newsfold_flows.cli.app import load_command
from tests import server
from tests.flows.cli.command import newsfold
from tests.flows.conftest import ON_PREFECT
from tests.server import Site

ROOT = Path(__file__).parents[3]
NAMES = ["compose.yaml", "newsfold.crontab", "newsfold.service", "newsfold.timer", "newsfold.yaml", "prefect.yaml"]
pytestmark = ON_PREFECT


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """What was written into a folder whose name means something to shells, cron, systemd, YAML or the examples."""
    folder = tmp_path / '50% of "it\'s" $HOME: x, {y}' / "srv" / "news"
    assert newsfold("init", folder, "--timezone", "Asia/Tokyo").exit_code == 0
    return folder


def test_the_configuration_passes_check_once_an_outlet_is_added(tmp_path: Path, site: Site) -> None:
    done = newsfold("init", tmp_path / "desk")
    assert done.exit_code == 0 and sorted(file.name for file in (tmp_path / "desk").iterdir()) == NAMES
    assert all(str(tmp_path / "desk" / name) in done.output for name in NAMES)
    config = tmp_path / "desk" / "newsfold.yaml"
    assert newsfold("check", "--config", config).exit_code == 2
    site.pages["/rss"] = server.rss_page("Courier", ("/ferry", "Ferry sinks", "At dawn."))
    options = ("--contact", "mailto:you@desk.example", "--private-networks", "127.0.0.1/32")
    added = newsfold("sources", "add", f"{site.url}/rss", "--config", config, *options)
    assert added.exit_code == 0, added.output
    checked = newsfold("check", "--config", config)
    assert checked.exit_code == 0, checked.output


def test_the_configuration_runs_on_the_sample(odd: Path) -> None:
    config = odd / "newsfold.yaml"
    sample = yaml.safe_load(shipped_file("default.yaml").read_text(encoding="utf-8"))["sources"][0]
    (odd / "sample").symlink_to(shipped_file("sample"))
    text = config.read_text(encoding="utf-8").replace("sources: []", f"sources: [{sample}]")
    config.write_text(text, encoding="utf-8")
    done = newsfold("run", "--config", config, "--edition", "2013-06-05")
    assert done.exit_code == 0, done.output
    assert [str(edition) for edition in store.list_editions(odd / "store")] == ["2013-06-05"]


def test_every_key_that_is_shown_exists_and_limits_are_the_defaults() -> None:
    text = shipped_file("examples/newsfold.yaml").read_text(encoding="utf-8")
    shown = re.sub(r"^#(?! \S)", "", text, flags=re.MULTILINE)
    shown = re.sub(r": (?:\{\}|\[\])$", ":", shown, flags=re.MULTILINE)
    parsed = settings.parse_settings(yaml.safe_load(shown), folder=Path(), origin="the example")
    defaults = settings.Settings()
    assert parsed.gate == defaults.gate and parsed.window_days == defaults.window_days
    assert parsed.fetch.delay_seconds == defaults.fetch.delay_seconds
    assert parsed.alerts.events == defaults.alerts.events and parsed.scale.runner == defaults.scale.runner
    assert len(parsed.sources) == 4 and parsed.keep_days == 365  # the comments were read


def test_a_folder_beside_this_one_is_named_without_dots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "checkout").mkdir()
    monkeypatch.chdir(tmp_path / "checkout")
    done = newsfold("init", "../desk")
    assert done.exit_code == 0, done.output
    texts = [done.output, *((tmp_path / "desk" / name).read_text(encoding="utf-8") for name in NAMES)]
    assert not any("/../" in text for text in texts)  # systemd ignores an EnvironmentFile= with such a path


def test_files_that_exist_are_named_and_kept_unless_forced(tmp_path: Path) -> None:
    (tmp_path / "newsfold.yaml").write_text("# mine\n")
    refused = newsfold("init", tmp_path)
    assert refused.exit_code == 2 and "has newsfold.yaml already" in " ".join(refused.output.split())
    assert [file.name for file in tmp_path.iterdir()] == ["newsfold.yaml"]
    assert (tmp_path / "newsfold.yaml").read_text() == "# mine\n"
    forced = newsfold("init", tmp_path, "--force")
    assert forced.exit_code == 0 and "the configuration, overwritten" in forced.output
    assert "# mine" not in (tmp_path / "newsfold.yaml").read_text()


def require_valid_run(words: list[str], folder: Path) -> None:
    """Make sure that words are a call of `newsfold run` with this configuration, and options that exist."""
    assert words[:4] == [sys.executable, "-m", "newsfold", "run"]
    command = load_command("run")
    values = command.make_context("run", words[4:]).params
    assert (values["config"], values["timezone"]) == (folder / "newsfold.yaml", "Asia/Tokyo")


def test_the_crontab_line_runs_newsfold_at_two(odd: Path) -> None:
    (line,) = [line for line in (odd / "newsfold.crontab").read_text().splitlines() if line[0] != "#"]
    fields = line.split(None, 5)
    assert next(CronSim(" ".join(fields[:5]), datetime(2013, 6, 5, tzinfo=UTC))).hour == 2
    assert "%" not in re.sub(r"\\%", "", fields[5])  # which ends the line for cron
    require_valid_run(shlex.split(fields[5].replace("\\%", "%")), odd)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_units_are_valid(odd: Path, tmp_path: Path) -> None:
    units = [shutil.copy(odd / f"newsfold.{kind}", tmp_path) for kind in ("service", "timer")]
    verified = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert verified.returncode == 0, verified.stderr
    unit = (odd / "newsfold.service").read_text()
    (line,) = re.findall("^ExecStart=(.*)$", unit, re.MULTILINE)
    require_valid_run(shlex.split(line.replace("%%", "%").replace("$$", "$")), odd)
    (times,) = re.findall("^OnCalendar=(.*)$", (odd / "newsfold.timer").read_text(), re.MULTILINE)
    shown = subprocess.run(["systemd-analyze", "calendar", times], capture_output=True, text=True, check=True).stdout
    assert "02:00:00 Asia/Tokyo" in shown


def test_the_containers_read_the_folder_and_keep_the_store_on_a_volume(odd: Path) -> None:
    content = yaml.safe_load((odd / "compose.yaml").read_text(encoding="utf-8"))
    assert sorted(content["services"]) == ["deploy", "newsfold", "server", "worker"]
    worker = content["services"]["worker"]
    bind, volume = worker["volumes"]
    assert (bind["source"].replace("$$", "$"), bind["read_only"]) == (str(odd), True)
    assert volume.split(":")[0] in content["volumes"]
    assert Path(worker["build"]["context"], worker["build"]["dockerfile"]).is_file()
    deployed = yaml.safe_load((odd / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    for deployment in deployed:
        parameters = deployment["parameters"]
        assert parameters["config"] == f"{bind['target']}/newsfold.yaml"
        assert parameters["store_address"].startswith(f"{volume.split(':')[1]}/")
    assert deployed[0]["schedules"][0]["timezone"] == deployed[0]["parameters"]["time_zone"] == "Asia/Tokyo"


def test_the_image_is_built_from_files_that_exist_and_prefect_has_its_commands() -> None:
    text = (ROOT / "config" / "Containerfile").read_text(encoding="utf-8").replace("\\\n", "")
    copied = [name for line in re.findall("^COPY (.*)$", text, re.MULTILINE) for name in line.split()[:-1]]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert {"pyproject.toml", "pipeline", "flows", "config"} <= set(copied)
    compose = yaml.safe_load(shipped_file("examples/compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]
    calls = [services[name]["entrypoint"] for name in ("server", "worker")]
    calls += [shlex.split(line) for line in services["deploy"]["command"][0].splitlines()]
    for words in calls:
        options = [word for word in words if word.startswith("--")]
        (*command,) = (word for word in words[1 : 1 + len(words)] if re.fullmatch("[a-z-]+", word) and word[0] != "-")
        command = command[: 1 if command[0] == "deploy" else 2]
        shown = subprocess.run(
            [sys.executable, "-m", "prefect", *command, "--help"], capture_output=True, text=True, check=True
        ).stdout
        assert [option for option in options if option not in f"{shown} --no-prompt"] == [], words


def test_a_time_zone_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    refused = newsfold("init", tmp_path / "desk", "--timezone", "Mars/Olympus")
    assert refused.exit_code == 2 and "is not an IANA time zone" in refused.output
    assert not (tmp_path / "desk").exists()
