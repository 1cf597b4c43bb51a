"""How a post of ours is found again on Mastodon after its answer was lost.

The page's own list shows a post at once (settling time: of read replicas); an answer also stands
in its thread. What is compared is what survives every server: words without addresses and names
at the head, the number of pictures, the place in a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from jauap.errors import Unavailable
from jauap.networks import _mastodon_entities as entities
from jauap.networks._mastodon_entities import Entity
from jauap.networks.base import Out, Post, Published
from jauap.networks.http import Answer, readable
from jauap.words import N_, words

BEFORE_INTENT = timedelta(minutes=2)
"""How much earlier than our intent a post of ours may be dated."""
LOOK_BACK = timedelta(days=1)
"""An equal post this much older is not ours for sure; a person decides."""
PAGE = 40
LIST_PAGES = 10


def equal(
    answer: Callable[..., Answer], fetch: Callable[[str], Entity | None], me: str, post: Post
) -> Iterator[tuple[Published, bool]]:
    """What stands there and is equal to the post, and whether it is young enough to be it.

    answer: a GET with its headers; fetch: an entity or None; me: id of the page's account.
    Raises SignedOut, SlowDown, Unavailable.
    """
    for status, since in _candidates(answer, fetch, me, post):
        stands = entities.published(status)
        if stands and _is(status, post.out):
            yield stands, stands.at >= since


def _candidates(
    ask: Callable[..., Answer], fetch: Callable[[str], Entity | None], me: str, post: Post
) -> Iterator[tuple[Entity, datetime]]:
    """What may be the post, with the earliest time that it can have by the server's clock."""
    path = f"/api/v1/accounts/{me}/statuses"
    params: dict[str, Any] = {"limit": PAGE, "exclude_reblogs": "true"}
    seen: set[str] = set()
    since = post.at - BEFORE_INTENT
    for _ in range(LIST_PAGES):
        answer = ask(path, **params)
        since = post.at + min(_ahead(answer), timedelta()) - BEFORE_INTENT
        page = [entities.own(s) for s in entities.entities(readable(answer, seen_by_people=False))]
        fresh = [s for s in page if entities.known_id(s.get("id")) not in seen]
        yield from ((status, since) for status in fresh)
        seen |= {entities.known_id(s.get("id")) for s in fresh}
        times = [at for s in fresh if (at := entities.moment(s.get("created_at")))]
        if not times or min(times) < since - LOOK_BACK:
            break
        params["max_id"] = entities.known_id(fresh[-1].get("id"))
    else:
        if min(times) >= since:
            raise Unavailable(said=words(N_("The page has too many newer posts to look for this one.")))
    if post.out.reply_to:
        above = entities.known_id(post.out.reply_to.id)
        thread = (fetch(f"/api/v1/statuses/{above}/context") if above else None) or {}
        for status in entities.entities(thread.get("descendants")):
            if entities.author_id(status) == me:
                yield status, since


def _is(status: Entity, out: Out) -> bool:
    """The same words (but for whom they name at their head), pictures and place in a thread."""
    wanted = entities.fingerprint(entities.without_address(out.text))
    parent = entities.known_id(status.get("in_reply_to_id"))
    # A server forgets the parent when the parent is deleted: an answer without one may be ours.
    in_place = parent in (str(out.reply_to.id), "") if out.reply_to else not parent
    texts = (entities.without_address(text) for text in entities.texts(status))
    return (
        in_place
        and entities.pictures(status) == len(out.pictures)
        and wanted in {entities.fingerprint(text) for text in texts}
    )


def _ahead(answer: Answer) -> timedelta:
    """How far the server's clock is ahead of ours, as far as it says."""
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")) - datetime.now(UTC)
    except (ValueError, TypeError):
        return timedelta()
