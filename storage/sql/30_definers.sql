-- What must be found before the workspace is known. Each function is SECURITY DEFINER with a fixed
-- search_path, answers for exactly the secret or id it is given, and is tested by name.

create or replace function channel_by_key(wanted text)
returns table (workspace_id uuid, id uuid, kind text, name text, bot_id uuid, brand_id uuid,
               enabled boolean, settings jsonb)
language sql stable security definer set search_path = flyt, pg_temp as $$
  select c.workspace_id, c.id, c.kind, c.name, c.bot_id, c.brand_id, c.enabled, c.settings
    from channel c where c.key = wanted;
$$;

create or replace function api_key_by_hash(wanted bytea)
returns table (workspace_id uuid, id uuid, name text, role text, used_at timestamptz)
language sql stable security definer set search_path = flyt, pg_temp as $$
  select k.workspace_id, k.id, k.name, k.role, k.used_at
    from api_key k where k.token_hash = wanted and k.revoked_at is null;
$$;

create or replace function user_by_email(wanted text)
returns table (id uuid, email text, name text, password_hash text)
language sql stable security definer set search_path = flyt, pg_temp as $$
  select u.id, u.email, u.name, u.password_hash from user_account u where u.email = wanted;
$$;

create or replace function login_session_by_hash(wanted bytea)
returns table (user_id uuid, email text, name text, language text, current_workspace_id uuid,
               seen_at timestamptz, expires_at timestamptz)
language sql stable security definer set search_path = flyt, pg_temp as $$
  select u.id, u.email, u.name, u.language, s.current_workspace_id, s.seen_at, s.expires_at
    from login_session s join user_account u on u.id = s.user_id
   where s.token_hash = wanted and s.expires_at > now();
$$;

create or replace function memberships_of(wanted uuid)
returns table (workspace_id uuid, workspace_name text, role text)
language sql stable security definer set search_path = flyt, pg_temp as $$
  select m.workspace_id, w.name, m.role
    from membership m join workspace w on w.id = m.workspace_id
   where m.user_id = wanted order by w.name, w.id;
$$;

-- The people of the transaction's own workspace: their accounts are hidden by policy.
create or replace function workspace_members()
returns table (user_id uuid, email text, name text, role text, created_at timestamptz)
language sql stable security definer set search_path = flyt, pg_temp as $$
  select u.id, u.email, u.name, m.role, m.created_at
    from membership m join user_account u on u.id = m.user_id
   where m.workspace_id = nullif(current_setting('flyt.workspace', true), '')::uuid
   order by u.email;
$$;

create or replace function invitation_by_hash(wanted bytea)
returns table (workspace_id uuid, id uuid, workspace_name text, email text, role text,
               expires_at timestamptz, accepted_at timestamptz, revoked_at timestamptz)
language sql stable security definer set search_path = flyt, pg_temp as $$
  select i.workspace_id, i.id, w.name, i.email, i.role, i.expires_at, i.accepted_at, i.revoked_at
    from invitation i join workspace w on w.id = i.workspace_id
   where i.token_hash = wanted;
$$;

create or replace function is_set_up() returns boolean
language sql stable security definer set search_path = flyt, pg_temp as $$
  select exists (select from user_account);
$$;

-- Counts one attempt to sign in under each key. Answers how many seconds to wait where one of them
-- has used up its attempts in the running window, else 0. Counting comes before the password is
-- looked at, so that a hundred attempts at once are a hundred.
create or replace function count_login_attempt(keys text[], limits integer[], seconds integer)
returns integer
language plpgsql security definer set search_path = flyt, pg_temp as $$
declare
  wait integer;
begin
  with counted as (
    insert into login_attempt as a (key, attempts, until)
    select k, 1, clock_timestamp() + make_interval(secs => seconds)
      from (select distinct on (k) k from unnest(keys) k order by k) named
    on conflict (key) do update set
      attempts = case when a.until <= clock_timestamp() then 1 else a.attempts + 1 end,
      until = case when a.until <= clock_timestamp() then excluded.until else a.until end
    returning a.key, a.attempts, a.until
  )
  select max(ceil(extract(epoch from c.until - clock_timestamp())))
    into wait
    from counted c join unnest(keys, limits) as l (key, allowed) on l.key = c.key
   where c.attempts > l.allowed;
  return case when wait is null then 0 else greatest(wait, 1) end;
end $$;

-- A right password: the e-mail starts anew, and the attempt does not count for the address.
create or replace function forget_login_attempt(email_key text, address_key text) returns void
language sql security definer set search_path = flyt, pg_temp as $$
  delete from login_attempt where key = email_key;
  update login_attempt set attempts = attempts - 1 where key = address_key and attempts > 0;
$$;

-- Files that were uploaded but never sent with a message, oldest first.
create or replace function unsent_files(before timestamptz, most integer)
returns table (workspace_id uuid, id uuid, key text)
language sql stable security definer set search_path = flyt, pg_temp as $$
  select f.workspace_id, f.id, f.key from file f
   where f.sent_at is null and f.created_at < before order by f.created_at limit most;
$$;

-- Deletes at most so many log rows older than a moment; answers how many.
create or replace function prune_logs(before timestamptz, most integer) returns integer
language plpgsql security definer set search_path = flyt, pg_temp as $$
declare
  gone integer;
begin
  delete from log l using (
    select o.workspace_id, o.id from log o
     where o.at < before order by o.at limit most for update skip locked
  ) old where (l.workspace_id, l.id) = (old.workspace_id, old.id);
  get diagnostics gone = row_count;
  return gone;
end $$;

-- Login sessions and counted attempts that are over; called by the clock.
create or replace function prune_logins() returns integer
language sql security definer set search_path = flyt, pg_temp as $$
  with s as (delete from login_session where expires_at < now() returning 1),
       a as (delete from login_attempt where until < now() returning 1)
  select (select count(*) from s)::integer + (select count(*) from a)::integer;
$$;
