#!/bin/sh
# Prints the SQL that prepares a MySQL or MariaDB server for Ledger; needs two passwords in the environment:
#   LEDGER_SYSTEM_PASSWORD=... LEDGER_SERVER_PASSWORD=... sh deploy/mysql-setup.sh | mariadb -u root
# Both passwords may hold letters, digits, - and _ only. LEDGER_CLIENT_HOST is where Ledger connects from (default: %).
set -eu
host=${LEDGER_CLIENT_HOST:-%}
for word in "${LEDGER_SYSTEM_PASSWORD:?is not set}" "${LEDGER_SERVER_PASSWORD:?is not set}"; do
    case $word in
        *[!A-Za-z0-9_-]*) echo "A password has a character other than letters, digits, - and _." >&2; exit 1 ;;
    esac
done
case $host in
    *[!A-Za-z0-9.%:_/-]*) echo "LEDGER_CLIENT_HOST is not the host part of a MySQL user." >&2; exit 1 ;;
esac
cat <<SQL
-- The system database and its user: people, organizations, servers. It sees no organization's books. Its name must not
-- begin with "ledger": those names are the organizations'.
CREATE DATABASE IF NOT EXISTS systemledger CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE USER IF NOT EXISTS 'systemledger'@'$host' IDENTIFIED BY '$LEDGER_SYSTEM_PASSWORD';
ALTER USER 'systemledger'@'$host' IDENTIFIED BY '$LEDGER_SYSTEM_PASSWORD';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, TRIGGER
    ON systemledger.* TO 'systemledger'@'$host';
-- The administrator of the organizations' databases: makes them and their users, migrates and drops them. Requests never
-- use it: each organization has its own user with rights on its own rows only. Never drop or rename this account: the
-- triggers that guard the books run in its name.
CREATE USER IF NOT EXISTS 'ledgeradmin'@'$host' IDENTIFIED BY '$LEDGER_SERVER_PASSWORD';
ALTER USER 'ledgeradmin'@'$host' IDENTIFIED BY '$LEDGER_SERVER_PASSWORD';
GRANT CREATE USER ON *.* TO 'ledgeradmin'@'$host';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, TRIGGER, LOCK TABLES
    ON \`ledger%\`.* TO 'ledgeradmin'@'$host' WITH GRANT OPTION;
SQL
