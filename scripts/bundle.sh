#!/usr/bin/env bash
# Bundles the two entry points: index.js is the action (main and post), cli.js the command line.
#
#   scripts/bundle.sh [DIRECTORY]     default: dist
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-dist}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Each entry is bundled elsewhere and put in place at the end, so that dist/ is never half a bundle.
node_modules/.bin/ncc build src/action.ts --out "$work/action" --minify --license licenses.txt --quiet
node_modules/.bin/ncc build src/cli.ts --out "$work/cli" --minify --quiet
mkdir -p "$out"
rm -rf "${out:?}"/*
cp -r "$work/action/." "$out/"
for file in "$work/cli"/*.js; do
  name=$(basename "$file")
  if [ "$name" = index.js ]; then
    cp "$file" "$out/cli.js"
  elif [ -e "$out/$name" ] && ! cmp -s "$file" "$out/$name"; then
    echo "bundle.sh: both entries have a $name, and they differ" >&2
    exit 1
  else
    cp "$file" "$out/$name"
  fi
done
