"""The rehearsal network as citizens see it: who may look, what they may write, and where it goes.

    /              all pages                 /@HANDLE           a page's posts; letters to it
    /post/ID       a post and its thread     /media/ID          a picture
    POST /@HANDLE/letters   POST /post/ID/replies   POST /post/ID/correct   POST /post/ID/take-back

Anybody may write under a made-up name, and change or take back what a visitor wrote: that is how a
trainer plays a citizen.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from jauap.networks.rehearsal import rules, view
from jauap.networks.rehearsal.phrases import language_of, phrase
from jauap.networks.rehearsal.requests import Reply, Request
from jauap.networks.rehearsal.rules import Refused
from jauap.networks.rehearsal.store import Draft, Entry, Page, Store

SAFETY: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_FILES = {"/look.css": "text/css; charset=utf-8", "/live.js": "text/javascript; charset=utf-8"}


class Pages:
    """What stands under every address that is not the API's."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def answer(self, request: Request) -> Reply:
        language = language_of(request.headers.get("accept-language", ""))
        try:
            reply = self._find(request, language)
        except Refused:
            reply = Reply(404, view.said(phrase("missing", language), language))
        return Reply(reply.status, reply.body, {**SAFETY, **reply.headers})

    def _find(self, request: Request, language: str) -> Reply:
        if request.method == "POST":
            return self._write(request, language)
        if request.path in _FILES:
            content = (files(__package__) / request.path.strip("/")).read_bytes()
            return Reply(200, content, {"Content-Type": _FILES[request.path], "Cache-Control": "max-age=300"})
        if request.path == "/favicon.ico":
            return Reply(204)
        if request.path == "/":
            newest = {page.id: self.store.timeline(page.id, 1) for page in self.store.pages()}
            return Reply(200, view.front(self.store.pages(), newest, language))
        if found := re.fullmatch(r"/@(\w{1,40})", request.path):
            return Reply(200, self._timeline(found[1], request, language))
        if found := re.fullmatch(r"/post/(\d{1,15})", request.path):
            return self._thread(int(found[1]), request, language)
        if found := re.fullmatch(r"/media/(\d{1,15})", request.path):
            return self._media(int(found[1]))
        raise Refused(404, "There is no such page.")

    # ---- looking

    def _timeline(self, handle: str, request: Request, language: str, problem: str = "") -> str:
        page = self._page(handle)
        posts = [view.Seen(e, self.store.pictures(e.id)) for e in self.store.timeline(page.id)]
        return view.timeline(page, posts, language, self.store.now(), _visitor(request), problem)

    def _thread(self, number: int, request: Request, language: str, problem: str = "") -> Reply:
        root = self.store.entry(number)
        if not root.top:
            return Reply(303, b"", {"Location": f"/post/{root.root}#e{root.id}"})
        if root.deleted or root.hidden:
            return Reply(410, view.said(phrase("gone", language), language))
        standing = self.store.thread(root.id)
        page = self._page(root.handle)
        seen = [view.Seen(e, self.store.pictures(e.id)) for e in standing if not e.hidden]
        to = re.fullmatch(r"\d{1,15}", request.query.get("to", ""))
        html = view.thread(
            page, view.Seen(root, self.store.pictures(root.id)), seen, language,
            now=self.store.now(),
            hidden=len(standing) - len(seen),
            to=next((s.entry for s in seen if to and s.entry.id == int(to[0])), None),
            visitor=_visitor(request),
            problem=problem,
        )  # fmt: skip
        return Reply(422 if problem else 200, html)

    def _media(self, number: int) -> Reply:
        found = self.store.picture(number)
        if found is None:
            raise Refused(404, "There is no such picture.")
        mime, content = found
        return Reply(200, content, {"Content-Type": mime, "Cache-Control": "max-age=60"})

    # ---- writing

    def _write(self, request: Request, language: str) -> Reply:
        if not _from_here(request):
            return Reply(403, view.said(phrase("elsewhere", language), language))
        if found := re.fullmatch(r"/@(\w{1,40})/letters", request.path):
            return self._letter(self._page(found[1]), request, language)
        found = re.fullmatch(r"/post/(\d{1,15})/(replies|correct|take-back)", request.path)
        if not found:
            raise Refused(404, "There is no such page.")
        entry = self.store.entry(int(found[1]))
        if found[2] == "replies":
            return self._reply(entry, request, language)
        if not entry.author or entry.scripted:
            raise Refused(403, "Only what visitors wrote is theirs to change.")
        return self._change(found[2], entry, request, language)

    def _letter(self, page: Page, request: Request, language: str) -> Reply:
        try:
            draft = _draft(request, reply_to=None)
        except Refused:
            problem = phrase("refused", language, n=rules.TEXT_GRAPHEMES)
            return Reply(422, self._timeline(page.handle, request, language, problem))
        entry, _ = self.store.write(page.id, draft)
        return _written(f"/post/{entry.id}", draft.author)

    def _reply(self, to: Entry, request: Request, language: str) -> Reply:
        try:
            draft = _draft(request, reply_to=to.id)
        except Refused:
            problem = phrase("refused", language, n=rules.TEXT_GRAPHEMES)
            return self._thread(to.root, request, language, problem)
        entry, _ = self.store.write(to.page, draft)
        return _written(f"/post/{entry.root}#e{entry.id}", draft.author)

    def _change(self, how: str, entry: Entry, request: Request, language: str) -> Reply:
        back = f"/@{entry.handle}" if entry.top and how == "take-back" else f"/post/{entry.root}"
        if how == "take-back":
            self.store.delete(entry.page, entry.id)
            return Reply(303, b"", {"Location": back})
        try:
            text = rules.good_text(request.form().get("text", "").strip())
        except Refused:
            problem = phrase("refused", language, n=rules.TEXT_GRAPHEMES)
            return self._thread(entry.root, request, language, problem)
        self.store.rewrite(entry.page, entry.id, text)
        return Reply(303, b"", {"Location": f"{back}#e{entry.id}"})

    def _page(self, handle: str) -> Page:
        page = self.store.page(handle)
        if page is None:
            raise Refused(404, "There is no such page.")
        return page


def _draft(request: Request, reply_to: int | None) -> Draft:
    form = request.form()
    author = rules.good_name(form.get("name"))
    return Draft(rules.good_text(form.get("text", "").strip()), author=author, reply_to=reply_to)


def _written(where: str, author: str) -> Reply:
    """Go and look at it; the name stays for the next time."""
    cookie = f"name={quote(author)}; Path=/; Max-Age=86400; HttpOnly; SameSite=Strict"
    return Reply(303, b"", {"Location": where, "Set-Cookie": cookie})


def _visitor(request: Request) -> str:
    return request.form().get("name", "") or unquote(request.cookie("name"))[: rules.NAME_LENGTH]


def _from_here(request: Request) -> bool:
    """Whether the form is our own: other sites may not write through a visitor's browser."""
    site = request.headers.get("sec-fetch-site", "")
    if site:
        return site in ("same-origin", "none")
    sender = request.headers.get("origin", "")
    return not sender or urlsplit(sender).netloc == request.headers.get("host", "")
