from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "jauap.office.media"
    label = "media"
