#!/bin/bash
# Makes the database of compose.many.yaml and its role, once: PostgreSQL runs it over an empty folder.
# The role is no superuser, for whom the policies between households would not count.
set -euo pipefail
psql --username "$POSTGRES_USER" --set ON_ERROR_STOP=1 \
    --set password="$(cat /run/secrets/dolbom-password)" << 'SQL'
CREATE ROLE dolbom LOGIN PASSWORD :'password';
CREATE DATABASE dolbom OWNER dolbom TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE dolbom FROM PUBLIC;
SQL
