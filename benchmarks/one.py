"""One benchmark in a process and an installation of its own (`places.environment` was set before).

Its figures go to standard output as JSON, one a line.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module

from benchmarks.places import made_ready


def main(name: str, size: str) -> None:
    benchmark = import_module(f"benchmarks.{name}")
    if benchmark.NEEDS != "nothing":
        made_ready()
    for figure in benchmark.measure(getattr(benchmark, size)):
        print(json.dumps(figure.to_json(), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
