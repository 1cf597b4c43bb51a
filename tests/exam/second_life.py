"""A backup restored into another folder and started there: `python -m tests.exam.second_life FOLDER ORIGIN`.

Fails where it is not noticed, or does not come to rest after an administrator has confirmed.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.exam.ground import environment, quiet


def main() -> None:
    folder, origin = Path(sys.argv[1]), sys.argv[2]
    environment(folder / "restored", origin)
    from jauap.office import config
    from jauap.office.backup import restore

    restore(config.read(), folder / "backup.tar.gz")
    import django

    django.setup()
    quiet()
    from django.utils import timezone

    from jauap.office.deliveries import actions, installation
    from jauap.office.deliveries.models import Delivery, Hold, State
    from jauap.office.people.models import Membership
    from jauap.office.worker import Worker

    assert installation.noticed(timezone.now()), "the restored copy was not noticed"
    worker = Worker()
    until, confirmed = time.monotonic() + 120, False
    while time.monotonic() < until:
        worker.turn()
        waiting = Delivery.objects.exclude(state__in=[State.SENT, State.DROPPED])
        if not waiting.filter(state=State.UNSURE).exists() and not confirmed:
            administrator = Membership.objects.filter(role="administrator").select_related("person")[0].person
            actions.release(Hold.objects.get(released_at=None), by=administrator)
            confirmed = True
        if not waiting.exists():
            break
        time.sleep(0.05)
    worker.land()
    assert confirmed, "the restored copy never came to rest"
    assert not waiting.exists(), "something was lost by the restore"


if __name__ == "__main__":
    main()
