from __future__ import annotations

from django.urls import path

from jauap.office.deliveries import views

app_name = "deliveries"
urlpatterns = [
    path("", views.held, name="held"),
    path("hold/", views.hold, name="hold"),
    path("holds/<int:number>/release/", views.release, name="release"),
    path("<str:code>/", views.show, name="one"),
    path("<str:code>/line/", views.line, name="line"),
    path("<str:code>/send-now/", views.send_now, name="send_now"),
    path("<str:code>/try-again/", views.try_again, name="try_again"),
    path("<str:code>/drop/", views.drop, name="drop"),
    path("<str:code>/look-now/", views.look_now, name="look_now"),
    path("<str:code>/stands/", views.say_it_stands, name="say_it_stands"),
    path("<str:code>/absent/", views.say_it_is_absent, name="say_it_is_absent"),
]
