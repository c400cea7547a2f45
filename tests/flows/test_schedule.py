"""Real Prefect servers on the loopback interface: deployments are scheduled, run by a worker, and shown on pages."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

import newsfold
from newsfold import store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(probe: Callable[[], Any], seconds: float, description: str) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if result := probe():
                return result
        except httpx.HTTPError:
            pass
        time.sleep(2)
    raise AssertionError(f"not within {seconds:.0f} s: {description}")


@contextmanager
def _run_process(log: Path, environment: dict[str, str], *command: str, cwd: Path) -> Iterator[None]:
    """Run a process for the block; stop it at the end with all that it started."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, cwd=cwd, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of processes without any Prefect server."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return variables | {
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "pipeline", ROOT / "flows"))),
    }


class Server:
    """A Prefect server, used through its API and the command line."""

    def __init__(self, api: str, environment: dict[str, str], folder: Path) -> None:
        self.api, self.environment, self.folder = api, environment, folder

    def prefect(self, *command: str) -> str:
        """Run `prefect …`, which must succeed; return its output."""
        done = subprocess.run(
            [sys.executable, "-m", "prefect", *command],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def find(self, kind: str, **query: Any) -> list[dict[str, Any]]:
        """Return the objects of a kind that a filter of the API selects."""
        answer = httpx.post(f"{self.api}/{kind}/filter", json=query, timeout=30)
        answer.raise_for_status()
        rows: list[dict[str, Any]] = answer.json()
        return rows

    def runs(self, state: str, *, scheduled: bool, flow: str = "nightly") -> list[dict[str, Any]]:
        """Return the runs of a flow in a state: the scheduled ones, or the others."""
        named = self.find(
            "flow_runs", flows={"name": {"any_": [flow]}}, flow_runs={"state": {"type": {"any_": [state]}}}
        )
        return [run for run in named if run["auto_scheduled"] == scheduled]


@pytest.fixture
def server(environment: dict[str, str], tmp_path: Path) -> Iterator[Server]:
    port = _free_port()
    api = f"http://127.0.0.1:{port}/api"
    command = (sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port))
    its_own = environment | {"PREFECT_UI_API_URL": api}
    with _run_process(tmp_path / "server.log", its_own, *command, cwd=tmp_path):
        _wait_for(lambda: httpx.get(f"{api}/health").is_success, 180, "the Prefect server answers")
        yield Server(api, environment | {"PREFECT_API_URL": api}, tmp_path)


def _run_every_minute(folder: Path, config: Path) -> Path:
    """Write the shipped deployments with another configuration and a schedule that a test can wait for."""
    content = yaml.safe_load((ROOT / "config" / "prefect.yaml").read_text())
    for deployment in content["deployments"]:
        deployment["parameters"] |= {"config": str(config), "store_address": str(folder / "store")}
    (schedule,) = content["deployments"][0]["schedules"]
    schedule["cron"] = "* * * * *"
    file = folder / "prefect.yaml"
    file.write_text(yaml.safe_dump(content))
    return file


def test_a_work_pool_runs_deployments_by_hand_and_by_cron(server: Server, config: Path, tmp_path: Path) -> None:
    # The night run by hand is out of the window of today's scheduled run, but its articles are still remembered.
    night = datetime.now(UTC).date() - timedelta(days=60)
    # One folder for every night, so that today's scheduled run has something to read.
    text = config.read_text().replace("edition: all", "edition: today").replace("{edition_date}", "2013-06-05")
    config.write_text(text)
    server.prefect("work-pool", "create", "newsfold", "--type", "process")
    server.prefect("--no-prompt", "deploy", "--all", "--prefect-file", str(ROOT / "config" / "prefect.yaml"))
    server.prefect("automation", "create", "--from-file", str(ROOT / "config" / "automations.yaml"))
    queued = _wait_for(lambda: server.runs("SCHEDULED", scheduled=True), 120, "the shipped schedule queues runs")
    assert {run["expected_start_time"][11:16] for run in queued} == {"02:00"}

    worker = (sys.executable, "-m", "prefect", "worker", "start", "--pool", "newsfold")
    with _run_process(tmp_path / "worker.log", server.environment, *worker, cwd=tmp_path):
        values = {"edition_date": str(night), "config": config, "store_address": tmp_path / "store"}
        parameters = [word for name, value in values.items() for word in ("--param", f"{name}={value}")]
        server.prefect("deployment", "run", "nightly/nightly", *parameters)
        (by_hand,) = _wait_for(
            lambda: [run for run in server.runs("COMPLETED", scheduled=False) if run["deployment_id"]],
            300,
            "the run that was started by hand completes",
        )
        assert (by_hand["name"], by_hand["state"]["name"]) == (f"edition-{night}", "Completed")
        assert "3 new articles" in by_hand["state"]["message"]
        # Only now: a scheduled run before the one by hand would find no known articles, and publish.
        server.prefect("--no-prompt", "deploy", "--all", "--prefect-file", str(_run_every_minute(tmp_path, config)))
        by_cron = _wait_for(lambda: server.runs("FAILED", scheduled=True), 300, "a scheduled run is held")[0]
        _kill_backfill(server, config, tmp_path)
    assert store.list_editions(tmp_path / "store") == [night]
    # All its articles were seen 60 days ago, so its window is empty and the gate holds it.
    assert (by_cron["name"], by_cron["state"]["name"]) == (f"edition-{by_cron['expected_start_time'][:10]}", "Held")

    triggered = _wait_for(lambda: _list_triggered(server), 60, "an automation is triggered")
    assert set(triggered) == {"newsfold published nothing"}  # and not by the run that published

    tasks = server.find("task_runs", flow_runs={"id": {"any_": [by_hand["id"]]}})
    assert {"read wire", "embed: turn texts into vectors"} <= {task["name"] for task in tasks}
    shown = server.find("artifacts", flow_runs={"id": {"any_": [by_hand["id"]]}})
    assert {"top-stories", "run-report"} <= {artifact["key"] for artifact in shown}
    if CHROMIUM:
        page = _load_page_text(server, f"/runs/flow-run/{by_hand['id']}")
        assert [name for name in (f"edition-{night}", "Completed", "read wire") if name not in page] == []


def _list_triggered(server: Server) -> list[str]:
    """Return the names of the automations that were triggered, once for each time."""
    query = {"filter": {"event": {"name": ["prefect.automation.triggered"]}}}
    events = httpx.post(f"{server.api}/events/filter", json=query, timeout=30).json()["events"]
    return [event["resource"]["prefect.resource.name"] for event in events]


def _kill_backfill(server: Server, config: Path, folder: Path) -> None:
    """Kill a backfill: the alert comes all the same."""
    received = folder / "alert.json"
    content = yaml.safe_load(config.read_text()) | {"alerts": {"command": ["/bin/sh", "-c", f"cat > {received}"]}}
    alerting = folder / "alerting.yaml"
    alerting.write_text(yaml.safe_dump(content))
    days = ("--param", "first=2013-06-05", "--param", "last=2013-06-05", "--param", f"config={alerting}")
    with store.lock_store(folder / "store", 300):  # it waits for the lock, so that it is still running
        server.prefect("deployment", "run", "backfill/backfill", *days)
        running = _wait_for(lambda: server.runs("RUNNING", scheduled=False, flow="backfill"), 300, "the backfill runs")
        for process in _find_processes(running[0]["id"]):
            os.kill(process, signal.SIGKILL)
    _wait_for(lambda: received.exists() and received.stat().st_size, 300, "the alert of the killed run comes")
    message = json.loads(received.read_text())
    assert (message["event"], message["run"]) == ("failed", "backfill-2013-06-05-to-2013-06-05")


def _find_processes(run_id: str) -> list[int]:
    """Return the ids of the processes that execute a run: those with its id in their environment."""
    processes = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if run_id.encode() in environment.read_bytes():
                processes.append(int(environment.parent.name))
        except OSError:
            continue  # gone, or somebody else's
    assert processes
    return processes


def _load_page_text(server: Server, path: str) -> str:
    """Return the text of a page of the server in a browser that reaches no other machine."""
    picture = Path(os.environ.get("NEWSFOLD_PICTURES", server.folder)) / "run-page.png"
    command = [
        str(CHROMIUM),
        "--headless",
        "--no-sandbox",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        "--window-size=1500,1300",
        "--virtual-time-budget=20000",
        f"--user-data-dir={server.folder / 'chromium'}",
        f"--screenshot={picture}",
        "--dump-dom",
        server.api.removesuffix("/api") + path,
    ]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    assert picture.stat().st_size > 20_000
    return re.sub(r"<[^>]+>", " ", dom)


def test_serve_starts_a_server_and_its_schedule_fires(
    environment: dict[str, str], config: Path, tmp_path: Path
) -> None:
    config.write_text(config.read_text().replace("edition: all", "edition: 2013-06-05"))
    port = _free_port()
    options = ["serve", "--cron", "* * * * *", "--port", str(port), "--config", str(config)]
    command = (sys.executable, "-c", f"from newsfold_flows.cli.app import app; app({options!r})")
    began = datetime.now(UTC)
    with _run_process(tmp_path / "serve.log", environment, *command, cwd=tmp_path):
        served = Server(f"http://127.0.0.1:{port}/api", environment, tmp_path)
        queued = _wait_for(lambda: served.runs("SCHEDULED", scheduled=True), 180, "the cron schedule queues runs")
        assert all(datetime.fromisoformat(run["expected_start_time"]) > began for run in queued)
        pages = httpx.get(f"http://127.0.0.1:{port}/ui-settings").json()
        # The newer pages, V2, make the browser ask amplitude.com.
        assert (pages["api_url"], pages["default_ui"]) == (served.api, "v1")
        done = _wait_for(lambda: served.runs("COMPLETED", scheduled=True), 300, "a scheduled run completes")
    assert done[0]["name"] == "edition-2013-06-05"
    assert store.list_editions(tmp_path / "store") == [date(2013, 6, 5)]
    assert newsfold.load(tmp_path / "store", "stories").num_rows == 2
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{served.api}/health")


def test_serve_and_a_work_pool_take_over_each_others_deployments(server: Server, config: Path, tmp_path: Path) -> None:
    server.prefect("work-pool", "create", "newsfold", "--type", "process")
    deploy = ("--no-prompt", "deploy", "--all", "--prefect-file", str(ROOT / "config" / "prefect.yaml"))
    server.prefect(*deploy)
    log = tmp_path / "serve.log"
    command = (sys.executable, "-m", "newsfold", "serve", "--cron", "0 5 * * *", "--config", str(config))
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=server.environment, cwd=tmp_path, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        # Deployed by a work pool, the schedule is at two.
        _wait_for(lambda: "0 5 * * *" in _crons(server) or process.poll(), 180, "the deployments are served")
        assert _crons(server) == ["0 5 * * *"], log.read_text()
        time.sleep(3)  # Prefect's handler of signals is set once it polls for runs
    finally:
        process.terminate()
    assert process.wait(60) == 0
    text = log.read_text()
    assert "Traceback" not in text and "Warning" not in text, text
    server.prefect(*deploy)
    assert _crons(server) == ["0 2 * * *"]


def _crons(server: Server) -> list[str]:
    """Return the cron expressions of all schedules on the server."""
    return [each["schedule"]["cron"] for deployment in server.find("deployments") for each in deployment["schedules"]]
