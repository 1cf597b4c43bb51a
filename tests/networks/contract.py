"""What every network must do, seen from both sides: by us through `Network`, by a citizen.

A network's tests make a class of `NetworkContract` (this one is not collected) and give it a
fixture `world`, see `world.World`. Everything is asked of the network's own capabilities; nothing
here knows which network it is.
"""

from __future__ import annotations

from tests.networks.contract_faults import Withstands
from tests.networks.contract_listening import Listens
from tests.networks.contract_publishing import Publishes
from tests.networks.looking import answered as answered
from tests.networks.looking import seen as seen
from tests.networks.looking import times_seen as times_seen


class NetworkContract(Publishes, Listens, Withstands):
    """Every network passes this. Subclass as `class TestName(NetworkContract)` with a fixture `world`."""
