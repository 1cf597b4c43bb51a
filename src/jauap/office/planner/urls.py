from __future__ import annotations

from django.urls import path

from jauap.office.planner import views, writing_views

app_name = "planner"
urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("announcements/new/", views.new, name="new"),
    path("announcements/<str:code>/", views.one_announcement, name="one"),
    path("announcements/<str:code>/changed/", views.changed, name="changed"),
    path("announcements/<str:code>/review/", views.send_for_review, name="review"),
    path("announcements/<str:code>/back/", views.take_back, name="take_back"),
    path("announcements/<str:code>/approve/", views.approve, name="approve"),
    path("announcements/<str:code>/send-back/", views.send_back, name="send_back"),
    path("announcements/<str:code>/withdraw/", views.withdraw, name="withdraw"),
    path("announcements/<str:code>/name/", writing_views.name, name="name"),
    path("announcements/<str:code>/texts/", writing_views.texts, name="texts"),
    path("announcements/<str:code>/pages/", writing_views.pages, name="pages"),
    path("announcements/<str:code>/time/", writing_views.time, name="time"),
    path("announcements/<str:code>/pictures/", writing_views.upload, name="upload"),
    path("announcements/<str:code>/pictures/<int:pk>/", writing_views.describe, name="describe"),
    path("announcements/<str:code>/pictures/<int:pk>/remove/", writing_views.remove, name="remove"),
    path("announcements/<str:code>/pictures/<int:pk>/move/", writing_views.move, name="move"),
    path("announcements/<str:code>/on/<int:pk>/", writing_views.variant, name="variant"),
    path("announcements/<str:code>/on/<int:pk>/preview/", writing_views.preview, name="preview"),
    path("announcements/<str:code>/on/<int:pk>/follow/", writing_views.follow, name="follow"),
]
