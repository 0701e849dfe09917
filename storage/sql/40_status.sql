-- Lists filter by status, but no index may stand on the row that a turn updates: the status is kept
-- apart and written only when it changes.

create or replace function keep_status() returns trigger language plpgsql as $$
begin
  insert into flyt.conversation_status (workspace_id, conversation_id, status)
  values (new.workspace_id, new.conversation_id, new.status)
  on conflict (workspace_id, conversation_id)
  do update set status = excluded.status, since = now();
  return null;
end $$;

drop trigger if exists session_opened on session;
create trigger session_opened after insert on session
  for each row execute function keep_status();

drop trigger if exists session_status on session;
create trigger session_status after update of status on session
  for each row when (old.status is distinct from new.status) execute function keep_status();
