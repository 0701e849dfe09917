#!/bin/sh
# Run once by the PostgreSQL image on an empty volume: an owner and a login role, no superusers.
set -eu
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set=owner="$FLYT_OWNER_PASSWORD" --set=app="$FLYT_APP_PASSWORD" <<'SQL'
CREATE ROLE flyt LOGIN CREATEDB PASSWORD :'owner';
CREATE ROLE flyt_app LOGIN PASSWORD :'app';
CREATE DATABASE flyt OWNER flyt;
\connect flyt
CREATE EXTENSION vector;
SQL
