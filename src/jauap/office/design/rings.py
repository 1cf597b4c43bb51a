"""Rings, meters and sparklines as SVG.

Shapes stand in attributes, because the page's policy allows no inline style.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

NEAR = 0.9
NEAR_LEFT = 20
SPARK_WIDTH, SPARK_HEIGHT = 112.0, 28.0


def ring(kind: str, state: str, share: float, label: str, number: str = "") -> SafeString:
    """A ring of which `share` (0..1) is drawn, clockwise from the top, with a short number inside."""
    part = round(min(max(share, 0.0), 1.0) * 100, 1)
    inside = (
        format_html(
            '<text class="ring-number"{} x="12" y="12" dy=".36em" text-anchor="middle">{}</text>',
            SafeString(" data-long") if len(number) > 2 else "",
            number,
        )
        if number
        else ""
    )
    return format_html(
        '<svg class="ring" data-kind="{}" data-state="{}" role="img" aria-label="{}"'
        ' viewBox="0 0 24 24" width="20" height="20">'
        '<circle class="ring-way" cx="12" cy="12" r="10"/>'
        '<circle class="ring-part" cx="12" cy="12" r="10" pathLength="100" stroke-dasharray="{} 100"'
        ' transform="rotate(-90 12 12)"/>{}</svg>',
        kind,
        state,
        label,
        f"{part:g}",
        inside,
    )


def count_ring(used: int, limit: int) -> SafeString:
    """How full a text is. The number shows only near the limit: what is left, or what is too much."""
    left = limit - used
    state = (
        "over"
        if left < 0
        else "near"
        if used >= limit * NEAR or (left <= NEAR_LEFT and limit > 4 * NEAR_LEFT)
        else "well"
    )
    if left < 0:
        label = ngettext("%(count)d character too many", "%(count)d characters too many", -left) % {
            "count": -left
        }
    else:
        label = ngettext("%(used)d of %(count)d character", "%(used)d of %(count)d characters", limit) % {
            "used": used,
            "count": limit,
        }
    number = "" if state == "well" else str(left) if abs(left) < 1000 else "!"
    return ring("count", state, used / limit if limit > 0 else 1.0, label, number.replace("-", "−"))


def clock_ring(share_left: float, label: str = "") -> SafeString:
    """A clock that empties: amber from half, red with "!" when it has run out."""
    if share_left <= 0:
        return ring("clock", "out", 1.0, label or gettext("The time has run out."), "!")
    percent = max(1, round(share_left * 100))
    words = label or gettext("%(percent)d %% of the time is left.") % {"percent": percent}
    return ring("clock", "half" if share_left <= 0.5 else "well", share_left, words)


def band_meter(band: int, words: str) -> SafeString:
    """How plain a text is: of five segments fewer is plainer; the words say it."""
    state = "well" if band <= 2 else "half" if band <= 3 else "out"
    segments = format_html_join(
        "",
        '<rect class="meter-segment"{} x="{}" y="0" width="14" height="6" rx="2"/>',
        ((SafeString(" data-on") if number < band else "", number * 16) for number in range(5)),
    )
    return format_html(
        '<span class="meter" data-state="{}"><svg class="meter-segments" viewBox="0 0 78 6"'
        ' aria-hidden="true">{}</svg> {}</span>',
        state,
        segments,
        words,
    )


def sparkline(values: Sequence[float], label: str, tone: str = "") -> SafeString:
    """A small line from zero; the last point is the present. label: the finding in words."""
    top = max([*values, 1e-9])
    step = SPARK_WIDTH / max(len(values) - 1, 1)
    points = [
        (round(i * step, 1), round(SPARK_HEIGHT - 2 - (SPARK_HEIGHT - 5) * v / top, 1))
        for i, v in enumerate(values)
    ]
    if not points:
        return SafeString("")
    line = " ".join(f"{x},{y}" for x, y in points)
    x, y = points[-1]
    return format_html(
        '<svg class="spark" data-tone="{}" role="img" aria-label="{}" viewBox="0 0 112 28">'
        '<polygon class="spark-ground" points="0,28 {} {},28"/><polyline class="spark-line" points="{}"/>'
        '<circle class="spark-now" cx="{}" cy="{}" r="2.5"/></svg>',
        tone,
        label,
        line,
        x,
        line,
        x,
        y,
    )
