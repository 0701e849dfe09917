-- Lists filter by status and begin with the newest activity, but no index may stand on the row that
-- a turn updates: both are kept apart. The status is written when it changes, the activity when the
-- next ten minutes begin; within those, a list reads the exact moment from the session.

create or replace function activity(moment timestamptz) returns timestamptz
language sql immutable parallel safe as $$
  select date_bin('10 minutes', moment, '2000-01-01 00:00:00+00');
$$;

create or replace function keep_status() returns trigger language plpgsql as $$
begin
  insert into flyt.conversation_status as c (workspace_id, conversation_id, status, active_at)
  values (new.workspace_id, new.conversation_id, new.status, flyt.activity(new.last_at))
  on conflict (workspace_id, conversation_id)
  do update set status = excluded.status, active_at = excluded.active_at,
                since = case when c.status = excluded.status then c.since else now() end;
  return null;
end $$;

-- The same for many conversations at once, whose sessions were written with `flyt.batch` set.
create or replace function keep_statuses(w uuid, cs uuid[]) returns void language sql as $$
  insert into flyt.conversation_status as c (workspace_id, conversation_id, status, active_at)
  select s.workspace_id, s.conversation_id, s.status, flyt.activity(s.last_at)
    from flyt.session s where s.workspace_id = w and s.conversation_id = any (cs)
  on conflict (workspace_id, conversation_id)
  do update set status = excluded.status, active_at = excluded.active_at,
                since = case when c.status = excluded.status then c.since else now() end
   where (c.status, c.active_at) is distinct from (excluded.status, excluded.active_at);
$$;

drop trigger if exists session_opened on session;
create trigger session_opened after insert on session
  for each row execute function keep_status();

drop trigger if exists session_status on session;
create trigger session_status after update of status, last_at on session
  for each row
  when ((old.status is distinct from new.status
         or date_bin('10 minutes', old.last_at, '2000-01-01 00:00:00+00')
            <> date_bin('10 minutes', new.last_at, '2000-01-01 00:00:00+00'))
        and current_setting('flyt.batch', true) is distinct from 'on')
  execute function keep_status();
