"""The smallest methodology worth starting from: what `nhsrate new` writes, `{id}` being its id."""

from __future__ import annotations

RULES = """\
# A methodology of one's own, to be changed. What is not obvious says what it is; all that can be said is described
# in the project's docs/methodology-language.md. Look at it as others would: nhsrate methodologies {id}.yaml

id: {id}            # the name of this file
title: {id}
publisher: Your organisation
summary: What is rated, and how, in a sentence or two.
status: illustrative    # remove it when this is a method in use; the status then follows from the figures

sources:
  plan: {{title: The document that says so, note: Give an address under url.}}

scales:                 # best first; a word and a symbol as well as a colour
  stars:
    - {{level: 3, word: three stars, symbol: "★★★", colour: green}}
    - {{level: 2, word: two stars, symbol: "★★", colour: amber}}
    - {{level: 1, word: one star, symbol: "★", colour: red, consequences: [a plan within three months]}}

figures:                # a number that matters has a name: stated, inferred or assumed
  standard: {{value: 95, basis: stated, source: plan, note: the least that scores 2}}
  two_stars: {{value: 1, basis: assumed, note: the average score from which there are two stars}}

inputs:                 # the columns of a return
  seen_in_time:
    title: Seen in time
    type: percent
    polarity: higher
    valid: 0..100
    source: plan
  satisfied:
    title: Patients who are satisfied
    type: percent
    polarity: higher
    valid: 0..100
  report_late:
    title: Report was late
    type: yes/no
    required: true

measures:               # what is worked out from them
  seen_score:
    title: Seen in time, score
    kind: thresholds    # the first row that holds wins
    of: seen_in_time
    scores: [{{score: 2, at_least: standard}}, {{score: 1, at_least: 90}}, {{score: 0, otherwise: true}}]
    source: plan
  satisfied_score:
    title: Satisfied, score
    kind: thresholds
    of: satisfied
    scores: [{{score: 2, at_least: 80}}, {{score: 1, at_least: 70}}, {{score: 0, otherwise: true}}]
  average:
    title: Average score
    kind: weighted-mean
    of: {{seen_score: 60, satisfied_score: 40}}
    missing: leave out  # or refuse, missing, {{count as: 0}}
    shown: 2
    published: true     # a column of the csv

ratings:                # what is decided
  stars:
    title: Stars
    kind: thresholds
    scale: stars
    headline: true      # the rating people speak of
    of: average
    levels:
      - {{level: 3, at_least: 1.5}}
      - {{level: 2, at_least: two_stars}}
      - {{level: 1, otherwise: true}}
    limits:
      - {{at_best: 2, when: {{report_late: yes}}, because: the report was late}}

caveats:                # printed with every table of ratings
  - An example to start from, no method in use.
"""

CASES = """\
# Worked cases: what must come out for what is given. `nhsrate test` runs them.
methodology: {id}
cases:
  - name: both good
    given: {{seen_in_time: 96, satisfied: 85, report_late: no}}
    expect: {{average: 2, stars: 3}}
  - name: at each threshold of what is seen in time, and a hair below it
    given: [seen_in_time]
    expect: [seen_score]
    rows:
      at the standard:    [95, 2]
      below the standard: [94.9999, 1]
      at 90:              [90, 1]
      below 90:           [89.9999, 0]
  - name: a late report costs the third star
    given: {{seen_in_time: 96, satisfied: 85, report_late: yes}}
    expect: {{stars: 2}}
  - name: one value missing
    given: {{seen_in_time: 91, report_late: no}}
    expect: {{average: 1, stars: 2}}
"""

RETURN = """\
Methodology,{id}

Code,Name,Seen in time,Patients who are satisfied,Report was late
XAL,Aldermere (invented),96.5%,84%,no
XBE,Beckhaven (invented),91.0%,88%,no
XCA,Carrowby (invented),97.2%,91%,yes
XDU,Dunwater (invented),88.4%,72%,no
"""
