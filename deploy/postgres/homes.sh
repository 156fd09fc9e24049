#!/bin/bash
# Makes a role and a database for each home of compose.many.yaml, once: PostgreSQL runs it over an
# empty folder. No home may look into another one's database.
set -euo pipefail
for home in one two; do
    psql --username "$POSTGRES_USER" --set ON_ERROR_STOP=1 --set name="home_$home" \
        --set password="$(cat "/run/secrets/database-password-$home")" << 'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done
