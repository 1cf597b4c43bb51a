"""The fake Telegram as a world: a channel of the office with a discussion group."""

from __future__ import annotations

from jauap.networks.base import Credentials, Network, Published
from jauap.networks.http import Http
from jauap.networks.telegram import Telegram
from tests.networks.fakes.telegram import TelegramFake
from tests.networks.fakes.telegram_chats import Standing
from tests.networks.world import Faults, World


def signed_in(fake: TelegramFake, account: str = "@akimat_news") -> Telegram:
    return Telegram(Credentials(fake.origin, account, {"token": fake.token}), Http(allowed=[fake.origin]))


def number(published: Published) -> int:
    """The post's number in its chat."""
    return int(published.ids[0].split(":")[1])


class TelegramWorld(World):
    def __init__(self, fake: TelegramFake) -> None:
        self.fake = fake
        self.network: Network = signed_in(fake)

    def citizen_sees(self) -> list[str]:
        """An album is one post: its text is that of its first picture."""
        texts, albums = [], set()
        for message in self.fake.standing(self.fake.channel):
            if not message.album or message.album not in albums:
                texts.append(message.text)
            albums.add(message.album)
        return texts[::-1]

    def citizen_sees_thread(self, post: Published) -> list[str]:
        return [m.text for m in self._under(post)]

    def citizen_replies(self, to: Published, text: str) -> None:
        self.fake.comments(number(to), text)

    def citizen_edits(self, old: str, new: str) -> bool:
        self.fake.clock.advance(seconds=5)
        self.fake.changes(next(m for m in self.fake.chats.messages if m.text == old), new)
        return True

    def faults(self) -> Faults | None:
        return self.fake.faults

    def revoke(self) -> bool | None:
        self.fake.token = "7012345678:AAF-another-token-after-revocation"
        return None

    def _under(self, post: Published) -> list[Standing]:
        standing = self.fake.chats.message(self.fake.channel, number(post))
        assert standing is not None
        top = self.fake.chats.forward_of(standing)
        return [m for m in self.fake.standing(self.fake.group) if m.top is top and m is not top]
