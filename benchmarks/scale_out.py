"""How much faster a study gets with two workers, where its time is mostly waiting for a model's replies.

Twelve cells of twenty calls ask an endpoint on this machine that answers as the embedded rewriter does, two
seconds after each request. Everything else is real: compiler, gate, meter, profilers, champions. The same
study runs in one pytest process, under pytest-xdist with two workers, and (--cluster) on two workers of a
Dask.distributed scheduler; every run starts with empty results. Beside it: how often the meter finds a
difference between a program and itself, alone and while another worker builds, runs and times on the same
machine. The two conditions alternate.

Usage: python benchmarks/scale_out.py [--quick] [--cluster] [--cells 12] [--iterations 20] [--a-a 100]
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from meter_power import Bench
from processes import Processes
from tabulate import tabulate

from pytest_aiopt import rewriter
from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.host import cores
from pytest_aiopt.evaluation.sandbox import wire
from pytest_aiopt.evaluation.sandbox.runner import run
from pytest_aiopt.model import Prompt
from pytest_aiopt.profiling.base import wilson

ROOT = Path(__file__).parents[1]
REPLY_S = 2.0
A_A_BUDGET_S = 1.0
BLOCK = 5
STUDY = """
name = "scale"
tasks = ["key_index"]
seeds = {seeds}
iterations = {iterations}
profilers = ["perf cpu-clock", "callgrind"]
[models]
local = "{url}#rewriter-local"
strong = "{url}#rewriter-strong"
[tracks.A]
model = "local"
feedback = "none"
[tracks.B]
model = "strong"
feedback = "none"
[tracks.C]
model = "local"
feedback = "profile"
[tracks.D]
model = "strong"
feedback = "profile"
[meter]
budget_s = 0.5
confirm_s = 0.5
floor_evaluations = 3
"""


class Handler(BaseHTTPRequestHandler):
    """Answers as the embedded rewriter does, REPLY_S seconds after the request."""

    def do_POST(self) -> None:
        """Reply to a chat completion."""
        due = time.monotonic() + REPLY_S
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        system, user = (message["content"] for message in body["messages"])
        found = rewriter.make(body["model"]).complete(Prompt(system, user), seed=body["seed"])
        message = {"role": "assistant", "content": found.text}
        reply = {
            "id": "1",
            "object": "chat.completion",
            "created": 0,
            "model": body["model"],
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
        data = json.dumps(reply).encode()
        time.sleep(max(0.0, due - time.monotonic()))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def serve() -> None:
    """Serve until killed; print the port. It stands for another machine and keeps out of the way of this one.

    What it computes is ready long before a reply is due, so that it may wait for the processor.
    """
    cores.process_off_the_timing_core()
    os.nice(19)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


@contextmanager
def helper(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run this script in another role meanwhile."""
    command = [sys.executable, __file__, *arguments]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate()


def make_project(folder: Path, url: str, cells: int, iterations: int) -> None:
    """Write the study of ``cells`` cells, four a seed."""
    seeds = list(range(1, cells // 4 + 1))
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "tracks.toml").write_text(STUDY.format(seeds=seeds, iterations=iterations, url=url))
    (folder / "test_tracks.py").write_text("def test_cell(campaign):\n    assert campaign.run().finished\n")
    shutil.copytree(ROOT / "tasks" / "key_index", folder / "tasks" / "key_index")


def timed(folder: Path, results: str, cells: int, *extra: str) -> float:
    """Run the study; return the seconds it took. Raises SystemExit where a cell does not pass."""
    options = ["-q", "-p", "no:cacheprovider", "--aiopt-study", "tracks.toml", "--aiopt-results", results]
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *extra],
        cwd=folder,
        env=os.environ | {"AIOPT_API_KEY": "none", "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
    )
    took = time.monotonic() - began
    if done.returncode or f"{cells} passed" not in done.stdout:
        raise SystemExit(f"{results} failed:\n{done.stdout}{done.stderr}")
    return took


def speedups(cells: int, iterations: int, *, cluster: bool) -> dict[str, float]:
    """Return the seconds of each way and its speedup over one process."""
    with tempfile.TemporaryDirectory() as name, helper("--serve") as server:
        folder = Path(name)
        assert server.stdout is not None
        make_project(folder, f"http://127.0.0.1:{int(server.stdout.readline())}/v1", cells, iterations)
        seconds = {"serial": timed(folder, "one", cells), "xdist_2": timed(folder, "xdist", cells, "-n", "2")}
        if cluster:
            seconds["workers_2"] = on_cluster(folder, cells)
    figures = {f"{way}_s": round(took, 1) for way, took in seconds.items()}
    serial = seconds.pop("serial")
    return figures | {f"speedup_{way}": round(serial / took, 3) for way, took in seconds.items()}


def on_cluster(folder: Path, cells: int) -> float:
    """Return the seconds on two workers, which share no caches."""
    cluster = Processes(folder)
    try:
        for worker in ("first", "second"):
            cluster.add(worker, AIOPT_API_KEY="none", NO_PROXY="127.0.0.1")
        return timed(folder, "spread", cells, "--aiopt-scheduler", cluster.scheduler)
    finally:
        cluster.close()


def live_beside() -> None:
    """Do what another worker does: build, run and time new programs. Controlled through stdin."""
    going = threading.Event()

    def listen() -> None:
        for line in sys.stdin:
            going.set() if line == "go\n" else going.clear()
        os._exit(0)

    with tempfile.TemporaryDirectory() as name, cores.off_the_timing_core():
        bench = Bench(Path(name))
        toolchain = Toolchain(cache=Path(name) / "more", sandbox=bench.sandbox)
        threading.Thread(target=listen, daemon=True).start()
        for number in itertools.count():
            if not going.is_set():
                print("halted", flush=True)
                going.wait()
            build_and_run(bench, toolchain, number)
            bench.ours(0.0, A_A_BUDGET_S)


def build_and_run(bench: Bench, toolchain: Toolchain, number: int) -> None:
    """Compile a program that no cache has and run it as a gate does."""
    task = bench.task
    source = f"{task.program.source}\n// {number}\n"
    build = toolchain.build(source=source, task_dir=task.root, entry=task.entry, flags=task.flags)
    if build.path is None:
        raise SystemExit(build.detail)
    requests = wire.sealed_file(wire.encode_requests(task.requests(task.scored, number)))
    for _ in range(10):
        run(bench.sandbox, Path(build.path), requests, task.limits)
    os.close(requests)


def a_a(count: int) -> dict[str, object]:
    """Return how often the meter tells a program from itself, in turns alone and beside another worker."""
    differs: dict[bool, list[bool]] = {False: [], True: []}
    dropped = {False: 0, True: 0}
    with tempfile.TemporaryDirectory() as name, cores.off_the_timing_core(), helper("--beside") as other:
        assert other.stdin is not None
        assert other.stdout is not None
        other.stdout.readline()
        bench = Bench(Path(name))
        while len(differs[True]) < count:
            for busy in (False, True):
                if busy:
                    print("go", file=other.stdin, flush=True)
                for _ in range(BLOCK):
                    record = bench.ours(0.0, A_A_BUDGET_S)
                    differs[busy].append(record["decision"] != 0)
                    dropped[busy] += int(str(record["dropped"]))
                if busy:
                    print("halt", file=other.stdin, flush=True)
                    other.stdout.readline()
    figures: dict[str, object] = {"comparisons": count, "a_a_budget_s": A_A_BUDGET_S}
    for busy, suffix in ((False, ""), (True, "_beside_worker")):
        wrong, total = sum(differs[busy]), len(differs[busy])
        figures[f"a_a_false_positive{suffix}"] = round(wrong / total, 4)
        figures[f"a_a_interval{suffix}"] = [round(bound, 4) for bound in wilson(wrong, total)]
        figures[f"dropped_pairs{suffix}"] = dropped[busy]
    return figures


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="four cells of two calls, ten comparisons")
    parser.add_argument("--cells", type=int, default=12, help="a multiple of 4; 0 leaves this part out")
    parser.add_argument("--iterations", type=int, default=20, help="model calls per cell")
    parser.add_argument("--cluster", action="store_true", help="on two workers of a scheduler, too")
    parser.add_argument("--a-a", type=int, default=100, help="comparisons; 0 leaves this part out")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--beside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve()
    if options.beside:
        live_beside()
    if options.quick:
        options.cells, options.iterations, options.a_a = 4, 2, 10
    figures: dict[str, object] = {
        "cells": options.cells,
        "iterations": options.iterations,
        "reply_s": REPLY_S,
    }
    if options.cells:
        figures |= speedups(options.cells, options.iterations, cluster=options.cluster)
    if options.a_a:
        figures |= a_a(options.a_a)
    print(tabulate([(key, value) for key, value in figures.items()]))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
