-- What services/database/initialise.sql does for the sidecar, for a server that is not ours alone: the
-- master of RDS is no superuser. It may be run again: it then sets the passwords that the secrets have now.
-- psql takes the values from its environment: an argument would show in `ps`.
\set ON_ERROR_STOP on
\getenv database NOTES_DATABASE
\getenv migration_user NOTES_MIGRATION_USER
\getenv migration_password NOTES_MIGRATION_PASSWORD
\getenv backend_user NOTES_BACKEND_USER
\getenv backend_password NOTES_BACKEND_PASSWORD

select format('create role %I login', name) from unnest(array[:'migration_user', :'backend_user']) as name
  where not exists (select from pg_roles where rolname = name) \gexec
alter role :"migration_user" login password :'migration_password';
alter role :"backend_user" login password :'backend_password';
grant :"migration_user" to current_user;

select format('create database %I owner %I', :'database', :'migration_user')
  where not exists (select from pg_database where datname = :'database') \gexec
revoke all on database :"database" from public;
grant connect on database :"database" to :"backend_user";

\connect :"database"

alter schema public owner to :"migration_user";
revoke all on schema public from public;
grant usage on schema public to :"backend_user";

-- Also for the tables that later migrations create.
alter default privileges for role :"migration_user" in schema public
  grant select, insert, update, delete on tables to :"backend_user";
alter default privileges for role :"migration_user" in schema public
  grant usage on sequences to :"backend_user";
\echo prepared
