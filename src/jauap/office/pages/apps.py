from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "jauap.office.pages"
    label = "pages"
