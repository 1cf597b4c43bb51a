"""Address of the stream of hints."""

from __future__ import annotations

from django.urls import path

from jauap.office.live import views

app_name = "live"
urlpatterns = [path("", views.stream, name="stream")]
