"""The service as its users meet it: a process and a port."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from classifier import Classifier
from tests.service.conftest import CANARY, SMALL, TEXT, Server, problem, serving, until_ready


def serve(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "classifier", "serve", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, **environment}, check=False)


# ---------------------------------------------------------------- calls


def test_a_document_is_scored(http: httpx.Client, classifier: Classifier) -> None:
    answer = http.post("/v1/score", json={"id": "a", "text": TEXT})
    assert answer.status_code == 200
    result = answer.json()
    assert list(result)[:2] == ["id", "request_id"]
    assert result.pop("request_id") == answer.headers["x-request-id"]
    assert result == classifier.score(TEXT, id="a").to_dict()


def test_it_is_alive_ready_and_says_who_it_is(http: httpx.Client, classifier: Classifier) -> None:
    assert http.get("/livez").json() == {"status": "alive"}
    assert http.get("/readyz").json()["model"]["sha256"] == classifier.model.sha256
    assert http.get("/v1/model").json()["version"] == classifier.model.version
    assert http.get("/v1/policy").json()["profile"] == classifier.policy.profile
    assert "<textarea" in http.get("/").text
    assert "server" not in http.get("/livez").headers


def test_calls_at_the_same_time_give_the_same_bytes(http: httpx.Client) -> None:
    def call(_: int) -> bytes:
        return http.post("/v1/score", json={"text": TEXT}, headers={"x-request-id": "same"}).content

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(call, range(24)))) == 1


def test_a_body_over_the_limit_is_413_also_in_chunks(http: httpx.Client) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"text": "'
        for _ in range(30):
            yield CANARY.encode() * 500

    json_type = {"content-type": "application/json"}
    problem(http.post("/v1/score", content=chunks(), headers=json_type), 413, "body_too_large")
    problem(http.post("/v1/score", content=b"".join(chunks()), headers=json_type), 413, "body_too_large")


def test_bytes_that_are_not_a_request_are_refused(server: Server) -> None:
    where = urlsplit(server.url)
    with socket.create_connection((where.hostname or "", where.port or 0), 30) as raw:
        raw.sendall(CANARY.encode() + b"\r\n\r\n")
        assert raw.recv(1_000).startswith(b"HTTP/1.1 400")


def test_health_is_answered_while_documents_are_scored(http: httpx.Client) -> None:
    body = {"items": [{"text": (TEXT + " ") * 12} for _ in range(30)]}
    with ThreadPoolExecutor(4) as pool:
        batches = [pool.submit(http.post, "/v1/score/batch", json=body) for _ in range(4)]
        health = [http.get("/livez").status_code for _ in range(5)]
        assert not all(batch.done() for batch in batches)
        assert {batch.result().status_code for batch in batches} == {200}
    assert set(health) == {200}


# ---------------------------------------------------------------- streams


def test_a_stream_is_answered_while_it_is_being_sent(server: Server) -> None:
    """The second line is sent only after the first answer has come."""
    where = urlsplit(server.url)
    head = "POST /v1/score/batch HTTP/1.1\r\nHost: caveat\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection((where.hostname or "", where.port or 0), 60) as raw, raw.makefile("rb") as answers:
        raw.sendall(head.encode())
        for n in range(3):
            line = json.dumps({"id": str(n), "text": TEXT}).encode() + b"\n"
            raw.sendall(f"{len(line):x}\r\n".encode() + line + b"\r\n")
            assert json.loads(next(a for a in answers if a.startswith(b'{"id"')))["id"] == str(n)
        raw.sendall(b"0\r\n\r\n")
        assert next(line for line in answers if line.strip()) == b"0\r\n"


def test_a_client_that_sends_everything_before_it_reads_is_answered(http: httpx.Client) -> None:
    """Longer than the buffers between the two, on the way back."""
    lines = [json.dumps({"id": str(n), "text": TEXT, "explain": "full"}).encode() + b"\n" for n in range(300)]
    ids = []
    with http.stream("POST", "/v1/score/batch", content=iter(lines), headers={"content-type": "application/x-ndjson"}) as answer:
        ids = [json.loads(line)["id"] for line in answer.iter_lines()]
    assert ids == [str(n) for n in range(300)]


def test_a_client_that_goes_away_costs_nothing_more(server: Server, http: httpx.Client) -> None:
    lines = b"".join(json.dumps({"text": TEXT}).encode() + b"\n" for _ in range(200))
    with http.stream("POST", "/v1/score/batch", content=lines, headers={"content-type": "application/x-ndjson"}) as answer:
        next(answer.iter_lines())
    assert http.get("/readyz").status_code == 200
    assert "Traceback" not in server.log


# ---------------------------------------------------------------- the log


def test_submitted_text_reaches_no_log(server: Server, http: httpx.Client) -> None:
    for body in (f'{{"text": "{CANARY}"}}', f'{{"text": "{CANARY}', f'{{"{CANARY}": 1}}', f'{{"text": "{CANARY}\\ud800"}}'):
        http.post("/v1/score", content=body, headers={"content-type": "application/json"})
        http.post("/v1/score/batch", content=body, headers={"content-type": "application/x-ndjson"})
        http.get(f"/{CANARY}", params={"q": CANARY})
    assert CANARY not in server.log
    assert "listening on" in server.log


# ---------------------------------------------------------------- life cycle


def test_sigterm_finishes_what_was_begun_and_ends_with_0() -> None:
    with serving() as running, running.client() as client, ThreadPoolExecutor(1) as pool:
        begun = pool.submit(client.post, "/v1/score/batch", json={"items": [{"text": (TEXT + " ") * 8} for _ in range(40)]})
        client.get("/livez")
        assert running.stop() == 0
        assert len(begun.result().json()["items"]) == 40
        assert "Traceback" not in running.log


def test_several_workers_serve_and_stop() -> None:
    with serving("--workers", "2") as running, running.client() as client:
        assert client.get("/livez").status_code == 200
        assert running.stop() == 0


def test_a_signal_right_behind_the_line_that_says_it_listens_stops_it(classifier: Classifier) -> None:
    command = [sys.executable, "-m", "classifier", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        next(line for line in process.stderr if "listening on" in line)
        process.terminate()
        assert process.wait(60) == 0


def test_workers_keep_the_model_that_an_alias_named_at_the_start(classifier: Classifier, tmp_path: Path) -> None:
    """Once the service has said who answers, the registry may change: a worker that starts later follows the first."""
    home = tmp_path / "models"
    shutil.copytree(classifier.model.path, home / "one")
    (home / "registry.json").write_text('{"aliases": {"current": "one"}}')
    with serving("--workers", "2", CAVEAT_HOME=str(home), CAVEAT_MODEL="current") as running:
        (home / "registry.json").write_text('{"aliases": {"current": "gone"}}')
        started = set(_children(running.process.pid))
        for pid in started:
            os.kill(pid, signal.SIGKILL)  # the supervisor starts others in their place
        with running.client() as client:
            until_ready(lambda: _asked(client))
        assert not started & set(_children(running.process.pid))


def _asked(client: httpx.Client) -> httpx.Response:
    """The answer of /readyz; while no worker is there, one that says that it is being loaded."""
    try:
        return client.get("/readyz", headers={"connection": "close"})
    except httpx.TransportError:
        return httpx.Response(503, text="being loaded")


def _children(pid: int) -> list[int]:
    """The worker processes of a supervisor: those children that run multiprocessing's spawn."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def test_a_house_policy_is_served(tmp_path: Path) -> None:
    house = tmp_path / "house.toml"
    house.write_text('extends = "health@1"\n[policies.missing_safety_caveats.thresholds]\nviolating = 0.7\n')
    with serving("--policy", str(house)) as running, running.client() as client:
        policy = client.get("/v1/policy").json()
        assert policy["policies"]["missing_safety_caveats"]["thresholds"]["violating"] == 0.7
        assert client.post("/v1/score", json={"text": TEXT}).json()["policy"]["sha256"] == policy["sha256"]


def test_no_model_is_exit_3_with_the_line_that_fixes_it() -> None:
    done = serve("--port", "0", "--model", "no-such-model")
    assert done.returncode == 3
    assert "caveat train" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_port_in_use_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = serve("--port", port)
    assert done.returncode == 3
    assert done.stderr.strip() == f"caveat: port {port} on 127.0.0.1 is in use; name another with --port"


def test_a_wrong_setting_names_its_variable() -> None:
    done = serve(CAVEAT_MAX_TEXT="lots")
    assert done.returncode == 2
    assert done.stderr.startswith("caveat: CAVEAT_MAX_TEXT: expected a whole number")


def test_help_lists_every_setting() -> None:
    from service.settings import describe

    done = serve("--help")
    assert all(name in done.stdout for name, _ in describe())


@pytest.mark.parametrize("name", ["classifier", "classifier.cli.serve"])
def test_the_library_does_not_import_the_service(name: str) -> None:
    code = f"import sys, {name}; print([m for m in sys.modules if m.split('.')[0] in ('service', 'fastapi', 'uvicorn')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_limits_of_the_fixture_are_in_force(http: httpx.Client) -> None:
    problem(http.post("/v1/score", json={"text": "a" * (SMALL.max_text + 1)}), 413, "text_too_long")
