"""Eight planners and a colleague's jobs at one server, with everything that can befall them, each fault counted."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.network_proxy import NetworkApart
from tests.postgis_cluster import Cluster
from tests.proof.jobs_without_end import IMPATIENT

ROOT = Path(__file__).resolve().parents[2]
PLANNERS = 8
JOBS = ("buildresponsibilitygrids", "validate", "exportpackage")
# What goes to the server with it: at the beginning of a transaction, in its middle, at its end.
_POINTS = ("BEGIN ISOLATION LEVEL READ COMMITTED", "LOCK TABLE", "UPDATE ", "txid_current", "COMMIT\0", "COMMIT\0")
_END_ONE = (
    "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'grid%'"
    " AND pid <> pg_backend_pid() AND state <> 'idle' ORDER BY random() LIMIT 1) AS busy"
)


@dataclass
class Program:
    """A program of the team: what it said so far, line by line, which planner it is, and whether it shall die."""

    process: subprocess.Popen
    said: list[Any] = field(default_factory=list)
    number: int = -1
    killed: bool = False

    def __post_init__(self) -> None:
        self.hearing = threading.Thread(target=self._hear, daemon=True)
        self.hearing.start()

    def _hear(self) -> None:
        for line in self.process.stdout:
            if line.strip() != "ready":
                self.said.append(json.loads(line))


class Team:
    """Planners, jobs, and two networks between them and the server; a context manager."""

    def __init__(self, cluster: Cluster, location: Any, folder: Path, seed: int, count: int = PLANNERS) -> None:
        self.cluster, self.location, self._folder = cluster, location, folder
        self._random = random.Random(seed)
        self.networks = [NetworkApart(cluster.port) for _ in range(2)]
        self.programs: list[Program] = []
        self._waiting: list[Program] = []
        self.planners: dict[int, Program] = {}
        self.faults: Counter[str] = Counter()
        #: Who did not end as he was told to, and with what.
        self.ended_badly: list[tuple[int, int]] = []
        self._count, self._seats = 0, count
        self._asking = cluster.connect()

    def ask(self, sql: str) -> list[tuple]:
        """Ask the server over a connection of our own."""
        if self._asking.closed:
            self._asking = self.cluster.connect()
        self._asking.autocommit = True
        with self._asking.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def __enter__(self) -> Team:
        for number in range(self._seats):
            self._seat(number)
        self.jobs = self._start("tests.proof.jobs_without_end", self._place(1), str(self._folder), IMPATIENT, *JOBS)
        self._send(self.jobs, "go")
        while not all(("stored" in [told for _, told in one.said]) for one in self.planners.values()):
            time.sleep(0.1)
        return self

    def __exit__(self, *_: Any) -> None:
        for program in self.programs:
            program.process.stdin.close()
        for program in self.programs:
            try:
                program.process.wait(60)
            except subprocess.TimeoutExpired:
                program.process.kill()
                program.process.wait()
            program.hearing.join()
            program.process.stdout.close()
            if program.process.returncode and not program.killed:
                self.ended_badly.append((program.number, program.process.returncode))
        for network in self.networks:
            network.__exit__()
        self._asking.close()

    def let_jobs_end(self) -> None:
        """Wait until each job has ended once more."""
        begun, end = len(self.jobs.said), time.monotonic() + 120
        while {key for key, sentence, _ in self.jobs.said[begun + 1 :] if not sentence} < set(JOBS):
            assert time.monotonic() < end, f"not ended: {self.jobs.said[begun:]}"
            time.sleep(0.2)

    def _place(self, number: int) -> str:
        return str(replace(self.location, port=self.networks[number % 2].port))

    def _start(self, module: str, *given: str) -> Program:
        command = [sys.executable, "-m", module, *given]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        program = Program(subprocess.Popen(command, cwd=ROOT, **pipes))
        self.programs.append(program)
        return program

    def _new_planner(self) -> Program:
        self._count += 1
        death = []
        if self._count > self._seats and self._count % 2:  # each second one of those that follow dies at a commit
            death = [self._random.choice(("before", "in", "after")), str(self._random.randint(1, 4))]
        program = self._start(
            "tests.proof.planner_in_trouble", self._place(self._count), str(PLANNERS), f"p{self._count}", *death
        )
        program.killed = bool(death)
        return program

    def _seat(self, number: int) -> None:
        """Put somebody at a desk: who waits for that, else a new one."""
        program = self._waiting.pop() if self._waiting else self._new_planner()
        program.number = number
        self.planners[number] = program
        self._send(program, str(number))

    @staticmethod
    def _send(program: Program, line: str) -> None:
        program.process.stdin.write(f"{line}\n")
        program.process.stdin.flush()

    # What befalls them.

    def replace_the_dead(self) -> None:
        """Count who died at a commit, and put another one in his place."""
        for number, program in list(self.planners.items()):
            if program.process.poll() is not None:
                assert program.killed, f"a planner ended with {program.process.returncode}"
                assert program.process.returncode == -signal.SIGKILL
                self.faults["planner killed"] += 1
                self._seat(number)
        if not self._waiting:
            self._waiting.append(self._new_planner())

    def kill_planner(self) -> None:
        """Kill somebody who is saving, at any moment."""
        program = self._random.choice([one for one in self.planners.values() if one.said] or [None])
        if program is not None:
            program.killed = True
            program.process.kill()
            program.process.wait()

    def end_backends(self) -> None:
        """End what the server does for somebody: for one who is in a transaction, or for whoever waits to commit."""
        for _ in range(200):
            if self.ask(_END_ONE):
                self.faults["back end ended"] += 1
                return
            time.sleep(0.002)

    def disturb_network(self) -> None:
        """Break, half-close or swallow: every connection of half of the team at any moment."""
        network, how = self._random.choice(self.networks), self._random.choice(("break_off", "half_close", "swallow"))
        network.ask(how)
        if how == "swallow":
            time.sleep(self._random.choice((0.3, 1.0, 2.0)))
            network.ask("give_up")
        self.faults[f"network: {how}"] += 1

    def strike_connection(self) -> None:
        """Break, half-close or swallow one connection at a chosen point of a save or a job."""
        network, point = self._random.choice(self.networks), self._random.choice(_POINTS)
        struck, how = network.ask("struck"), self._random.choice(("break", "half", "swallow"))
        is_answer = self._random.random() < 0.5
        network.set("strike_how", how)
        network.set("strikes_answer", is_answer)
        network.set("strike_at", point)
        for _ in range(300):
            if network.ask("struck") > struck:
                self.faults[
                    f"network: {how} {'after' if is_answer else 'before'} {point.split()[0].rstrip(chr(0))}"
                ] += 1
                return
            time.sleep(0.01)
        network.set("strike_at", "")

    def restart_server(self) -> None:
        """Have the server start again, every second time after a crash."""
        crashes = self.faults["server restarted"] % 2 == 0
        self._asking.close()
        self.cluster.pause(crashes=crashes)
        time.sleep(self._random.random())
        self.cluster.start_again()
        self.faults["server restarted"] += 1
