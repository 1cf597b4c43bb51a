"""Parts (a), (b), (c), (f): real worker processes, killed, lied to, four at once, and restored.

Started as its own program: `python -m tests.exam.processes KILLS SEED`. Prints what each part found and,
last, five figures.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.exam.ground import Ground, wait_for
from tests.exam.simulated import Tally

STEPS = ("claimed", "committing", "called", "settled")
LIES = ["after:cut", "after:half", "after:500", "after:502", "after:503", "after:504", "after:429",
        "after:garbage", "after:late", "before:500", "before:503", "before:cut", "429"]  # fmt: skip


def killed(ground: Ground, kills: int, dice: random.Random) -> int:
    """(a) The worker dies by SIGKILL at every step in turn. How often it was killed."""
    ground.ask("POST", "/admin/settings", {"latency_ms": 40})
    for turn in range(kills):
        ground.put(2)
        step = STEPS[turn % len(STEPS)]
        before = sum(ground.counts()["requests"].values()), _rows("sent")
        pid = ground.start_worker()
        wait_for(lambda step=step, before=before: _reached(ground, step, before), 3)
        if dice.random() < 0.5:
            wait_for(lambda: False, dice.random() * 0.06)
        ground.kill(pid)
        ground.bury()
    return kills


def _rows(state: str, **more: object) -> int:
    from jauap.office.deliveries.models import Delivery

    return Delivery.objects.filter(state=state, **more).count()


def _reached(ground: Ground, step: str, before: tuple[int, int]) -> bool:
    match step:
        case "claimed":
            return _rows("sending") > 0
        case "committing":
            return _rows("sending", committing=True) > 0
        case "called":
            return sum(ground.counts()["requests"].values()) > before[0]
    return _rows("sent") > before[1]


def lied_to(ground: Ground, rounds: int, dice: random.Random) -> None:
    """(b) The network takes the post and its answer is lost, late, cut or garbage; it ignores our keys."""
    ground.ask("POST", "/admin/settings", {"latency_ms": 0, "late_ms": 1500, "ignore_keys": True})
    for _ in range(rounds):
        lies = list(LIES)
        dice.shuffle(lies)
        ground.faults(*lies)
        ground.put(len(lies) + 4)
    ground.start_worker()
    ground.come_to_rest(240)
    ground.stop_workers()


def four_at_once(ground: Ground, how_many: int) -> None:
    """(c) Four workers on one outbox, with many posts that must be tried again."""
    ground.faults(*["429:bare" if n % 7 == 0 else "" for n in range(21)])
    ground.faults(*["before:500" if n % 3 == 0 else "" for n in range(60)])
    ground.put(how_many)
    for _ in range(4):
        ground.start_worker()
    ground.come_to_rest(180)
    ground.stop_workers()


def restored(ground: Ground, how_many: int) -> None:
    """(f) Back up, send, restore into another folder, start there: nothing goes out twice."""
    from django.conf import settings

    from jauap.office.backup import back_up

    ground.put(how_many)
    back_up(settings.CONFIG, ground.folder / "backup.tar.gz", with_key=True)
    ground.start_worker()
    ground.come_to_rest(120)
    ground.stop_workers()
    command = [sys.executable, "-m", "tests.exam.second_life", str(ground.folder), ground.origin]
    subprocess.run(command, check=True, timeout=240)


def judge(ground: Ground) -> Tally:
    """Each delivery against what citizens see."""
    from jauap.office.deliveries.models import Delivery, State

    texts = ground.counts()["texts"]
    tally = Tally(schedules=ground.made)
    approved = set()
    for row in Delivery.objects.all():
        stands = texts.get(row.content["text"], 0)
        approved.add(row.content["text"])
        tally.doubles += stands > 1
        tally.lost += row.state == State.SENT and stands == 0
        tally.stuck += row.state not in (State.SENT, State.DROPPED)
        tally.unapproved += row.state == State.DROPPED and stands > 0
    tally.unapproved += len(set(texts) - approved)
    return tally


def main() -> None:
    kills, seed = int(sys.argv[1]), int(sys.argv[2])
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground(Path(folder))
        try:
            killed(ground, kills, dice)
            ground.start_worker()
            # A person may say "it is not there" only three minutes after the last call can have ended.
            ground.come_to_rest(400)
            ground.stop_workers()
            print(f"(a) killed {kills} times: {judge(ground).line()}", flush=True)
            lied_to(ground, max(1, kills // 50), dice)
            print(f"(b) lost, late, cut, garbage: {judge(ground).line()}", flush=True)
            four_at_once(ground, min(200, 4 * kills))
            print(f"(c) four workers at once: {judge(ground).line()}", flush=True)
            restored(ground, 50)
            tally = judge(ground)
            print(f"(f) restored: {tally.line()}", flush=True)
        finally:
            ground.close()
    print(tally.schedules, tally.doubles, tally.lost, tally.unapproved, tally.stuck, flush=True)


if __name__ == "__main__":
    main()
