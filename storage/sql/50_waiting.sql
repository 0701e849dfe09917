-- How much waits, in all workspaces together: nothing but counts leaves this function.

create or replace function waiting()
returns table (queue text, rows bigint)
language sql stable security definer set search_path = flyt, pg_temp as $$
  select 'inbox', count(*) from inbox where state <> 'done'
  union all
  select 'effects', count(*) from effect
   where state in ('todo', 'doing') and coalesce(due_at, now()) <= now()
  union all
  select 'timers', count(*) from timer where due <= now()
  union all
  select 'deliveries', count(*) from delivery
   where state in ('todo', 'doing') and due_at <= now();
$$;
