"""The gallery: parts at its root, whole screens under their names."""

from __future__ import annotations

from django.urls import path

from jauap.office.design import views

app_name = "gallery"
urlpatterns = [
    path("", views.gallery, name="parts"),
    path("<slug:screen>/", views.screen, name="screen"),
]
