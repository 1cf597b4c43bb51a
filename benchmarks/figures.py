"""A figure: a ratio, its goal, and the absolute times beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Goal(StrEnum):
    AT_MOST = "at most"
    AT_LEAST = "at least"


@dataclass(frozen=True)
class Figure:
    """What was measured. value, goal: in `unit` ("times ...", "s", "MB"). beside: absolute values."""

    name: str
    value: float
    unit: str
    goal: float
    good: Goal
    beside: Mapping[str, str] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        return self.value <= self.goal if self.good is Goal.AT_MOST else self.value >= self.goal

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "met": self.met}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Figure:
        named = {name: value for name, value in kept.items() if name != "met"}
        return cls(**{**named, "good": Goal(named["good"])})


def lines(figures: Sequence[Figure]) -> list[str]:
    """For the terminal: the figure, its goal, and below it what stands beside."""
    told = []
    for figure in figures:
        verdict = "met" if figure.met else "MISSED"
        told.append(
            f"{figure.name}: {figure.value:.2f} {figure.unit} (goal {figure.good} {figure.goal:g}): {verdict}"
        )
        told += [f"    {name}: {value}" for name, value in figure.beside.items()]
    return told
