from django.apps import AppConfig
from django.conf import settings


class PagesConfig(AppConfig):
    name = "jauap.office.pages"
    label = "pages"

    def ready(self) -> None:
        """The rehearsal network runs where the operator's settings say."""
        from jauap.networks.rehearsal import Rehearsal

        if settings.CONFIG.rehearsal:
            Rehearsal.server = settings.CONFIG.rehearsal
