#!/bin/sh
# The same engine as the action, from a shell:
#
#   scripts/deploy/smart-docker-build.sh SERVICE IMAGE VERSION [PLATFORMS] [PUSH]
#
# Needs Node >= 20 and docker with buildx, nothing else. --help tells the rest.
set -eu

if ! command -v node >/dev/null 2>&1; then
  echo 'smart-docker-build needs Node 20 or newer, and there is no node on the PATH.' >&2
  exit 2
fi
script=$(readlink -f "$0")
exec node "$(dirname "$script")/../../dist/cli.js" "$@"
