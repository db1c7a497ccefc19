#!/bin/bash
# What compose and Testcontainers rely on of the official image's entry point: POSTGRES_{USER,PASSWORD,DB},
# POSTGRES_{INITDB_ARGS,HOST_AUTH_METHOD}, /docker-entrypoint-initdb.d, options in place of a command.
set -euo pipefail

if [ "${1:0:1}" = - ]; then set -- postgres "$@"; fi
if [ "$1" != postgres ]; then exec "$@"; fi

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA"
  chown -R postgres:postgres "$PGDATA"
  chmod 700 "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --clear-groups "$0" "$@"
fi
export HOME=/var/lib/postgresql
user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}

sql() { psql -v ON_ERROR_STOP=1 --no-psqlrc -U "$user" "$@"; }

initialise() {
  if [ -z "${POSTGRES_PASSWORD:-}" ] && [ "$method" != trust ]; then
    echo 'POSTGRES_PASSWORD is not set' >&2
    exit 1
  fi
  # shellcheck disable=SC2086 # a list of options
  initdb -D "$PGDATA" -U "$user" --pwfile=<(echo "${POSTGRES_PASSWORD:-unused}") -A trust -E UTF8 \
    --locale=C.UTF-8 --no-instructions --no-sync ${POSTGRES_INITDB_ARGS:-}
  echo "host all all all $method" >>"$PGDATA/pg_hba.conf"
  # On the socket only: whoever asks by TCP does not see this server.
  pg_ctl -D "$PGDATA" -o "-c listen_addresses='' -c fsync=off" -w -s start
  if [ "$database" != postgres ]; then sql -d postgres -v name="$database" <<<'CREATE DATABASE :"name";'; fi
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh) bash "$file" ;;
      *.sql) sql -d "$database" -f "$file" ;;
    esac
  done
  pg_ctl -D "$PGDATA" -m fast -w -s stop
  initdb -D "$PGDATA" --sync-only # once, for all that was written without
}

if [ ! -s "$PGDATA/PG_VERSION" ]; then initialise; fi
exec "$@"
