#!/usr/bin/env bash
# The step of the action: annotations on lines, a step summary, a comment, SARIF. The exit code is that of `scoring
# check`, or that of `scoring verify` if no score changed.
set -uo pipefail
scoring=${SCORING:-$RUNNER_TEMP/scoring/bin/scoring}
folders=(--profiles "$PROFILES")
[ -z "$RUBRIC" ] || folders+=(--rubric "$RUBRIC")
marker='<!-- scoring: one comment a pull request, updated -->'

scratch=$(mktemp -d "${RUNNER_TEMP:-/tmp}/scoring-XXXXXX") # not a fixed name, which a pull request could make a link
trap 'rm -rf "$scratch"' EXIT

"$scoring" check "${folders[@]}" --lock "$LOCK" --tolerance "$TOLERANCE" --format github 2>"$scratch/errors"
code=$?
moved=$code
if [ -n "$SARIF" ]; then
    "$scoring" check "${folders[@]}" --lock "$LOCK" --tolerance "$TOLERANCE" --format sarif -o "$SARIF" 2>"$scratch/sarif"
    grep -F "cannot be written" "$scratch/sarif" >&2
fi

{
    echo "$marker"
    if [ $code -eq 1 ]; then
        echo "**Errors; no score was computed.** They are annotations on their lines."
    else
        [ $code -eq 3 ] && echo "Scores differ from the lock file. If the changes below are intended, run \`scoring lock\` and commit the file." && echo
        "$scoring" diff ${BASE:+"$BASE"} "${folders[@]}" --format markdown
    fi
} >"$scratch/comment"
[ $code -eq 1 ] || "$scoring" diff ${BASE:+"$BASE"} "${folders[@]}" --format github
cat "$scratch/errors" >&2
if [ -n "$REPORTS" ]; then
    # shellcheck disable=SC2206  patterns are to be expanded, and split at spaces
    files=($REPORTS)
    "$scoring" verify "${folders[@]}" --format github -- "${files[@]}"
    verified=$?
    echo "verified=$([ $verified -eq 0 ] && echo true || echo false)" >>"$GITHUB_OUTPUT"
    {
        echo
        echo "Citations: $("$scoring" verify "${folders[@]}" -- "${files[@]}" 2>/dev/null | tail -n 1)"
    } >>"$scratch/comment"
    [ $code -ne 0 ] || code=$verified
fi
cat "$scratch/comment" >>"$GITHUB_STEP_SUMMARY"
cd -P . # so that a link in the path makes the logical and the physical name of the folder differ
folder=$(dirname -- "$COMMENT")
if [ "$(cd -L -- "$folder" && pwd -L)" = "$(cd -P -- "$folder" && pwd -P)" ]; then
    rm -f -- "$COMMENT" && mv -- "$scratch/comment" "$COMMENT" || code=1 # a link is removed, not followed
else
    echo "::error::the comment is not written: a link leads to $COMMENT" && code=1
fi
echo "moved=$([ $moved -eq 3 ] && echo true || echo false)" >>"$GITHUB_OUTPUT"
exit $code
