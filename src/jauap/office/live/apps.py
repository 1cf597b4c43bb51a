from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "jauap.office.live"
    label = "live"
