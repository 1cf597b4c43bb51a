"""Pictures for the people of their organisation."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from jauap.office.media import actions, queries
from jauap.office.web.request import Request, at_desk
from jauap.office.web.shortcuts import one


@require_safe
@at_desk
def picture(request: Request, code: str, width: int = 0) -> HttpResponse:
    """The master, or its copy of one of the fixed widths. A code names one content for ever."""
    found = one(queries.pictures(request.person), code=code)
    if width and width not in actions.WIDTHS:
        raise Http404
    try:
        content = actions.smaller(found, width) if width else actions.whole(found)
    except FileNotFoundError as error:
        raise Http404 from error
    response = HttpResponse(content, content_type="image/jpeg" if width else found.mime)
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response
