from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "jauap.office.people"
    label = "people"
