-- The hot path: what a turn reads and writes, one function a call, one call a transaction.
--
-- Functions of one workspace are SECURITY INVOKER and set the workspace locally, so the policies
-- hold inside them and nothing is left on the connection. Those that must look at all workspaces
-- (clock, sweeps, leases, streams) are SECURITY DEFINER and give away ids only. The number at the
-- end of a name lets two versions of the product run side by side.

-- Everything `step` may see, as one snapshot. A visitor's unconsumed rows come in order of arrival.
-- The lateral parts with their limits hold the planner to the primary keys: in a database that was
-- never analyzed it would go through all contacts of the workspace.
create or replace view turn_facts_1 with (security_invoker = true) as
select s.workspace_id, s.conversation_id, s.data, s.version, s.turn, s.seq, s.status,
       v.token_epoch as epoch, v.channel_id, v.bot_id, v.attributes::text as attributes,
       coalesce(v.locale, p.locale) as locale, coalesce(p.timezone, v.timezone) as timezone,
       p.id as contact_id, p.name, p.email, p.phone, p.attributes::text as contact_attributes,
       (select json_agg(json_build_array(i.id, i.dedupe, i.event, i.at) order by i.id)::text
          from flyt.inbox i
         where i.workspace_id = s.workspace_id and i.conversation_id = s.conversation_id
           and i.state <> 'done') as pending,
       clock_timestamp() as now
  from flyt.session s
 cross join lateral (
    select * from flyt.conversation o
     where (o.workspace_id, o.id) = (s.workspace_id, s.conversation_id) limit 1) v
 cross join lateral (
    select * from flyt.contact o
     where (o.workspace_id, o.id) = (v.workspace_id, v.contact_id) limit 1) p
 where p.erased_at is null;

create or replace function turn_load_1(w uuid, c uuid)
returns setof turn_facts_1 language plpgsql rows 1 as $$
begin
  perform set_config('flyt.workspace', w::text, true);
  return query select * from flyt.turn_facts_1 f where f.workspace_id = w and f.conversation_id = c;
end $$;

create or replace function turn_load_many_1(w uuid, ids uuid[])
returns setof turn_facts_1 language plpgsql as $$
begin
  perform set_config('flyt.workspace', w::text, true);
  return query select * from flyt.turn_facts_1 f
                where f.workspace_id = w and f.conversation_id = any (ids);
end $$;

-- What most turns do not have. `rest` is an object with any of: consumed (ids of inbox rows),
-- understood (what the words of the last of these mean, with what told it), timers ([{slot, token, due}]), dropped (slots), effects, withdrawn ([[turn, n]]),
-- settled ({turn, n, state, result, error, message}), deliveries (see delivery_add_1).
create or replace function turn_rest_1(w uuid, c uuid, t int, moment timestamptz, told text,
                                       rest jsonb)
returns void language plpgsql as $$
begin
  if rest ? 'consumed' then
    update flyt.inbox i set state = 'done', turn = t, answer = told
     where i.workspace_id = w and i.conversation_id = c
       and i.id in (select jsonb_array_elements_text(rest -> 'consumed')::bigint);
    if rest ? 'understood' then
      update flyt.inbox i set event = i.event || jsonb_build_object('understood', rest -> 'understood')
       where i.workspace_id = w and i.conversation_id = c
         and i.id = (select max(k::bigint) from jsonb_array_elements_text(rest -> 'consumed') k);
    end if;
  end if;
  if rest ? 'dropped' then
    delete from flyt.timer i
     where i.workspace_id = w and i.conversation_id = c
       and i.slot in (select jsonb_array_elements_text(rest -> 'dropped'));
  end if;
  if rest ? 'timers' then
    insert into flyt.timer as i (workspace_id, conversation_id, slot, token, due)
    select w, c, j.slot, j.token, j.due
      from jsonb_to_recordset(rest -> 'timers') j (slot text, token text, due timestamptz)
    on conflict (workspace_id, conversation_id, slot)
    do update set token = excluded.token, due = excluded.due, leased_until = null;
  end if;
  if rest ? 'effects' then
    perform flyt.effect_add_1(w, c, t, moment, rest -> 'effects');
  end if;
  if rest ? 'withdrawn' then
    update flyt.effect e
       set state = case e.state when 'todo' then 'cancelled' else 'orphaned' end,
           done_at = case e.state when 'todo' then moment end,
           leased_until = case e.state when 'done' then moment else e.leased_until end
      from jsonb_array_elements(rest -> 'withdrawn') k
     where e.workspace_id = w and e.conversation_id = c
       and e.turn = (k ->> 0)::int and e.n = (k ->> 1)::int and e.state in ('todo', 'doing', 'done');
  end if;
  if rest ? 'settled' then
    update flyt.effect e
       set state = j.state, result = j.result, error = j.error, error_message = j.message,
           done_at = moment, leased_until = null, leased_by = null
      from jsonb_to_record(rest -> 'settled')
           j (turn int, n int, state text, result jsonb, error text, message text)
     where e.workspace_id = w and e.conversation_id = c and e.turn = j.turn and e.n = j.n;
  end if;
  if rest ? 'deliveries' then
    perform flyt.delivery_add_1(w, c, rest -> 'deliveries');
  end if;
end $$;

-- Rows of the outbox. One with a subject and a slot moves the earlier one of the same two.
-- `leased_until` is when a sweep looks at the row: it is somebody's to perform until then.
create or replace function effect_add_1(w uuid, c uuid, t int, moment timestamptz, given jsonb)
returns void language sql as $$
  insert into flyt.effect (workspace_id, conversation_id, turn, n, kind, args, format, lane, retry,
                           node, token, state, attempts, due_at, subject, slot, leased_until,
                           leased_by)
  select w, c, t, j.n, j.kind, j.args, coalesce(j.format, 1), j.lane, j.retry, j.node, j.token,
         case when j.by is null then 'todo' else 'doing' end,
         case when j.by is null then 0 else 1 end, j.due_at, j.subject, j.slot,
         greatest(j.due_at, moment + make_interval(secs => j.lease)), j.by
    from jsonb_to_recordset(given)
         j (n int, kind text, args jsonb, format int, lane text, retry text, node text, token text,
            due_at timestamptz, subject text, slot text, lease float, by text)
  on conflict (workspace_id, subject, slot) where subject is not null
  do update set conversation_id = excluded.conversation_id, turn = excluded.turn, n = excluded.n,
     kind = excluded.kind, args = excluded.args, format = excluded.format, lane = excluded.lane, retry = excluded.retry,
     node = excluded.node, token = excluded.token, state = excluded.state, attempts = 0,
     due_at = excluded.due_at, leased_until = excluded.leased_until, leased_by = excluded.leased_by,
     result = null, error = null, error_message = null, done_at = null;
$$;

-- Everything one turn writes. False: somebody else was first, nothing is written, step again.
-- ``alone``: the turn was made without looking into the inbox, so nothing may wait there.
-- Raises unique_violation where the event of this dedupe key has had its turn (or waits for it).
create or replace function turn_save_1(w uuid, c uuid, ver int, t int, sq int, st text, d text,
                                       moment timestamptz, key text, event text, told text,
                                       kinds text[], senders text[], bodies text[], visits text,
                                       rest text, alone boolean)
returns boolean language plpgsql as $$
begin
  perform set_config('flyt.workspace', w::text, true);
  update flyt.session s
     set data = d, version = ver + 1, turn = t, seq = sq, status = st, last_at = moment
   where s.workspace_id = w and s.conversation_id = c and s.version = ver
     and not (alone and exists (
       select from flyt.inbox i
        where i.workspace_id = w and i.conversation_id = c and i.state <> 'done'));
  if not found then
    return false;
  end if;
  if key is not null then
    insert into flyt.inbox (workspace_id, conversation_id, dedupe, state, turn, event, answer, at)
    values (w, c, key, 'done', t, event::jsonb, told, moment);
  end if;
  insert into flyt.message (workspace_id, conversation_id, seq, turn, kind, sender, at, body)
  select w, c, sq - cardinality(bodies) + n, t, k, x, moment, b::jsonb
    from unnest(kinds, senders, bodies) with ordinality u (k, x, b, n);
  if visits is not null then
    insert into flyt.trace (workspace_id, conversation_id, turn, visits, at)
    values (w, c, t, visits::jsonb, moment);
  end if;
  if rest is not null then
    perform flyt.turn_rest_1(w, c, t, moment, told, rest::jsonb);
  end if;
  return true;
end $$;

-- Turns of different conversations, of any workspaces, in one commit: what turn_save_1 does with
-- each, for turns without a `rest`. The messages of turn n are the next counts[n] of all.
create or replace function turn_save_together_1(ws uuid[], cs uuid[], vers int[], ts int[],
                                                sqs int[], sts text[], ds text[],
                                                moments timestamptz[], keys text[], events text[],
                                                tolds text[], visits text[], alone boolean[],
                                                counts int[], kinds text[], senders text[],
                                                bodies text[])
returns boolean[] language plpgsql as $$
declare
  saved boolean[];
  said int := 0;
begin
  for n in 1 .. cardinality(cs) loop
    saved[n] := flyt.turn_save_1(
      ws[n], cs[n], vers[n], ts[n], sqs[n], sts[n], ds[n], moments[n], keys[n], events[n],
      tolds[n], kinds[said + 1 : said + counts[n]], senders[said + 1 : said + counts[n]],
      bodies[said + 1 : said + counts[n]], visits[n], null, alone[n]);
    said := said + counts[n];
  end loop;
  return saved;
end $$;

-- The rows of a batch: an array of them is packed and unpacked in half the time that an array for
-- each column takes.
do $$ begin
  create type turn_row_1 as (c uuid, ver int, t int, sq int, st text, d text, at timestamptz,
                             visits text);
exception when duplicate_object then null;
end $$;
do $$ begin
  create type message_row_1 as (c uuid, t int, n int, at timestamptz, kind text, sender text,
                                body text);
exception when duplicate_object then null;
end $$;

-- The turns of many conversations of one workspace at once, with their messages; answers whose turn
-- was written. `more` is a list of {c, t, at, timers, rest} where a turn has any: `timers` are all
-- that its session wants from now on, `rest` is as in turn_rest_1. No event is kept: the version
-- guards against a timer that fires twice, and the trace tells that it fired. The statuses are kept
-- for all rows at once, which costs a third of what the trigger of each row would.
create or replace function turn_save_many_3(w uuid, given turn_row_1[], said message_row_1[],
                                            more jsonb)
returns setof uuid language plpgsql as $$
declare
  saved uuid[];
  one record;
begin
  perform set_config('flyt.workspace', w::text, true), set_config('flyt.batch', 'on', true);
  with won as (
    update flyt.session s
       set data = g.d, version = g.ver + 1, turn = g.t, seq = g.sq, status = g.st, last_at = g.at
      from unnest(given) g
     where s.workspace_id = w and s.conversation_id = g.c and s.version = g.ver
    returning s.conversation_id)
  select coalesce(array_agg(conversation_id), '{}') into saved from won;
  perform flyt.keep_statuses(w, saved);
  insert into flyt.message (workspace_id, conversation_id, seq, turn, kind, sender, at, body)
  select w, g.c, g.n, g.t, g.kind, g.sender, g.at, g.body::jsonb
    from unnest(said) g where g.c = any (saved);
  insert into flyt.trace (workspace_id, conversation_id, turn, visits, at)
  select w, g.c, g.t, g.visits::jsonb, g.at
    from unnest(given) g where g.c = any (saved) and g.visits is not null;
  delete from flyt.timer i using unnest(given) g
   where i.workspace_id = w and i.conversation_id = g.c and g.c = any (saved) and i.due <= g.at;
  for one in
    select * from jsonb_to_recordset(more) g (c uuid, t int, at timestamptz, timers jsonb, rest jsonb)
     where g.c = any (saved)
  loop
    insert into flyt.timer as i (workspace_id, conversation_id, slot, token, due)
    select w, one.c, j.slot, j.token, j.due
      from jsonb_to_recordset(one.timers) j (slot text, token text, due timestamptz)
    on conflict (workspace_id, conversation_id, slot)
    do update set token = excluded.token, due = excluded.due, leased_until = null;
    if one.rest is not null then
      perform flyt.turn_rest_1(w, one.c, one.t, one.at, null, one.rest);
    end if;
  end loop;
  return query select unnest(saved);
end $$;

-- The first turn of a conversation, with its contact where `person` is a new one. Answers how it
-- went: `opened`; `outdated`, where the channel is no longer what `state` says; `taken`, where this
-- contact has got a conversation on the channel meanwhile. Raises unique_violation where the
-- opening call was served before.
create or replace function turn_open_2(w uuid, c uuid, channel uuid, state text, bot uuid,
                                       contact uuid, person text, v text, t int, sq int, st text,
                                       d text, moment timestamptz, event text, told text,
                                       kinds text[], senders text[], bodies text[], visits text,
                                       rest text)
returns text language plpgsql as $$
declare
  given jsonb := v::jsonb;
begin
  perform set_config('flyt.workspace', w::text, true);
  if flyt.channel_state_1(w, channel) is distinct from state then
    return 'outdated';
  end if;
  if person is not null then
    insert into flyt.contact (workspace_id, id, visitor_hash, name, email, phone, locale, timezone,
                              attributes)
    select w, contact, decode(j.visitor_hash, 'hex'), j.name, j.email, j.phone, j.locale,
           j.timezone, coalesce(j.attributes, '{}')
      from jsonb_to_record(person::jsonb)
           j (visitor_hash text, name text, email text, phone text, locale text, timezone text,
              attributes jsonb);
  else
    perform from flyt.contact p where p.workspace_id = w and p.id = contact for update;
    if exists (select from flyt.conversation o
                where o.workspace_id = w and o.channel_id = channel and o.contact_id = contact) then
      return 'taken';
    end if;
  end if;
  insert into flyt.conversation (workspace_id, id, channel_id, contact_id, bot_id, client_id,
                                 locale, timezone, attributes, created_at)
  values (w, c, channel, contact, bot, given ->> 'client_id', given ->> 'locale',
          given ->> 'timezone', given -> 'attributes', moment);
  insert into flyt.session (workspace_id, conversation_id, version, turn, seq, status, data, last_at)
  values (w, c, 1, t, sq, st, d, moment);
  insert into flyt.inbox (workspace_id, conversation_id, dedupe, state, turn, event, answer, at)
  values (w, c, 'open', 'done', t, event::jsonb, told, moment);
  insert into flyt.message (workspace_id, conversation_id, seq, turn, kind, sender, at, body)
  select w, c, sq - cardinality(bodies) + n, t, k, x, moment, b::jsonb
    from unnest(kinds, senders, bodies) with ordinality u (k, x, b, n);
  if visits is not null then
    insert into flyt.trace (workspace_id, conversation_id, turn, visits, at)
    values (w, c, t, visits::jsonb, moment);
  end if;
  if rest is not null then
    perform flyt.turn_rest_1(w, c, t, moment, told, rest::jsonb);
  end if;
  return 'opened';
end $$;

-- What became of an event that was given before: its row, and what its turn said.
create or replace function turn_replay_1(w uuid, c uuid, key text)
returns table (state text, turn int, answer text, said text) language plpgsql rows 1 as $$
begin
  perform set_config('flyt.workspace', w::text, true);
  return query
    select i.state, i.turn, i.answer,
           (select json_agg(json_build_array(m.seq, m.sender, m.at, m.body) order by m.seq)::text
              from flyt.message m
             where m.workspace_id = w and m.conversation_id = c and m.turn = i.turn
               and m.kind = 'message' and m.sender <> 'visitor')
      from flyt.inbox i
     where i.workspace_id = w and i.conversation_id = c and i.dedupe = key;
end $$;

-- An event that must wait for its turn. False: it is there already.
create or replace function turn_queue_1(w uuid, c uuid, key text, event text)
returns boolean language plpgsql as $$
begin
  perform set_config('flyt.workspace', w::text, true);
  insert into flyt.inbox (workspace_id, conversation_id, dedupe, state, event)
  values (w, c, key, 'queued', event::jsonb)
  on conflict (workspace_id, conversation_id, dedupe) do nothing;
  return found;
end $$;

-- Visible events after a sequence number. A message deleted since carries no body.
create or replace function turn_events_1(w uuid, c uuid, after int, most int)
returns table (seq int, kind text, sender text, turn int, at timestamptz, edited_at timestamptz,
               deleted boolean, body text)
language plpgsql as $$
begin
  perform set_config('flyt.workspace', w::text, true);
  return query
    select m.seq, m.kind, m.sender, m.turn, m.at, m.edited_at, m.deleted_at is not null,
           case when m.deleted_at is null then m.body::text else '{}' end
      from flyt.message m
     where m.workspace_id = w and m.conversation_id = c and m.seq > after
     order by m.seq limit most;
end $$;

-- How far a visitor has read. Null: as far was known already, or there is no such message.
create or replace function turn_read_1(w uuid, c uuid, upto int) returns int language plpgsql as $$
declare
  number int;
begin
  perform set_config('flyt.workspace', w::text, true);
  update flyt.session s set seq = s.seq + 1, version = s.version + 1
   where s.workspace_id = w and s.conversation_id = c and s.seq >= upto
     and not exists (select from flyt.message m
                      where m.workspace_id = w and m.conversation_id = c and m.seq > upto
                        and m.kind = 'read' and m.sender = 'visitor'
                        and (m.body ->> 'seq')::int >= upto)
  returning s.seq into number;
  if found then
    insert into flyt.message (workspace_id, conversation_id, seq, kind, sender, body)
    values (w, c, number, 'read', 'visitor', jsonb_build_object('seq', upto));
  end if;
  return number;
end $$;

-- Something worth counting that a visitor did.
create or replace function turn_count_1(w uuid, c uuid, what text, data text)
returns void language plpgsql as $$
begin
  perform set_config('flyt.workspace', w::text, true);
  insert into flyt.event (workspace_id, name, conversation_id, contact_id, bot_id, data)
  select w, what, v.id, v.contact_id, v.bot_id, data::jsonb
    from flyt.conversation v where v.workspace_id = w and v.id = c;
end $$;

-- Files this conversation's visitor has uploaded; from now on they are sent.
create or replace function turn_files_1(w uuid, c uuid, ids uuid[])
returns table (id uuid, name text, type text, size bigint) language plpgsql as $$
begin
  perform set_config('flyt.workspace', w::text, true);
  return query
    update flyt.file f set sent_at = coalesce(f.sent_at, clock_timestamp())
     where f.workspace_id = w and f.conversation_id = c and f.id = any (ids)
    returning f.id, f.name, f.type, f.size;
end $$;

-- A frozen document.
create or replace function release_document_1(w uuid, bot uuid, wanted int)
returns text language plpgsql as $$
begin
  perform set_config('flyt.workspace', w::text, true);
  return (select r.document::text from flyt.release r
           where r.workspace_id = w and r.bot_id = bot and r.number = wanted);
end $$;

-- A returning visitor: the contact, and the conversation on this channel, newest first.
create or replace function visitor_find_1(w uuid, channel uuid, hash bytea)
returns table (contact_id uuid, name text, email text, phone text, locale text, timezone text,
               contact_attributes text, conversation_id uuid, epoch int)
language plpgsql rows 1 as $$
begin
  perform set_config('flyt.workspace', w::text, true);
  return query
    select p.id, p.name, p.email, p.phone, p.locale, p.timezone, p.attributes::text, v.id,
           v.token_epoch
      from flyt.contact p
      left join lateral (
        select o.id, o.token_epoch from flyt.conversation o
         where o.workspace_id = w and o.contact_id = p.id and o.channel_id = channel
         order by o.id desc limit 1) v on true
     where p.workspace_id = w and p.visitor_hash = hash and p.erased_at is null;
end $$;

-- The conversation that an opening call has made.
create or replace function opened_by_1(w uuid, channel uuid, client text)
returns table (conversation_id uuid, epoch int) language plpgsql rows 1 as $$
begin
  perform set_config('flyt.workspace', w::text, true);
  return query
    select v.id, v.token_epoch from flyt.conversation v
     where v.workspace_id = w and v.channel_id = channel and v.client_id = client;
end $$;

-- What a channel is now, in a word that changes with its row and with the live releases of its bot.
create or replace function channel_state_1(w uuid, given uuid)
returns text language sql stable as $$
  select c.xmin || coalesce((
           select string_agg(r.number || '/' || r.share, ' ' order by r.number)
             from flyt.release_share r where r.workspace_id = w and r.bot_id = c.bot_id), '')
    from flyt.channel c where c.workspace_id = w and c.id = given and c.enabled;
$$;

-- A channel by its public key or, from rows already seen, by its id; with the releases that are
-- live on its bot, [[number, share]], and with its state.
create or replace function channel_live_3(wanted text, w uuid, given uuid)
returns table (workspace_id uuid, id uuid, key text, kind text, name text, bot_id uuid,
               brand_id uuid, brand text, settings text, look text, language text, timezone text,
               live text, state text, now timestamptz)
language plpgsql stable security definer rows 1 set search_path = flyt, pg_temp as $$
#variable_conflict use_column
begin
  if wanted is not null then
    select c.workspace_id, c.id into w, given from channel c where c.key = wanted;
  end if;
  return query
    select c.workspace_id, c.id, c.key, c.kind, c.name, c.bot_id,
           c.brand_id, b.name, c.settings::text,
           coalesce(b.look, '{}')::text, coalesce(b.language, o.language),
           coalesce(b.timezone, o.timezone),
           (select json_agg(json_build_array(r.number, r.share) order by r.number desc)::text
              from release_share r where r.workspace_id = c.workspace_id and r.bot_id = c.bot_id),
           flyt.channel_state_1(c.workspace_id, c.id), clock_timestamp()
      from channel c
      join workspace o on o.id = c.workspace_id
      left join brand b on (b.workspace_id, b.id) = (c.workspace_id, c.brand_id)
     where c.workspace_id = w and c.id = given and c.enabled;
end $$;

-- Workspaces with a timer that is due: a walk over the index from one workspace to the next.
create or replace function due_workspaces_1(most int) returns setof uuid
language sql stable security definer set search_path = flyt, pg_temp as $$
  with recursive walk (id) as (
    (select t.workspace_id from timer t order by t.workspace_id limit 1)
    union all
    select (select t.workspace_id from timer t where t.workspace_id > walk.id
             order by t.workspace_id limit 1)
      from walk where walk.id is not null)
  select walk.id from walk
   where exists (select from timer t
                  where t.workspace_id = walk.id and t.due <= clock_timestamp()
                    and (t.leased_until is null or t.leased_until < clock_timestamp()))
   limit most;
$$;

-- Conversations with a timer that is due, as `step` sees them, for this caller alone until the
-- lease is over.
create or replace function timer_claim_1(w uuid, most int, lease float)
returns setof turn_facts_1 language plpgsql as $$
declare
  claimed uuid[];
begin
  perform set_config('flyt.workspace', w::text, true);
  with due as (
    select t.conversation_id, t.slot from flyt.timer t
     where t.workspace_id = w and t.due <= clock_timestamp()
       and (t.leased_until is null or t.leased_until < clock_timestamp())
     order by t.due limit most for update skip locked)
  , leased as (
    update flyt.timer t set leased_until = clock_timestamp() + make_interval(secs => lease)
      from due
     where t.workspace_id = w and (t.conversation_id, t.slot) = (due.conversation_id, due.slot)
    returning t.conversation_id)
  select array_agg(distinct l.conversation_id) into claimed from leased l;
  return query select * from flyt.turn_facts_1 f
                where f.workspace_id = w and f.conversation_id = any (claimed);
end $$;

-- Seconds until the next timer or effect may be due, at most `most`.
create or replace function next_due_1(most float) returns float
language sql stable security definer set search_path = flyt, pg_temp as $$
  select greatest(0, least(most, extract(epoch from
    (select min(t.due) from timer t where t.leased_until is null) - clock_timestamp())));
$$;

-- Conversations with rows that nobody has taken for so many seconds.
create or replace function stuck_rows_1(most int, age float)
returns table (workspace_id uuid, conversation_id uuid)
language sql stable security definer set search_path = flyt, pg_temp as $$
  select distinct i.workspace_id, i.conversation_id from inbox i
   where i.state <> 'done' and i.at < clock_timestamp() - make_interval(secs => age) limit most;
$$;

-- Effects that are due, or whose performer has died; nobody else sees them until the lease is over.
-- One left in state `doing` was begun by somebody.
create or replace function stuck_effects_1(most int, lease float)
returns table (workspace_id uuid, conversation_id uuid, turn int, n int, lane text)
language sql security definer set search_path = flyt, pg_temp as $$
  update effect e
     set leased_until = clock_timestamp() + make_interval(secs => lease), leased_by = 'clock'
    from (select o.workspace_id, o.conversation_id, o.turn, o.n from effect o
           where o.done_at is null and o.leased_until <= clock_timestamp()
             and coalesce(o.due_at <= clock_timestamp(), true)
           order by o.leased_until limit most for update skip locked) o
   where (e.workspace_id, e.conversation_id, e.turn, e.n)
         = (o.workspace_id, o.conversation_id, o.turn, o.n)
  returning e.workspace_id, e.conversation_id, e.turn, e.n, e.lane;
$$;

-- Takes effects to perform: those still to do, and those a sweep has found. `died` says that a
-- process began this one and never told how it went.
create or replace function effect_claim_2(w uuid, cs uuid[], ts int[], ns int[], performer text,
                                          lease float)
returns table (conversation_id uuid, turn int, n int, kind text, args text, format int, lane text,
               retry text, node text, token text, attempts int, orphaned boolean, result text,
               died boolean)
language plpgsql as $$
begin
  perform set_config('flyt.workspace', w::text, true);
  return query
    update flyt.effect e
       set state = case o.state when 'orphaned' then 'orphaned' else 'doing' end,
           attempts = o.attempts + 1, leased_by = performer,
           leased_until = clock_timestamp() + make_interval(secs => lease)
      from (select x.* from flyt.effect x join unnest(cs, ts, ns) k (c, t, n)
                on x.workspace_id = w and (x.conversation_id, x.turn, x.n) = (k.c, k.t, k.n)
             where x.done_at is null and coalesce(x.due_at <= clock_timestamp(), true)
               and (x.state = 'todo' or x.leased_by = 'clock'
                    or x.leased_until < clock_timestamp())
               for update of x skip locked) o
     where (e.workspace_id, e.conversation_id, e.turn, e.n)
           = (o.workspace_id, o.conversation_id, o.turn, o.n)
    returning e.conversation_id, e.turn, e.n, e.kind, e.args::text, e.format, e.lane, e.retry,
              e.node, e.token, e.attempts, o.state = 'orphaned', o.result::text, o.state <> 'todo';
end $$;

-- Writes how an effect went where no turn follows. Answers its state: `orphaned` means that its
-- frame had gone away, so it is still to be undone. Null: somebody else has written it.
create or replace function effect_settle_1(w uuid, c uuid, t int, number int, went text,
                                           outcome text, kind_of_error text, sentence text)
returns text language plpgsql as $$
declare
  now_is text;
begin
  perform set_config('flyt.workspace', w::text, true);
  update flyt.effect e
     set state = case e.state when 'orphaned' then 'orphaned' else went end,
         result = outcome::jsonb, error = kind_of_error, error_message = sentence,
         done_at = case when e.state <> 'orphaned' or outcome is null then clock_timestamp() end
   where e.workspace_id = w and e.conversation_id = c and e.turn = t and e.n = number
     and e.done_at is null
  returning e.state into now_is;
  return now_is;
end $$;

-- An orphan that has been undone, or that nobody can undo.
create or replace function effect_close_1(w uuid, c uuid, t int, number int) returns void
language plpgsql as $$
begin
  perform set_config('flyt.workspace', w::text, true);
  update flyt.effect e set done_at = clock_timestamp(), leased_until = null, leased_by = null
   where e.workspace_id = w and e.conversation_id = c and e.turn = t and e.n = number;
end $$;

-- Try again later: a sweep finds the row when its time has come.
create or replace function effect_postpone_1(w uuid, c uuid, t int, number int, seconds float)
returns void language plpgsql as $$
begin
  perform set_config('flyt.workspace', w::text, true);
  update flyt.effect e
     set state = case e.state when 'doing' then 'todo' else e.state end, leased_by = null,
         leased_until = clock_timestamp() + make_interval(secs => seconds)
   where e.workspace_id = w and e.conversation_id = c and e.turn = t and e.n = number
     and e.done_at is null;
end $$;

-- Keeps the leases of what one process is performing.
create or replace function effect_renew_1(ws uuid[], cs uuid[], ts int[], ns int[],
                                          performer text, lease float)
returns void language sql security definer set search_path = flyt, pg_temp as $$
  update effect e set leased_until = clock_timestamp() + make_interval(secs => lease)
    from unnest(ws, cs, ts, ns) k (w, c, t, n)
   where (e.workspace_id, e.conversation_id, e.turn, e.n) = (k.w, k.c, k.t, k.n)
     and e.done_at is null and e.leased_by = performer;
$$;

-- Which of these conversations have more than their reader has seen.
create or replace function changed_since_1(ids uuid[], seen int[])
returns table (conversation_id uuid, seq int)
language sql stable security definer set search_path = flyt, pg_temp as $$
  select s.conversation_id, s.seq from unnest(ids, seen) k (c, q)
    join session s on s.conversation_id = k.c where s.seq > k.q;
$$;
