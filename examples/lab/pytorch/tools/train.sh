#!/bin/bash
# Starts a training with the arguments that it is given.
set -euo pipefail
exec python3 -m train "$@"
