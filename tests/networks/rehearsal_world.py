"""The rehearsal network as a `World`: citizens look at its HTML and write by its forms."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from jauap.errors import NetworkError
from jauap.networks.base import Published
from jauap.networks.http import Http
from jauap.networks.rehearsal import Rehearsal, connect, serve
from tests.networks.world import Faults, World

_ENTRY = re.compile(r'<article class="card (\w+)-entry" id="e(\d+)">(.*?)</article>', re.DOTALL)
_TEXT = re.compile(r'<p class="text" dir="auto"[^>]*>(.*?)</p>', re.DOTALL)


class RehearsalWorld(World):
    """A server of its own in this process, without people of the script unless asked."""

    def __init__(self, folder: Path, **how: object) -> None:
        self.server = serve(folder, 0, **{"people": False, "faults": True, **how})  # type: ignore[arg-type]
        self.origin = self.server.origin
        self.http = Http(allowed=[self.origin])
        self.network = self.page("akimdik")

    def page(self, handle: str) -> Rehearsal:
        """A new page, signed in."""
        credentials = connect(self.origin, "Демо әкімдігі", handle, language="kk", http=self.http)
        return Rehearsal(credentials, self.http)

    def close(self) -> None:
        self.http.close()
        self.server.stop()

    # ---- a citizen's eyes

    def look(self, path: str, language: str = "en") -> str:
        answer = self.http.read("GET", f"{self.origin}{path}", headers={"Accept-Language": language})
        return answer.body.decode()

    def entries(self, path: str) -> list[tuple[str, str, str]]:
        """(who, id, text) of all that stands on a page, from top to bottom; who: official or person."""
        found = []
        for who, number, inner in _ENTRY.findall(self.look(path)):
            text = _TEXT.search(inner)
            assert text is not None
            found.append((who, number, unescape(re.sub(r"</?a\b[^>]*>", "", text[1]))))
        return found

    def citizen_sees(self) -> list[str]:
        return [text for who, _, text in self.entries("/@akimdik") if who == "official"]

    def citizen_sees_thread(self, post: Published) -> list[str]:
        return [text for _, number, text in self.entries(f"/post/{post.ids[0]}") if number != post.ids[0]]

    def citizen_sees_alts(self) -> list[str]:
        newest = self.look("/@akimdik").split("</article>")[0]
        return [unescape(alt) for alt in re.findall(r'<img src="[^"]+" alt="([^"]*)"', newest)]

    # ---- a citizen's hand

    def submit(self, path: str, **fields: str) -> int:
        """The status of the answer to a form; 303 went well."""
        statuses: list[int] = []
        try:
            self.http.read(
                "POST", f"{self.origin}{path}", data=fields, classify=lambda a: statuses.append(a.status)
            )
        except NetworkError:
            if not statuses:
                raise
        return statuses[0]

    def citizen_replies(self, to: Published, text: str) -> None:
        assert self.submit(f"/post/{to.ids[0]}/replies", name="Дана Мысал", text=text) == 303

    def citizen_edits(self, old: str, new: str) -> bool:
        return self.submit(f"/post/{self._numbered(old)}/correct", text=new) == 303

    def citizen_deletes(self, text: str) -> bool:
        return self.submit(f"/post/{self._numbered(text)}/take-back") == 303

    def _numbered(self, text: str) -> str:
        """The id of a citizen's words, found as a citizen finds it."""
        for _, post, _ in self.entries("/@akimdik"):
            for who, number, said in self.entries(f"/post/{post}"):
                if who == "person" and said == text:
                    return number
        raise AssertionError(f"nobody sees {text!r}")

    # ---- what the operator of the network can do

    def faults(self) -> Faults:
        return _Planned(self)

    def time_passes(self, minutes: float) -> bool:
        store, earlier = self.server.network.store, self.server.network.store.now
        store.now = lambda: earlier() + minutes * 60
        return True

    def admin(self, method: str, path: str, **body: object) -> dict[str, dict[str, int]]:
        got: dict[str, dict[str, int]] = self.http.read(
            method, f"{self.origin}/admin/{path}", json=body
        ).json()
        return got

    def revoke(self) -> None:
        token = self.network.credentials.secrets["token"]
        self.http.read(
            "DELETE", f"{self.origin}/api/page/token", headers={"Authorization": f"Bearer {token}"}
        )


class _Planned:
    def __init__(self, world: RehearsalWorld) -> None:
        self._world = world

    def plan(self, operation: str, fault: str, times: int = 1) -> None:
        self._world.admin("POST", "faults", operation=operation, faults=[fault], times=times)

    def requests(self, operation: str) -> int:
        return self._world.admin("GET", "counts")["requests"].get(operation, 0)
