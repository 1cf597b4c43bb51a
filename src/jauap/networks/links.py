"""Where addresses, mentions and hashtags stand in a text: what counts by its own rule and is never cut.

Sources: twitter-text 3.1.0, description of link detection in its README and the configuration v3
(read 2026-11-24), measured with the library on single addresses; Mastodon documentation,
user/posting, "Links" and "Mentions" (only http and https links are shortened; only the name of a
mention counts; read 2026-11-24); IANA, root zone database (names of top-level domains).
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

COUNTRY_DOMAINS = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw "
    "by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et "
    "eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id "
    "ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu "
    "lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np "
    "nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj "
    "sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us "
    "uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
GENERIC_DOMAINS = (
    "com org net info biz name pro edu gov mil int arpa aero asia cat coop jobs mobi museum post tel "
    "travel xxx app art blog center city cloud club community company dev digital email events film "
    "finance foundation fund global gives group health help host house ink ist land law legal life link "
    "live love media moscow network news ngo ong online page park partners photo photos plus press "
    "report rocks school science services shop site social solutions space store studio support systems "
    "tatar team tech today tools top tours vip watch website wiki work works world xyz zone"
)

_BEFORE = r"(?<![A-Za-z0-9@＠$#＃])"
_BEFORE_BARE = r"(?<![A-Za-z0-9@＠$#＃\-/])(?<!(?:^|[^\p{L}]|[A-Za-z])\.)"
_AFTER = r"(?![A-Za-z0-9@＠+\-])"
_REST = r"""(?::[0-9]++)?(?:/(?>(?:{c}++|\({c}*+\))*+))?(?:\?(?>{q}*+))?""".format(
    c=r"[a-z0-9\p{Cyrillic}\u00C0-\u024F\u1E00-\u1EFF!*';:=+,.$%#\[\]/\u2013_~@|&\-]",
    q=r"[a-z0-9!?*'@();:&=+$%#\[\]_.,~|/\-]",
)
_SCHEME = regex.compile(
    _BEFORE + r"https?://(?:[\p{L}\p{N}][\p{L}\p{N}\p{M}_\-]*+\.)+\p{L}[\p{L}\p{N}\-]++" + _AFTER + _REST,
    regex.IGNORECASE,
)
_BARE = regex.compile(
    _BEFORE_BARE + r"(?:[a-z0-9][a-z0-9\-]*+\.)+\L<tops>" + _AFTER + _REST,
    regex.IGNORECASE,
    tops=f"{COUNTRY_DOMAINS} {GENERIC_DOMAINS}".split(),
)
_X_END = regex.compile(r"[a-z0-9\p{Cyrillic}\u00C0-\u024F\u1E00-\u1EFF=_#/+&)\-]", regex.IGNORECASE)
_WRITTEN = regex.compile(_BEFORE + r"""https?://[\p{L}\p{N}\[][^\s<>"«»“”]*+""", regex.IGNORECASE)
_CLOSING = ".,;:!?…'’*|"
_FAR_MENTION = regex.compile(r"(?<![=/\w])@(\w(?:[\w.\-]*+(?<=\w))?)@[\w.\-]+(?<=\w)")
_TAG = regex.compile(r"(?<![\w&/])[#＃@＠][\w\p{M}](?:[\w\p{M}.\-·@]*(?<=[\w\p{M}]))?")


@dataclass(frozen=True, order=True)
class Span:
    """A piece of a text: characters from start up to, not with, end."""

    start: int
    end: int


def written(text: str) -> list[Span]:
    """Addresses with http:// or https://, without the punctuation that closes a sentence."""
    return [Span(m.start(), _trimmed(text, m.start(), m.end())) for m in _WRITTEN.finditer(text)]


def seen_by_x(text: str) -> list[Span]:
    """Addresses that X shortens: with a scheme, or a bare name under a known top-level domain.

    A bare name under a top-level domain that is in neither list above is not seen.
    """
    found: list[Span] = []
    for match in sorted([*_SCHEME.finditer(text), *_BARE.finditer(text)], key=lambda m: m.start()):
        if not found or match.start() >= found[-1].end:
            found.append(Span(match.start(), _x_end(text, match.start(), match.end())))
    return found


def near(text: str) -> str:
    """The text with `@name@server` as `@name`: what Mastodon counts."""
    return _FAR_MENTION.sub(r"@\1", text)


def whole(text: str) -> list[Span]:
    """What must not be cut: addresses, mentions, hashtags; apart from each other, in order."""
    marks = [Span(*m.span()) for m in _TAG.finditer(text)]
    return _merged([*written(text), *seen_by_x(text), *marks])


def _trimmed(text: str, start: int, end: int) -> int:
    """Where an address ends when closing punctuation and unopened brackets are left out."""
    opened, closed = text.count("(", start, end), text.count(")", start, end)
    while end > start:
        last = text[end - 1]
        if last == ")" and closed > opened:
            closed -= 1
        elif last not in _CLOSING:
            break
        end -= 1
    return end


def _x_end(text: str, start: int, end: int) -> int:
    while end > start and not _X_END.match(text[end - 1]):
        end -= 1
    return end


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged
