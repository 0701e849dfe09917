-- A turn may be made from what a process has kept of a conversation, if the session still has the
-- version it was made from. So whatever else a turn may see moves that version when it changes.

create or replace function move_version() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'contact' then
    update flyt.session s set version = s.version + 1
      from flyt.conversation v
     where v.workspace_id = new.workspace_id and v.contact_id = new.id
       and (s.workspace_id, s.conversation_id) = (v.workspace_id, v.id);
  else
    update flyt.session s set version = s.version + 1
     where s.workspace_id = new.workspace_id and s.conversation_id = new.id;
  end if;
  return null;
end $$;

drop trigger if exists contact_facts on contact;
create trigger contact_facts after update on contact
  for each row when (old.* is distinct from new.*) execute function move_version();

drop trigger if exists conversation_facts on conversation;
create trigger conversation_facts after update on conversation
  for each row when (old.* is distinct from new.*) execute function move_version();
