"""All addresses of the house."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from jauap.office.desk.views import not_found

CLOSED = (
    "signup/",
    "email/",
    "confirm-email/",
    "password/reset/",
    "password/set/",
    "login/code/confirm/",
)
"""allauth's doors that stay shut: people come in by an invitation, set a new password by a link."""

urlpatterns = [
    path("", include("jauap.office.desk.urls")),
    path("inbox/", include("jauap.office.inbox.urls")),
    path("", include("jauap.office.planner.urls")),
    path("deliveries/", include("jauap.office.deliveries.urls")),
    path("pages/", include("jauap.office.pages.urls")),
    path("media/", include("jauap.office.media.urls")),
    path("people/", include("jauap.office.people.urls")),
    path("live/", include("jauap.office.live.urls")),
    *[path(f"account/{closed}", not_found) for closed in CLOSED],
    path("account/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
]
if settings.GALLERY:
    urlpatterns.append(path("gallery/", include("jauap.office.design.urls")))

handler404 = "jauap.office.desk.views.not_found"
