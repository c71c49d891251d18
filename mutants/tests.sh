#!/bin/sh
# The fast subset: first the tests of the room that was changed, then the others; the first failure ends it.
ulimit -t 300 # seconds of processor time, for what never ends
run() { python -m pytest -q -x -n0 -p no:cacheprovider --hypothesis-seed=0 "$@" || exit 1; }
room=$(git diff --name-only -- src | cut -d/ -f3)
[ -n "$room" ] || exit 2
run "tests/$room"
run tests/kinds tests/core tests/engine tests/rules src/nhsrate/kinds src/nhsrate/core src/nhsrate/engine \
    tests/whole/test_language.py tests/whole/test_gallery.py tests/returns/test_several_tables.py \
    tests/runs/test_against.py tests/runs/test_earlier.py tests/values/test_binary_tails.py \
    tests/editions/test_manual.py tests/editions/test_diff.py tests/editions/test_weights.py tests/editions/test_words.py
