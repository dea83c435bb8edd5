#!/usr/bin/env bash
# The action's one step: remarks on the lines, a step summary, a comment, SARIF; exits as `scoring check` does, and
# where nothing moved as `scoring verify`.
set -uo pipefail
scoring=${SCORING:-$RUNNER_TEMP/scoring/bin/scoring}
folders=(--profiles "$PROFILES")
[ -z "$RUBRIC" ] || folders+=(--rubric "$RUBRIC")
marker='<!-- scoring: one comment a pull request, updated -->'

"$scoring" check "${folders[@]}" --lock "$LOCK" --tolerance "$TOLERANCE" --format github 2>faults.txt
code=$?
moved=$code
[ -z "$SARIF" ] || "$scoring" check "${folders[@]}" --lock "$LOCK" --tolerance "$TOLERANCE" --format sarif -o "$SARIF" 2>/dev/null

{
    echo "$marker"
    if [ $code -eq 1 ]; then
        echo "**Faults; no score was computed.** They stand as remarks on their lines."
    else
        [ $code -eq 3 ] && echo "Figures are not those of the lock. If the moves below are meant, run \`scoring lock\` and commit it." && echo
        "$scoring" diff ${BASE:+"$BASE"} "${folders[@]}" --format markdown
    fi
} >"$COMMENT"
[ $code -eq 1 ] || "$scoring" diff ${BASE:+"$BASE"} "${folders[@]}" --format github
cat faults.txt >&2
cat "$COMMENT" >>"$GITHUB_STEP_SUMMARY"
if [ -n "$REPORTS" ]; then
    # shellcheck disable=SC2206  patterns are meant to be opened, and split at spaces
    files=($REPORTS)
    "$scoring" verify "${folders[@]}" --format github -- "${files[@]}"
    verified=$?
    echo "verified=$([ $verified -eq 0 ] && echo true || echo false)" >>"$GITHUB_OUTPUT"
    {
        echo
        echo "Citations: $("$scoring" verify "${folders[@]}" -- "${files[@]}" 2>/dev/null | tail -n 1)"
    } | tee -a "$COMMENT" >>"$GITHUB_STEP_SUMMARY"
    [ $code -ne 0 ] || code=$verified
fi
echo "moved=$([ $moved -eq 3 ] && echo true || echo false)" >>"$GITHUB_OUTPUT"
rm -f faults.txt
exit $code
