"""What all tests share: an installation of their own in a throw-away folder, and the cast."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# Before Django reads its settings: nothing of a developer's installation may be touched.
_FOLDER = tempfile.mkdtemp(prefix="jauap-test-")
os.environ["JAUAP_DATA"] = _FOLDER
os.environ["JAUAP_TEST"] = "1"
# Not in pyproject: pytest-django would read the settings before this file.
os.environ["DJANGO_SETTINGS_MODULE"] = "jauap.office.settings"
os.environ["JAUAP_GALLERY"] = "1"
os.environ.setdefault("JAUAP_ALLOWED_ORIGINS", "")

import django  # noqa: E402
import pytest  # noqa: E402

django.setup()


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
