-- What flyt_app may do; also with tables and functions of later migrations.

grant usage on schema flyt to flyt_app;
grant select, insert, update, delete on all tables in schema flyt to flyt_app;
grant usage on all sequences in schema flyt to flyt_app;
alter default privileges in schema flyt grant select, insert, update, delete on tables to flyt_app;
alter default privileges in schema flyt grant usage on sequences to flyt_app;
alter default privileges in schema flyt grant execute on functions to flyt_app;
alter default privileges revoke execute on functions from public;

revoke insert, update, delete on alembic_version from flyt_app;
revoke all on login_attempt from flyt_app;
revoke update, delete on release, audit from flyt_app;  -- written once, read for ever

revoke all on all functions in schema flyt from public;
grant execute on all functions in schema flyt to flyt_app;
