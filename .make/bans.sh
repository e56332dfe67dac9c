#!/usr/bin/env bash
# What no tracked file may contain, and why. The patterns are written so that they do not find themselves.
set -uo pipefail
cd "$(dirname "$0")/.."
status=0

# ban WHY PATTERN PATH...
ban() {
  local why=$1 pattern=$2
  shift 2
  if git grep -nIE --untracked "$pattern" -- "$@"; then
    printf '  ^ banned: %s\n\n' "$why" >&2
    status=1
  fi
}

ban 'Leptos 0.8 does not escape what stands between its tags: a value there is a script injection' \
  '<[t]extarea' 'src/*.rs'
ban 'a registry belongs to the machine (its settings, a mirror), not to the project' \
  '(static|index)[.]crates[.]io|registry[.]npmjs[.]org|files[.]pythonhosted[.]org|deb[.]debian[.]org' .
ban 'the path of one machine' '/(root|home/[a-z]+)/' . ':!*.lock'

exit $status
