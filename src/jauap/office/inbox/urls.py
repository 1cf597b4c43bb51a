from __future__ import annotations

from django.urls import path

from jauap.office.inbox import views

app_name = "inbox"
urlpatterns = [
    path("", views.show_list, name="list"),
    path("new/", views.new, name="new"),
    path("answers/<int:number>/withdraw/", views.withdraw, name="withdraw"),
    path("answers/<int:number>/confirm/", views.confirm, name="confirm"),
    path("<str:code>/", views.show_thread, name="thread"),
    path("<str:code>/answer/", views.answer, name="answer"),
    path("<str:code>/count/", views.count, name="count"),
    path("<str:code>/writing/", views.writing, name="writing"),
    path("<str:code>/note/", views.note, name="note"),
    path("<str:code>/assign/", views.assign, name="assign"),
    path("<str:code>/no-answer/", views.no_answer, name="no_answer"),
    path("<str:code>/reopen/", views.reopen, name="reopen"),
    path("<str:code>/hide/", views.hide, name="hide"),
    path("<str:code>/unhide/", views.unhide, name="unhide"),
]
