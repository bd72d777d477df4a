#!/usr/bin/env bash
# Fails unless dist/ is exactly what the sources give: people run dist/, reviewers read src/.
set -euo pipefail
cd "$(dirname "$0")/.."
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
bash scripts/bundle.sh "$fresh" >/dev/null
if ! diff -rq "$fresh" dist; then
  echo 'dist/ is not what the sources give: run "npm run package" and commit dist/.' >&2
  exit 1
fi
