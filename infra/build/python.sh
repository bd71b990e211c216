#!/usr/bin/env bash
# Prints the bin folder of a virtual environment with infra/requirements.txt; creates it if it is missing or outdated.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=${PYTHON_VENV:-node_modules/.cache/venv}
if ! cmp -s infra/requirements.txt "$venv/requirements.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement infra/requirements.txt >&2
  cp infra/requirements.txt "$venv/requirements.txt"
fi
echo "$PWD/$venv/bin"
