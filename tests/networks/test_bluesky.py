"""Bluesky: the contract on its own PDS and AppView and on the fake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from jauap.errors import Rejected, SignedOut
from jauap.networks._bluesky_records import written
from jauap.networks.base import Absent, CannotTell, Credentials, Cursor, Intent, Out
from jauap.networks.bluesky import Bluesky
from jauap.networks.http import Http
from tests.networks.acts import fresh_key, made, picture, publish, read_all, target
from tests.networks.bluesky_worlds import PASSWORD, FakeWorld, Person, RealWorld, key_of
from tests.networks.contract import NetworkContract
from tests.networks.fakes.bluesky import BlueskyFake
from tests.networks.looking import answered, times_seen
from tests.networks.servers.bluesky import Servers, bluesky_servers  # noqa: F401  a fixture
from tests.networks.world import World


@pytest.fixture
def fake() -> Iterator[BlueskyFake]:
    with BlueskyFake() as server:
        yield server


@pytest.fixture(scope="session")
def http(bluesky_servers: Servers) -> Iterator[Http]:  # noqa: F811
    shared = Http(allowed=[bluesky_servers.pds])
    yield shared
    shared.close()


@pytest.fixture(scope="session")
def citizen(bluesky_servers: Servers, http: Http) -> Person:  # noqa: F811
    return Person(http, bluesky_servers.pds, "citizen.test")


class TestBlueskyFake(NetworkContract):
    @pytest.fixture
    def world(self, fake: BlueskyFake) -> World:
        return FakeWorld(fake)


@pytest.mark.servers
class TestBlueskyServers(NetworkContract):
    @pytest.fixture
    def world(self, bluesky_servers: Servers, citizen: Person, http: Http) -> RealWorld:  # noqa: F811
        return RealWorld(bluesky_servers, citizen, http)

    def test_the_identical_record_put_again_changes_nothing_and_another_is_refused(
        self, world: RealWorld
    ) -> None:
        """On this rests that a lost answer is harmless."""
        post, key = made(world.network, Out("Один ключ, одна запись", "ru")), fresh_key(world.network)
        world.network.commit(post, key)
        body = {"repo": world.page.did, "collection": "app.bsky.feed.post", "rkey": key, "swapRecord": None}
        again = world.page.call("com.atproto.repo.putRecord", {**body, "record": written(post)})
        assert "commit" not in again
        other = {**written(post), "text": "Другая запись"}
        with pytest.raises(Rejected):
            world.page.call("com.atproto.repo.putRecord", {**body, "record": other})
        changed = made(world.network, Out("Другая запись", "ru"), post.at)
        assert isinstance(world.network.find(Intent(key, changed)), CannotTell)
        assert times_seen(world, "Один ключ, одна запись") == 1

    def test_links_mentions_and_hashtags_are_marked_as_the_server_reads_them(self, world: RealWorld) -> None:
        text = f"👨‍👩‍👧 Қараңыз: https://gov.kz/a_(b), @{world.citizen.handle} @nobody.test #су_тасқыны ღია"
        published = publish(world.network, text, "kk")
        view = world.eventually(lambda: self._view(world, published.ids[0]), bool)
        record = view["record"]
        letters = record["text"].encode()
        covered = [
            letters[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode() for f in record["facets"]
        ]
        assert covered == ["gov.kz/a_(b)", f"@{world.citizen.handle}", "#су_тасқыны"]
        assert record["facets"][1]["features"][0]["did"] == world.citizen.did
        assert record["langs"] == ["kk"]

    def test_a_citizen_who_is_mentioned_is_told(self, world: RealWorld) -> None:
        publish(world.network, f"@{world.citizen.handle} сізге жауап бердік {world.page.handle}", "kk")

        def told() -> list[str]:
            got = world.citizen.call("app.bsky.notification.listNotifications", limit=50)["notifications"]
            return [n["author"]["did"] for n in got if n["reason"] == "mention"]

        assert world.page.did in world.eventually(told, lambda dids: world.page.did in dids)

    def test_an_answer_deep_in_a_thread_names_root_and_parent_by_their_hashes(self, world: RealWorld) -> None:
        top = publish(world.network, "Вершина")
        message = answered(world, top, "Первый вопрос")
        answer = publish(world.network, "Первый ответ", reply_to=message.target)
        second = publish(world.network, "Дополнение", reply_to=target(answer))
        view = world.eventually(lambda: self._view(world, second.ids[0]), bool)
        reply = view["record"]["reply"]
        assert (reply["root"]["uri"], reply["parent"]["uri"]) == (top.ids[0], answer.ids[0])
        assert reply["root"]["cid"] == self._view(world, top.ids[0])["cid"]
        assert reply["parent"]["cid"] == self._view(world, answer.ids[0])["cid"]

    def test_answers_to_answers_and_mentions_elsewhere_are_read(self, world: RealWorld) -> None:
        top = publish(world.network, "Разговор")
        first = answered(world, top, "Вопрос первый")
        world.citizen.answer(first.id, "Вопрос второй")
        mark = f"Где @{world.page.handle}?"
        here = {"byteStart": 7, "byteEnd": 8 + 7 - 1 + len(world.page.handle)}
        feature = {"$type": "app.bsky.richtext.facet#mention", "did": world.page.did}
        world.citizen.post(mark, facets=[{"index": here, "features": [feature]}])
        wanted = {"Вопрос первый": "reply", "Вопрос второй": "reply", mark: "mention"}

        def read() -> dict[str, str]:
            messages = read_all(world.network, threads=(target(top),))[0]
            return {m.text: str(m.kind) for m in messages}

        assert world.eventually(read, lambda got: got == wanted) == wanted

    def test_a_citizen_who_blocks_us_has_not_deleted_anything(self, world: RealWorld) -> None:
        top = publish(world.network, "Спор")
        angry = Person(world.http, world.page.pds, f"angry-{world.page.handle}")
        world.eventually(lambda: self._view(world, top.ids[0]), bool)
        angry.answer(top.ids[0], "Вы не правы")
        threads = (target(top),)
        world.eventually(lambda: read_all(world.network, threads=threads)[0], bool)
        _, _, cursor = read_all(world.network, threads=threads)
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        block = {"$type": "app.bsky.graph.block", "subject": world.page.did, "createdAt": now}
        body = {"repo": angry.did, "collection": "app.bsky.graph.block", "record": block}
        angry.call("com.atproto.repo.createRecord", body)

        def unseen() -> bool:
            thread = world.page.call("app.bsky.feed.getPostThread", uri=top.ids[0])["thread"]
            return not any("post" in reply for reply in thread.get("replies", []))

        assert world.eventually(unseen, bool)
        assert read_all(world.network, cursor, threads)[1] == []

    def test_likes_of_citizens_are_counted(self, world: RealWorld) -> None:
        post = publish(world.network, "Нравится?")
        view = world.eventually(lambda: self._view(world, post.ids[0]), bool)
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        like = {"$type": "app.bsky.feed.like", "createdAt": now}
        like["subject"] = {"uri": view["uri"], "cid": view["cid"]}
        body = {"repo": world.citizen.did, "collection": "app.bsky.feed.like", "record": like}
        world.citizen.call("com.atproto.repo.createRecord", body)
        figures = world.eventually(
            lambda: world.network.metrics((target(post),), datetime.now(UTC)),
            lambda got: bool(got) and got[0].counts["likes"] == 1,
        )
        assert figures[0].counts == {"likes": 1, "shares": 0, "replies": 0, "quotes": 0}

    def test_this_older_server_refuses_five_pictures_in_words(self, world: RealWorld) -> None:
        assert world.network.limits().pictures == 4
        with pytest.raises(Rejected) as told:
            publish(world.network, "Пять", pictures=tuple(picture(f"Сурет {i}") for i in range(5)))
        assert "at most 4 pictures" in str(told.value.said)
        records = world.page.call(
            "com.atproto.repo.listRecords", repo=world.page.did, collection="app.bsky.feed.post"
        )
        assert records["records"] == []

    def test_a_main_password_works_and_is_advised_against(self, world: RealWorld) -> None:
        secrets = {"identifier": world.page.handle, "app_password": PASSWORD}
        checked = Bluesky(Credentials(world.page.pds, "", secrets), world.http).check()
        assert checked.good
        assert any("main password" in str(note) for note in checked.notes)
        assert not any("main password" in str(note) for note in world.network.check().notes)

    def test_a_withdrawn_app_password_signs_us_out_when_the_token_is_renewed(self, world: RealWorld) -> None:
        assert world.network.check().good
        world.page.call("com.atproto.server.revokeAppPassword", {"name": "jauap"})
        kept = world.network.credentials
        stale = replace(kept, secrets={**kept.secrets, "access": "not.a.token"})
        network = Bluesky(stale, world.http)
        post, key = made(network, Out("Уже нельзя", "ru")), fresh_key(network)
        with pytest.raises(SignedOut):
            network.commit(post, key)
        assert not network.check().good
        assert isinstance(world.network.find(Intent(key, post)), Absent)

    def test_a_session_is_renewed_by_the_real_server(self, world: RealWorld) -> None:
        assert world.network.check().good
        kept = world.network.credentials
        stale = replace(kept, secrets={**kept.secrets, "access": "not.a.token"})
        renewed: list[Credentials] = []
        publish(Bluesky(stale, world.http, renewed=renewed.append), "Свежий ключ")
        assert times_seen(world, "Свежий ключ") == 1
        assert renewed[-1].secrets["refresh"] != kept.secrets["refresh"]

    def test_a_foreign_client_reads_what_we_publish(self, world: RealWorld) -> None:
        """The atproto SDK checks every record against its own models of the lexicons."""
        from atproto import Client

        text = f"Сурет: https://gov.kz/ #көпір @{world.citizen.handle}"
        publish(world.network, text, "kk", pictures=(picture("Ескі көпір"),))
        assert times_seen(world, f"Сурет: gov.kz #көпір @{world.citizen.handle}") == 1
        client = Client(f"{world.page.pds}/xrpc")
        try:
            client.login(world.citizen.handle, PASSWORD)
            (item,) = client.get_author_feed(world.page.did).feed
        finally:
            client.request.close()
        assert item.post.record.langs == ["kk"]
        assert len(item.post.record.facets) == 3
        assert item.post.embed.images[0].alt == "Ескі көпір"

    def test_the_pages_own_posts_made_elsewhere_are_read_too(self, world: RealWorld) -> None:
        world.page.post("Из приложения")
        ours = publish(world.network, "Из кабинета")
        assert re.fullmatch("[2-7a-z]{13}", key_of(ours))
        posts = world.eventually(
            lambda: world.network.read_posts(Cursor("")), lambda got: len(got.posts) == 2
        )
        assert [post.text for post in posts.posts] == ["Из приложения", "Из кабинета"]
        assert world.network.read_posts(posts.cursor).posts == ()

    def _view(self, world: RealWorld, uri: str) -> dict[str, Any]:
        """The post as the AppView shows it to the citizen; {} while it does not."""
        posts: list[dict[str, Any]] = world.citizen.call("app.bsky.feed.getPosts", uris=[uri])["posts"]
        return posts[0] if posts else {}
