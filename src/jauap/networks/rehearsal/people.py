"""People of the rehearsal network, who post by a script: made up, seeded, and only here.

When a page publishes, a handful of them answer within twenty seconds in their own languages: a
question, thanks, a problem, an initiative, one who corrects a slip, one who takes the words back.
When the page answers one of them, that one answers back once. What they are going to do lies in
the store, so a restart loses nobody.
"""

from __future__ import annotations

import json
import random
import threading
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jauap.networks.rehearsal.rules import Refused
from jauap.networks.rehearsal.store import Draft, Entry, Store

AROUND = {
    "kk": ("kk", "kk_plain", "kk", "ru", "kk_plain"),
    "ru": ("ru", "kk_plain", "ru", "kk", "ru"),
    "en": ("en", "ru", "en", "kk", "kk_plain"),
}
"""In which languages people answer a post of each language."""
SOONEST_S, LATEST_S = 1.0, 20.0
BACK_S = (2.0, 6.0)
CORRECTED_S = 4.0


class People:
    """speed: 2 = twice as fast. seed: another seed, other people. `awake` False: nobody says anything."""

    def __init__(self, store: Store, *, speed: float = 1.0, seed: str = "", awake: bool = True) -> None:
        self._store, self._speed, self._seed, self.awake = store, speed, seed, awake
        self._changed = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._live, name="rehearsal-people", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._changed.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def heard(self, entry: Entry) -> None:
        """A page has published this; plan what people will say to it."""
        if not self.awake:
            return
        acts = self._answers(entry) if entry.top else self._back(entry)
        if acts:
            self._store.plan([(self._in(after_s), json.dumps(act)) for after_s, act in acts])
            self._changed.set()

    def act_due(self) -> bool:
        """Do one act that is due. False: there was none."""
        told = self._store.take_due()
        if told is None:
            return False
        act = json.loads(told)
        try:
            self._act(act)
        except Refused:
            return True  # what they wanted to answer or change is gone meanwhile
        return True

    def _in(self, seconds: float) -> float:
        """When that is, at their speed."""
        return self._store.now() + seconds / self._speed

    # ---- what they will do

    def _answers(self, post: Entry) -> list[tuple[float, dict[str, Any]]]:
        chance = random.Random(f"{self._seed}|{post.page}|{post.text}")
        topic = topic_of(post.text)
        around = list(AROUND.get(post.language, ("ru", "kk", "kk_plain", "en")))
        times = sorted(chance.uniform(SOONEST_S, LATEST_S) for _ in range(6))
        said: list[tuple[str, Mapping[str, list[Any]]]] = [
            ("question", topic["question"]),
            ("thanks", script()["thanks"]),
            ("problem", topic["problem"]),
            ("initiative", topic["initiative"]),
            ("slip", script()["slips"]),
            ("regret", script()["regrets"]),
        ]
        chance.shuffle(said)
        plans, names = [], set[str]()
        for after_s, (kind, lines) in zip(times, said, strict=True):
            language = chance.choice([speech for speech in around if lines.get(speech)] or ["ru"])
            who = chance.choice([n for n in script()["people"][language] if n not in names])
            names.add(who)
            line = chance.choice(lines[language])
            first, *later = line if isinstance(line, list) else [line]
            act = _write(post.page, post.id, who, language, first)
            if kind == "slip":
                act["then"] = {"do": "correct", "text": later[0]}
            elif kind == "regret":
                act["then"] = {"do": "take_back"}
            plans.append((after_s, act))
        return plans

    def _back(self, answer: Entry) -> list[tuple[float, dict[str, Any]]]:
        """Whom the page answered says one more thing, once in a thread."""
        asked = self._store.entry(answer.parent) if answer.parent else answer
        before = [e for e in self._store.thread(asked.root) if e.author == asked.author]
        if not asked.scripted or len(before) != 1:
            return []
        chance = random.Random(f"{self._seed}|{asked.text}|{answer.text}")
        speech = "kk_plain" if asked.author in script()["people"]["kk_plain"] else asked.language
        line = chance.choice(script()["back"].get(speech) or script()["back"]["ru"])
        return [(chance.uniform(*BACK_S), _write(answer.page, answer.id, asked.author, speech, line))]

    # ---- doing it

    def _live(self) -> None:
        while not self._stopping:
            if self.awake and self.act_due():
                continue
            due = self._store.next_due()
            wait_s = 5.0 if due is None else min(max(due - self._store.now(), 0.01), 5.0)
            self._changed.wait(wait_s)
            self._changed.clear()

    def _act(self, act: dict[str, Any]) -> None:
        match act["do"]:
            case "write":
                draft = Draft(
                    text=act["text"],
                    language=act["language"],
                    author=act["who"],
                    scripted=True,
                    reply_to=act["to"],
                )
                entry, _ = self._store.write(act["page"], draft)
                if then := act.get("then"):
                    after = json.dumps({**then, "page": act["page"], "entry": entry.id})
                    self._store.plan([(self._in(CORRECTED_S), after)])
            case "correct":
                self._store.rewrite(act["page"], act["entry"], act["text"])
            case "take_back":
                self._store.delete(act["page"], act["entry"])


def _write(page: int, to: int, who: str, speech: str, text: str) -> dict[str, Any]:
    language = speech.partition("_")[0]
    return {"do": "write", "page": page, "to": to, "who": who, "language": language, "text": text}


def topic_of(text: str) -> dict[str, Any]:
    """The topic whose signs stand most often in the text; the last one where none does."""
    spoken = f" {text.casefold()} "
    found = {n: sum(map(spoken.count, topic["signs"])) for n, topic in enumerate(script()["topic"])}
    best = max(found, key=lambda n: found[n])
    topic: dict[str, Any] = script()["topic"][best if found[best] else -1]
    return topic


@cache
def script() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "script.toml").read_text("utf-8"))
