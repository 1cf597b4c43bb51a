"""A page's mark: our own letters in the shape of its kind. No network's trademark is drawn."""

from __future__ import annotations

from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from jauap import networks
from jauap.networks.base import PageKind

SHAPES = {
    PageKind.MESSENGER: SafeString('<circle class="mark-shape" cx="12" cy="12" r="11"/>'),
    PageKind.MICROBLOG: SafeString(
        '<polygon class="mark-shape"'
        ' points="7.5,1.2 16.5,1.2 22.8,7.5 22.8,16.5 16.5,22.8 7.5,22.8 1.2,16.5 1.2,7.5"/>'
    ),
    PageKind.FEED: SafeString('<rect class="mark-shape" x="1" y="1" width="22" height="22" rx="5.5"/>'),
}


@lru_cache(maxsize=64)
def _facts(code: str) -> tuple[str, str, PageKind]:
    network = networks.found().get(code)
    if network is None:
        return code.replace("_", " ").capitalize(), code[:2].capitalize(), PageKind.FEED
    facts = network.CAPABILITIES
    return facts.name, facts.letters, facts.kind


def network_name(code: object) -> str:
    """As people call the network: "Telegram", and the rehearsal network in the reader's language."""
    return gettext(_facts(str(code))[0])


def page_mark(network: object, handle: str = "", *, size: str = "") -> SafeString:
    """The mark of a page. Its accessible name is the network with the page's name or handle."""
    _, letters, kind = _facts(str(network))
    name = network_name(network)
    spoken = f"{name}, {handle}" if handle else name
    sized = format_html(' data-size="{}"', size) if size else ""
    return format_html(
        '<svg class="mark"{} role="img" aria-label="{}" viewBox="0 0 24 24" width="20" height="20">'
        '<title>{}</title>{}<text class="mark-letters" x="12" y="12" dy=".36em" text-anchor="middle"'
        ' aria-hidden="true">{}</text></svg>',
        sized,
        spoken,
        spoken,
        SHAPES[kind],
        letters,
    )
