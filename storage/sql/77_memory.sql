-- Conversations to be read for what is to be remembered, in workspaces that want that: those that
-- were active since a moment and have fallen silent or ended, and those whose reader died or has
-- to try again. Each is leased for handing on; of one workspace at most a few, so that a busy one
-- leaves the readers to others too.
create or replace function waiting_memories_1(
  active_since timestamptz, quiet float, most int, each int, lease float)
returns table (workspace_id uuid, conversation_id uuid)
language sql security definer set search_path = flyt, pg_temp as $$
  with unread as (
    select m.workspace_id, f.conversation_id
      from model_setup m
     cross join lateral (
       select c.conversation_id
         from conversation_status c
         join session s on (s.workspace_id, s.conversation_id) = (c.workspace_id, c.conversation_id)
         left join contact_reading r
           on (r.workspace_id, r.conversation_id) = (c.workspace_id, c.conversation_id)
        where c.workspace_id = m.workspace_id and c.active_at >= active_since
          and s.last_at >= m.remember_since and s.seq > coalesce(r.read_seq, 0)
          and r.due_at is null
          and (c.status in ('ended', 'failed')
               or s.last_at <= clock_timestamp() - make_interval(secs => quiet))
        order by c.active_at limit each) f
     where m.remember_since is not null
     limit most)
  , again as (
    select r.workspace_id, r.conversation_id from contact_reading r
      join model_setup m on m.workspace_id = r.workspace_id and m.remember_since is not null
     where r.due_at <= clock_timestamp()
     order by r.due_at limit most for update of r skip locked)
  insert into contact_reading as r (workspace_id, conversation_id, due_at)
  select a.workspace_id, a.conversation_id,
         clock_timestamp() + make_interval(secs => lease)
    from (select * from again union select * from unread) a
  on conflict on constraint pk_contact_reading
  do update set due_at = excluded.due_at, leased_by = null
     where r.due_at is null or r.due_at <= clock_timestamp()
  returning r.workspace_id, r.conversation_id;
$$;
