-- Sources of knowledge, of all workspaces, that wait for a worker: queued ones that nobody took,
-- those whose reader died, and those whose time to be read again has come. Each is leased for
-- handing on, so that it is not found again at once.
create or replace function waiting_sources_1(most int, lease float)
returns table (workspace_id uuid, id uuid)
language sql security definer set search_path = flyt, pg_temp as $$
  with left_behind as (
    select s.workspace_id, s.id, false as due from knowledge_source s
     where s.status in ('queued', 'working')
       and (s.leased_until is null or s.leased_until <= clock_timestamp())
     order by s.leased_until nulls first limit most for update skip locked)
  , due as (
    select s.workspace_id, s.id, true as due from knowledge_source s
     where s.next_at <= clock_timestamp() and s.status in ('ready', 'failed')
     order by s.next_at limit most for update skip locked)
  update knowledge_source s
     set status = 'queued', leased_by = null,
         leased_until = clock_timestamp() + make_interval(secs => lease),
         attempts = case when f.due then 0 else s.attempts end,
         progress = case when f.due then jsonb_build_object(
           'stage', 'waiting', 'done', 0, 'total', 0, 'wanted', 'reading', 'since', now(),
           'before', s.status)
         else s.progress end
    from (select * from left_behind union all select * from due) f
   where (s.workspace_id, s.id) = (f.workspace_id, f.id)
  returning s.workspace_id, s.id;
$$;
