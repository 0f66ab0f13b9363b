-- A schema and a role for each service: a service can do anything in its own schema and nothing anywhere else.
-- Run by the superuser at every `make up`; running it again changes nothing but the passwords.
\set ON_ERROR_STOP on
\getenv intake_password INTAKE_PASSWORD
\getenv dispatch_password DISPATCH_PASSWORD
\getenv sla_password SLA_PASSWORD
\getenv revisit_password REVISIT_PASSWORD
\getenv reporting_password REPORTING_PASSWORD

BEGIN;
-- Two runs at once would both find a role missing.
SELECT pg_advisory_xact_lock(hashtext('huiyin roles')) \g /dev/null

REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

CREATE TEMPORARY TABLE service (name, password) ON COMMIT DROP AS VALUES
    ('intake', :'intake_password'),
    ('dispatch', :'dispatch_password'),
    ('sla', :'sla_password'),
    ('revisit', :'revisit_password'),
    ('reporting', :'reporting_password');

SELECT format('CREATE ROLE %I', name)
FROM service WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec
SELECT format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD %L', name, password)
FROM service
\gexec
SELECT format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', name, name) FROM service
\gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', :'DBNAME', name) FROM service
\gexec
SELECT format('ALTER ROLE %I IN DATABASE %I SET search_path = %I', name, :'DBNAME', name) FROM service
\gexec
COMMIT;
