"""Taking in what stands on our pages: posts, and their figures over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from jauap.networks.base import Figures, Posts, StandingPost
from jauap.office.deliveries.models import Delivery
from jauap.office.inbox.intake import web
from jauap.office.inbox.models import Figure, Post
from jauap.office.pages.models import Page
from jauap.office.people.acting import WORKER, acting
from jauap.text import clean


def take_in_posts(page: Page, posts: Posts, now: datetime) -> int:
    """Each post of the page once; a changed text replaces the old one. How many are new or changed."""
    tops = [post for post in posts.posts if not post.reply_to]
    known = {
        row.external_id: row
        for row in Post.objects.filter(page=page, external_id__in=[post.id for post in tops])
    }
    new = [post for post in tops if post.id not in known]
    changed = [(known[post.id], post) for post in tops if post.id in known and _differs(known[post.id], post)]
    if not new and not changed:
        Page.objects.filter(pk=page.pk).update(posts_cursor=posts.cursor)
        return 0
    with acting(WORKER, "inbox.take_in_posts", page, now=now) as entry:
        put_by = _deliveries(page, new)
        Post.objects.bulk_create(
            [_row(page, post, put_by.get(post.id), now) for post in new], ignore_conflicts=True
        )
        for row, post in changed:
            row.text, row.pictures, row.archive_no = clean.text(post.text), min(post.pictures, 1000), None
        Post.objects.bulk_update(
            [row for row, _ in changed], ["text", "pictures", "archive_no"], batch_size=50
        )
        Page.objects.filter(pk=page.pk).update(posts_cursor=posts.cursor)
        entry.note(new=len(new), changed=len(changed))
        entry.tell("posts", page.code)
    return len(new) + len(changed)


def take_in_figures(page: Page, figures: Sequence[Figures], now: datetime) -> int:
    """A snapshot of each post whose counts moved since its last one. How many were kept."""
    posts = {
        row.external_id: row
        for row in Post.objects.filter(page=page, external_id__in=[f.id for f in figures])
    }
    last: dict[int, Figure] = {}
    for row in Figure.objects.filter(post__in=posts.values()).order_by("at"):
        last[row.post_id] = row
    rows = [
        Figure(organisation_id=page.organisation_id, post=posts[one.id], at=one.at, counts=dict(one.counts))
        for one in figures
        if one.id in posts and one.counts and _moved(last.get(posts[one.id].pk), one)
    ]
    if rows:
        with acting(WORKER, "inbox.take_in_figures", page, now=now) as entry:
            Figure.objects.bulk_create(rows, ignore_conflicts=True)
            entry.note(figures=len(rows))
            entry.tell("figures", page.code)
    return len(rows)


def _moved(before: Figure | None, now: Figures) -> bool:
    return before is None or before.counts != dict(now.counts)


def _differs(row: Post, post: StandingPost) -> bool:
    return row.text != clean.text(post.text)


def _deliveries(page: Page, posts: Sequence[StandingPost]) -> dict[str, Delivery]:
    sent = Delivery.objects.filter(page=page, act="publish", external_id__in=[post.id for post in posts])
    return {delivery.external_id: delivery for delivery in sent}


def _row(page: Page, post: StandingPost, delivery: Delivery | None, now: datetime) -> Post:
    return Post(
        organisation_id=page.organisation_id,
        page=page,
        external_id=post.id,
        external_ids=list(delivery.external_ids) if delivery else [post.id],
        text=clean.text(post.text),
        language=post.language[:12] or (str(delivery.content.get("language", "")) if delivery else ""),
        pictures=min(post.pictures, 1000),
        at=min(post.at, now),
        received_at=now,
        url=web(post.url),
        delivery=delivery,
    )
