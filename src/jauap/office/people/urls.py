from __future__ import annotations

from django.urls import path

from jauap.office.people import views

app_name = "people"
urlpatterns = [
    path("", views.listed, name="list"),
    path("invite/", views.invite, name="invite"),
    path("invitations/<int:pk>/revoke/", views.revoke, name="revoke"),
    path("<int:pk>/roles/", views.roles, name="roles"),
    path("organisation/", views.organisation, name="organisation"),
    path("switch/", views.switch, name="switch"),
    path("me/", views.me, name="me"),
    path("welcome/", views.welcome, name="welcome"),
    path("in/<str:token>/", views.come_in, name="come_in"),
]
