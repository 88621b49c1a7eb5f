"""The playing server for a client that a person operates: faults come by chance, another person
writes now and then, and the judge reports what it sees.
"""

import random
import secrets
import signal
import time
from threading import Thread

from conformance.serving import http_server as faults
from conformance.serving.http_server import Playing, Server
from conformance.serving.judge import DUTIES
from conformance.serving.play import PASSWORD

BY_CHANCE = (
    faults.LOST_REQUEST,
    faults.LOST_ANSWER,
    faults.CUT,
    faults.PORTAL,
    faults.BUSY,
    faults.LIMITED,
    faults.UNKNOWN,
    faults.RESET,
    faults.COPIED,
    faults.REFUSED,
)
EACH_S = 2


def serve(port: int, seed: int | None) -> int:
    """Serves until Ctrl-C, then prints the broken duties; 1 if there is one."""
    seed = secrets.randbelow(10_000) if seed is None else seed
    dice, playing = random.Random(seed), Playing()
    for ending in (signal.SIGINT, signal.SIGTERM):  # also if it was started in the background
        signal.signal(ending, signal.default_int_handler)
    with Server(playing, port) as server:
        Thread(target=server.run, daemon=True).start()
        print(f"{server.url} with --seed {seed}. Sign up there with any address, and edit tasks.")
        print(f"The password of every account that exists is: {PASSWORD}. End with Ctrl-C.")
        try:
            while True:
                time.sleep(EACH_S)
                _go_on(playing, dice)
        except KeyboardInterrupt:
            server.shutdown()
    print(f"requests: {playing.syncs}")
    return report(playing)


def report(playing: Playing, indent: str = "") -> int:
    """Prints each broken duty; 1 if there is one."""
    for duty, seen in playing.verdicts.broken:
        print(f"{indent}BROKEN {duty} ({DUTIES[duty]}): {seen}")
    return int(bool(playing.verdicts.broken))


def _go_on(playing: Playing, dice: random.Random) -> None:
    """Plans the fault of a next request; sometimes the epoch changes."""
    with playing.lock:
        if not playing.faults and dice.random() < 0.5:
            playing.faults.append(dice.choice(BY_CHANCE))
        if dice.random() < 0.02:
            playing.journal.epoch = f"epoch-{secrets.token_hex(4)}"
