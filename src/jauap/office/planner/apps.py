from django.apps import AppConfig


class PlannerConfig(AppConfig):
    name = "jauap.office.planner"
    label = "planner"
