from __future__ import annotations

from django.urls import path

from jauap.office.pages import views

app_name = "pages"
urlpatterns = [
    path("", views.listed, name="list"),
    path("connect/", views.choose, name="choose"),
    path("connect/<slug:network>/", views.connect, name="connect"),
    path("connect/<slug:network>/back/", views.back, name="back"),
    path("<str:code>/", views.one_page, name="one"),
    path("<str:code>/live/", views.go_live, name="go_live"),
    path("<str:code>/disconnect/", views.disconnect, name="disconnect"),
    path("<str:code>/check/", views.check, name="check"),
]
