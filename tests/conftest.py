"""What all tests share: an installation of their own in a throw-away folder, and the cast."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# Before Django reads its settings: nothing of a developer's installation may be touched.
_FOLDER = tempfile.mkdtemp(prefix="jauap-test-")
os.environ["JAUAP_DATA"] = _FOLDER
os.environ["JAUAP_TEST"] = "1"
os.environ["JAUAP_GALLERY"] = "1"
os.environ.setdefault("JAUAP_ALLOWED_ORIGINS", "")

import pytest  # noqa: E402


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
