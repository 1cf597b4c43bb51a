"""The records that we write on Bluesky, from what was approved. Pure: the same post, the same record.

Sources: atproto lexicons app.bsky.feed.post, app.bsky.embed.images, app.bsky.embed.gallery (items in
the schema 20, in clients 10; the ratio is required), app.bsky.feed.threadgate. Read 2026-11-24.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from jauap.networks import _rich_text as rich_text
from jauap.networks.base import Post

POST, GATE = "app.bsky.feed.post", "app.bsky.feed.threadgate"
IMAGES, GALLERY = 4, 10
"""Pictures of a plain post; of a gallery, which older servers do not know."""
HIDDEN = 300
"""Answers that one threadgate can hide."""
MENTION = "mention "
"""How the step's name begins that finds the DID of a handle."""


def written(post: Post) -> dict[str, Any]:
    """The post's record; what `prepare` gave is in `post.prepared`."""
    out, prepared = post.out, post.prepared
    dids = {name.removeprefix(MENTION): did for name, did in prepared.items() if name.startswith(MENTION)}
    marks = rich_text.facets(out.text, dids)
    return {
        "$type": POST,
        "text": rich_text.shown(out.text),
        "createdAt": iso(post.at),
        **({"langs": [out.language]} if out.language else {}),
        **({"facets": marks} if marks else {}),
        **({"embed": _pictures(post)} if out.pictures else {}),
        **({"reply": json.loads(prepared["thread"])} if out.reply_to else {}),
    }


def is_ours(record: dict[str, Any], post: Post) -> bool:
    """Whether a record that stands under our key is this post: its text, moment and place."""
    reply = record.get("reply")
    parent = reply.get("parent") if isinstance(reply, dict) else None
    above = parent.get("uri") if isinstance(parent, dict) else None
    return (
        record.get("text") == rich_text.shown(post.out.text)
        and record.get("createdAt") == iso(post.at)
        and above == (post.out.reply_to.id if post.out.reply_to else None)
    )


def broken_gallery() -> dict[str, Any]:
    """A record that only a server refuses which knows what a gallery must have."""
    embed = {"$type": "app.bsky.embed.gallery"}
    return {"$type": POST, "text": "", "createdAt": "2026-01-01T00:00:00.000Z", "embed": embed}


def iso(moment: datetime) -> str:
    """As the network writes a moment: UTC, milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _pictures(post: Post) -> dict[str, Any]:
    """Up to four pictures as every server knows them, more as a gallery."""
    gallery = len(post.out.pictures) > IMAGES
    kind = {"$type": "app.bsky.embed.gallery#image"} if gallery else {}
    images = [
        {
            **kind,
            "image": json.loads(post.prepared[f"picture-{i}"]),
            "alt": picture.alt,
            "aspectRatio": {"width": picture.width, "height": picture.height},
        }
        for i, picture in enumerate(post.out.pictures)
    ]
    if gallery:
        return {"$type": "app.bsky.embed.gallery", "items": images}
    return {"$type": "app.bsky.embed.images", "images": images}
