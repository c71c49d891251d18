"""The json of every command by its name, as JSON Schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nhsrate.shapes.methodologies import DIFF, FIELD, HEADING, IN_FULL, KIND, MANUAL, WEIGHTS
from nhsrate.shapes.projects import BUILD, METADATA
from nhsrate.shapes.questions import COMPARE, DIAGNOSE, HEADROOM, INTEGRITY, ROBUSTNESS
from nhsrate.shapes.ratings import CHECK, EXPLANATION, SCORE
from nhsrate.shapes.trajectory import TRAJECTORY
from nhsrate.shapes.words import DRAFT, PROBLEM, several

if TYPE_CHECKING:
    from nhsrate.shapes.words import Schema

ANSWERS: dict[str, tuple[str, Schema]] = {
    "score": ("ratings with all their reasons, as `nhsrate score -f json` gives them", SCORE),
    "explain": ("the reasons of one organisation's ratings", EXPLANATION),
    "check": ("what was read, and every problem", CHECK),
    "problems": ("problems, as `--problems json` gives them", several(PROBLEM)),
    "headroom": ("what would change a rating", HEADROOM),
    "diagnose": ("who can help an organisation, and with what", DIAGNOSE),
    "robustness": ("how sure ratings are", ROBUSTNESS),
    "integrity": ("what leans on a cut", INTEGRITY),
    "compare": ("what changed, and why", COMPARE),
    "trajectory": ("several periods beside a plan", TRAJECTORY),
    "methodologies": ("the editions, or one in full", {"anyOf": [several(HEADING), IN_FULL]}),
    "weights": ("what decides ratings, of one edition or of all", {"anyOf": [WEIGHTS, several(WEIGHTS)]}),
    "diff": ("what two editions say differently", DIFF),
    "kinds": ("the kinds, or the manual of one", {"anyOf": [several(KIND), MANUAL]}),
    "build": ("what holds of a project", BUILD),
    "metadata": ("what stands beside a csv for which something was set", METADATA),
}
"""What json there is, each with what it is in words and its shape."""


def answer_schema(name: str) -> Schema:
    """The JSON Schema of the json of that name; raises `KeyError` where there is none."""
    about, shape = ANSWERS[name]
    head = {"$schema": DRAFT, "title": f"nhsrate {name}", "description": f"{about[0].upper()}{about[1:]}."}
    return head | ({"$defs": {"field": FIELD}} if name == "kinds" else {}) | shape


def answer_schema_text(name: str) -> str:
    """The same as text."""
    return json.dumps(answer_schema(name), ensure_ascii=False, indent=1) + "\n"
