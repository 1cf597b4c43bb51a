from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "jauap.office.inbox"
    label = "inbox"
