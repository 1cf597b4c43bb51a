"""A small social network of its own: for the demo, for training, for tests.

It is spoken to over HTTP like any other and keeps its own SQLite file, so it outlives the death of
the press office's process. `python -m jauap.networks.rehearsal --folder DIR` starts it alone;
`serve` starts it beside another program.

    client    how the press office speaks to it (`NETWORK`)     server    sockets and planned faults
    api       what offices may ask                              pages     what citizens see and write
    store     what it remembers                                 people    who posts by a script
"""

from __future__ import annotations

from jauap.networks.rehearsal.client import Rehearsal, connect
from jauap.networks.rehearsal.server import Running, serve

NETWORK = Rehearsal

__all__ = ["NETWORK", "Rehearsal", "Running", "connect", "serve"]
