-- Row-level security for every table. ENABLE without FORCE: the owner, who migrates and backs up,
-- sees everything; web, workers and clock log in as flyt_app, which owns nothing.
--
-- A row with a workspace_id belongs to the workspace that the transaction has set. A connection
-- answers '' for a setting that an earlier transaction had set locally, hence the nullif.

do $$
declare
  named record;
begin
  for named in
    select c.relname as name,
           exists (select from pg_attribute a
                    where a.attrelid = c.oid and a.attname = 'workspace_id') as owned
      from pg_class c
     where c.relnamespace = 'flyt'::regnamespace and c.relkind in ('r', 'p')
       and c.relname <> 'alembic_version'
  loop
    execute format('alter table flyt.%I enable row level security', named.name);
    execute format('drop policy if exists tenant on flyt.%I', named.name);
    if named.owned then
      execute format(
        'create policy tenant on flyt.%I'
        ' using (workspace_id = nullif(current_setting(''flyt.workspace'', true), '''')::uuid)'
        ' with check (workspace_id = nullif(current_setting(''flyt.workspace'', true), '''')::uuid)',
        named.name);
    end if;
  end loop;
end $$;

create policy tenant on workspace
  using (id = nullif(current_setting('flyt.workspace', true), '')::uuid)
  with check (id = nullif(current_setting('flyt.workspace', true), '')::uuid);

-- What belongs to a person is visible while that person is the transaction's user.
create policy tenant on user_account
  using (id = nullif(current_setting('flyt.user', true), '')::uuid)
  with check (id = nullif(current_setting('flyt.user', true), '')::uuid);

create policy tenant on login_session
  using (user_id = nullif(current_setting('flyt.user', true), '')::uuid)
  with check (user_id = nullif(current_setting('flyt.user', true), '')::uuid);

-- login_attempt has no policy: it is reached by functions only.
