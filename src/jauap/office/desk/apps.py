from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "jauap.office.desk"
    label = "desk"
