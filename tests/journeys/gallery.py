"""`make gallery`: photographs every screen in every look into build/gallery/."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    tests = Path(__file__).with_name("test_screens.py")
    command = [sys.executable, "-m", "pytest", "-q", str(tests), "-k", "clean"]
    code = subprocess.run(command, check=False).returncode
    print("build/gallery/")
    sys.exit(code)
