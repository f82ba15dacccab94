-- Read by psql, which takes the values from its environment: an argument would show in `ps`.
\set ON_ERROR_STOP on
\getenv database NOTES_DATABASE
\getenv migration_user NOTES_MIGRATION_USER
\getenv migration_password NOTES_MIGRATION_PASSWORD
\getenv backend_user NOTES_BACKEND_USER
\getenv backend_password NOTES_BACKEND_PASSWORD

create role :"migration_user" login password :'migration_password';
create role :"backend_user" login password :'backend_password';

create database :"database" owner :"migration_user";
revoke all on database :"database" from public;
grant connect on database :"database" to :"backend_user";
revoke all on database postgres, template1 from public;

\connect :"database"

alter schema public owner to :"migration_user";
revoke all on schema public from public;
grant usage on schema public to :"backend_user";

-- Also for the tables that later migrations create.
alter default privileges for role :"migration_user" in schema public
  grant select, insert, update, delete on tables to :"backend_user";
alter default privileges for role :"migration_user" in schema public
  grant usage on sequences to :"backend_user";
