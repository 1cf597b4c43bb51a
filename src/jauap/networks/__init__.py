"""Social networks behind one small protocol (`base.Network`): one file a network.

The folder is the list: every module here (or package, as `rehearsal`) with a `NETWORK` class is one.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from jauap.networks.base import Network


@cache
def found() -> dict[str, type[Network]]:
    """Every network by its code (the file's name), in the alphabet of codes."""
    networks = {}
    for entry in sorted(pkgutil.iter_modules(__path__), key=lambda e: e.name):
        module = importlib.import_module(f"{__name__}.{entry.name}")
        network = getattr(module, "NETWORK", None)
        if network is not None:
            networks[entry.name] = network
    return networks
