#!/usr/bin/env bash
# A release has neither the simulator nor switches of tests in it: .make/release-check.sh BINARY
set -uo pipefail

binary=${1:?which file}
status=0

# A text that every portal has; without it this script would look at something else and find nothing.
grep -aqF 'PORTAL_ENTRA_TENANT_ID' "$binary" || {
  printf '%s: is no portal\n' "$binary" >&2
  exit 2
}
while IFS='|' read -r text what; do
  if grep -aqF "$text" "$binary"; then
    printf '%s: has %s in it (%s)\n' "$binary" "$what" "$text" >&2
    status=1
  fi
done <<'END'
/_simulator/|the simulator's control
simulator-only|the simulator's settings
@tailwind.example|the demo's people
PORTAL_PLANT|planted bugs
PORTAL_CRASH|crash points
PORTAL_CLOCK|a clock that can be bent
PCPW-|canary passwords
END
exit $status
