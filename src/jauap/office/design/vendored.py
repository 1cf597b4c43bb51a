"""The list of vendored files; `python -m jauap.office.design.vendored` writes it anew."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

FOLDER = Path(__file__).parent / "vendor"
LIST = FOLDER / "VENDOR.toml"
SOURCES = {
    "htmx": ("htmx.org", "2.0.11", "0BSD"),
    "inter": ("@fontsource-variable/inter", "5.3.0", "OFL-1.1"),
    "noto-sans-georgian": ("@fontsource/noto-sans-georgian", "5.3.0", "OFL-1.1"),
    "lucide": ("lucide-static", "1.62.0", "ISC, MIT for those from Feather"),
}
HEAD = """# Files of others, unmodified, from npm packages of these names and versions.
# Written by `python -m jauap.office.design.vendored`; compared with the files by a test.
"""


def hashes(folder: Path = FOLDER) -> dict[str, str]:
    """SHA-256 of every vendored file by its path."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file != LIST
    }


def listed() -> dict[str, str]:
    """What VENDOR.toml says."""
    packages = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return {
        f"{room}/{name}": sha for room, package in packages.items() for name, sha in package["files"].items()
    }


def text() -> str:
    """VENDOR.toml for what stands in the folder."""
    found, parts = hashes(), [HEAD]
    for room, (package, version, licence) in SOURCES.items():
        parts.append(
            f'[{room}]\npackage = "{package}"\nversion = "{version}"\nlicence = "{licence}"\n\n[{room}.files]'
        )
        parts += [
            f'"{path.split("/", 1)[1]}" = "{sha}"'
            for path, sha in found.items()
            if path.startswith(f"{room}/")
        ]
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    LIST.write_text(text(), encoding="utf-8")
