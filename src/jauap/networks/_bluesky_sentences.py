"""What Bluesky says to people through us: refusals of ours and notes of the connection's test."""

from __future__ import annotations

from jauap.networks._bluesky_records import HIDDEN, IMAGES
from jauap.words import N_, words

TOO_LONG = words(
    N_("The text is too long for Bluesky: at most {letters} letters and {bytes} bytes."),
    letters=300,
    bytes=3000,
)
PICTURE_TOO_LARGE = words(
    N_("A picture is larger than {kilobytes} kB, more than Bluesky's servers take."), kilobytes=950
)
NO_GALLERY = words(
    N_("This server shows at most {count} pictures in one post. Take some out or make two posts."),
    count=IMAGES,
)
MESSAGE_GONE = words(N_("The message that you answer no longer stands on the network."))
NOT_OURS = words(N_("This stands on somebody else's page; only our own can be changed."))
GATE_FULL = words(
    N_("Bluesky hides at most {count} answers under one post, and so many are hidden."), count=HIDDEN
)
OTHER_POST = words(N_("Under the key of this post another text stands. Compare them and decide."))
NOT_READABLE = words(N_("Signed in, but the part of Bluesky that shows posts and answers can't be reached."))
MAIN_PASSWORD = words(
    N_("This is the account's main password. An app password is safer: it can be withdrawn alone.")
)
FOUR_PICTURES = words(
    N_("This server takes at most {count} pictures in a post; newer ones take more."), count=IMAGES
)
