"""A scorecard to start from: a row for each indicator, with its own target, tolerance and direction."""

from __future__ import annotations

RULES = """\
id: {id}
title: A scorecard of my own
summary: Each indicator is held against the target, with the tolerance and the direction, that stand in its row.
status: illustrative    # remove it when this is in use
rates: indicator        # the word for what is rated, in every table and message
order: return           # tables in the order of the return

scales:
  rag:
    - {{level: green, word: on target, symbol: "●", colour: green}}
    - {{level: amber, word: within tolerance, symbol: "▲", colour: amber}}
    - {{level: red, word: off target, symbol: "■", colour: red, consequences: [an account to the next board]}}
  sides:
    - {{level: higher, aliases: [up, "higher is better"]}}
    - {{level: lower, aliases: [down, "lower is better"]}}

inputs:
  value: {{title: Actual, type: number, polarity: {{item: direction}}}}
  target: {{title: Target, type: number, required: true}}
  tolerance: {{title: Tolerance, type: number, required: true, valid: ">= 0"}}
  direction: {{title: Better, type: level, scale: sides, required: true}}

measures:
  ahead:
    title: Beyond the target
    kind: margin        # how far a value is on the better side of its target
    of: value
    target: target
    published: true
    domain: true

ratings:
  light:
    title: Light
    kind: thresholds
    scale: rag
    headline: true
    of: ahead
    levels:
      - {{level: green, at_least: 0}}
      - {{level: amber, at_least: {{item: tolerance, times: -1}}}}
      - {{level: red, otherwise: true}}

caveats:
  - An example to start from, no scorecard in use.
"""

CASES = """\
methodology: {id}
cases:
  - name: higher is better, at the target and at the end of its tolerance, and a hair off each
    given: [value, target, tolerance, direction]
    expect: [ahead, light]
    rows:
      at the target:         [78, 78, 3, higher, 0, green]
      below the target:      [77.9, 78, 3, higher, -0.1, amber]
      at the tolerance:      [75, 78, 3, up, -3, amber]
      beyond the tolerance:  [74.9, 78, 3, up, -3.1, red]
  - name: lower is better
    given: [value, target, tolerance, direction]
    expect: [ahead, light]
    rows:
      at the target:         [0, 0, 1, lower, 0, green]
      within the tolerance:  [1, 0, 1, lower, -1, amber]
      beyond the tolerance:  [2, 0, 1, down, -2, red]
  - name: without a figure there is no light
    given: {{target: 78, tolerance: 3, direction: up}}
    expect: {{ahead: missing, light: missing}}
"""

RETURN = """\
Methodology,{id}

Ref,Indicator,Actual,Target,Tolerance,Better
S1,Seen within four hours (%),76.4,78,3,higher
S2,Waiting more than 52 weeks (%),2.1,1,0.5,lower
S3,Falls with harm,4,4,1,lower
S4,Complaints answered in time (%),71,85,5,higher
"""
