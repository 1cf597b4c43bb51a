from django.apps import AppConfig


class DeliveriesConfig(AppConfig):
    name = "jauap.office.deliveries"
    label = "deliveries"
