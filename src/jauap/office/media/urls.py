from __future__ import annotations

from django.urls import path

from jauap.office.media import views

app_name = "media"
urlpatterns = [
    path("<str:code>/", views.picture, name="picture"),
    path("<str:code>/<int:width>/", views.picture, name="smaller"),
]
