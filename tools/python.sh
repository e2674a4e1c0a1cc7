#!/bin/sh
# Runs a script with the first Python that is new enough; says what to install where there is none.
set -eu

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

for python in ${PYTHON:-} python3 python3.11 python3.12 python3.13 python3.14; do
    if new_enough "$python"; then
        exec "$python" "$@"
    fi
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && ! command -v python3 >/dev/null && [ -z "${BOOTSTRAPPED:-}" ]; then
    echo "Installing python3 with apt …"
    export DEBIAN_FRONTEND=noninteractive BOOTSTRAPPED=yes
    apt-get update -q && apt-get install -y -q --no-install-recommends python3 python3-venv
    exec sh "$0" "$@"
fi

cat >&2 <<'MESSAGE'
Python 3.11 or newer is needed and was not found.
  Debian 12, Ubuntu 24.04 or newer:  sudo apt-get install python3 python3-venv
  Ubuntu 22.04:                      sudo apt-get install python3.11 python3.11-venv
Or name another one:                 PYTHON=/path/to/python3.12 make setup
MESSAGE
exit 1
