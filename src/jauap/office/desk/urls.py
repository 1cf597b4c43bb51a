from __future__ import annotations

from django.urls import path

from jauap.office.desk import views

app_name = "desk"
urlpatterns = [path("", views.today, name="today")]
