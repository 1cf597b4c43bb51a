"""A request as the server's rooms see it, and their reply."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Request:
    """origin: how the client calls this server. headers: names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    origin: str = ""

    @property
    def bearer(self) -> str:
        return re.sub(r"^bearer\s+", "", self.headers.get("authorization", ""), flags=re.IGNORECASE)

    def form(self) -> dict[str, str]:
        """Fields of an HTML form; line ends as \\n. What is no form gives an empty one."""
        try:
            pairs = parse_qsl(self.body.decode(), keep_blank_values=True, max_num_fields=10)
        except ValueError:
            return {}
        return {name: value.replace("\r\n", "\n") for name, value in pairs}

    def cookie(self, name: str) -> str:
        try:
            morsel = SimpleCookie(self.headers.get("cookie", "")).get(name)
        except CookieError:
            return ""
        return morsel.value if morsel else ""


@dataclass(frozen=True)
class Reply:
    """body: bytes as they are, a str as HTML, anything else as JSON."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> tuple[bytes, dict[str, str]]:
        headers = dict(self.headers)
        if isinstance(self.body, bytes):
            return self.body, headers
        if isinstance(self.body, str):
            headers.setdefault("Content-Type", "text/html; charset=utf-8")
            return self.body.encode("utf-8", "replace"), headers
        headers.setdefault("Content-Type", "application/json; charset=utf-8")
        return json.dumps(self.body, ensure_ascii=False).encode("utf-8", "replace"), headers
