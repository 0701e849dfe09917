-- Channels other than the web: what comes in by a visitor's identity, and what goes out in order.

-- Puts an event into the inbox of the conversation that an identity has on the channel. Without a
-- conversation nothing is written; its contact may be known nevertheless.
create or replace function identity_queue_1(w uuid, channel uuid, external text, key text,
                                            event text)
returns table (contact_id uuid, conversation_id uuid) language plpgsql rows 1 as $$
declare
  owner uuid;
  talk uuid;
begin
  perform set_config('flyt.workspace', w::text, true);
  select p.id into owner
    from flyt.identity i
    join flyt.contact p on (p.workspace_id, p.id) = (i.workspace_id, i.contact_id)
   where i.workspace_id = w and i.channel_id = channel and i.external_id = external
     and p.erased_at is null;
  talk := flyt.conversation_of_1(w, channel, owner);
  if talk is not null then
    perform flyt.turn_queue_1(w, talk, key, event);
  end if;
  return query select owner, talk;
end $$;

-- The conversation of a contact on a channel, the newest.
create or replace function conversation_of_1(w uuid, channel uuid, contact uuid) returns uuid
language sql stable as $$
  select v.id from flyt.conversation v
   where v.workspace_id = w and v.contact_id = contact and v.channel_id = channel
   order by v.id desc limit 1;
$$;

-- The same for somebody who has no conversation yet: it is made with a session that has not begun,
-- whose first event waits in front of this one. Answers the conversation, which is another one than
-- `c` where two first messages came at once. `contact` is made of `person` unless it is there.
create or replace function identity_open_1(w uuid, channel uuid, external text, key text,
                                           event text, contact uuid, person text, c uuid, bot uuid,
                                           d text, started text)
returns uuid language plpgsql as $$
declare
  made int;
  owner uuid;
  talk uuid;
begin
  perform set_config('flyt.workspace', w::text, true);
  insert into flyt.contact (workspace_id, id, name, email, phone, locale)
  select w, contact, j.name, j.email, j.phone, j.locale
    from jsonb_to_record(person::jsonb) j (name text, email text, phone text, locale text)
  on conflict (workspace_id, id) do nothing;
  get diagnostics made = row_count;
  -- Who comes second waits here for the first, and the statements below see what that one made.
  insert into flyt.identity as i (workspace_id, channel_id, external_id, contact_id)
  values (w, channel, external, contact)
  on conflict (workspace_id, channel_id, external_id) do update set contact_id = i.contact_id
  returning i.contact_id into owner;
  if owner <> contact and made = 1 then
    if exists (select from flyt.contact p
                where p.workspace_id = w and p.id = owner and p.erased_at is not null) then
      update flyt.identity i set contact_id = contact
       where i.workspace_id = w and i.channel_id = channel and i.external_id = external;
      owner := contact;
    else
      delete from flyt.contact p where p.workspace_id = w and p.id = contact;
    end if;
  end if;
  talk := flyt.conversation_of_1(w, channel, owner);
  if talk is null then
    talk := c;
    insert into flyt.conversation (workspace_id, id, channel_id, contact_id, bot_id, locale)
    select w, c, channel, owner, bot, person::jsonb ->> 'locale';
    insert into flyt.session (workspace_id, conversation_id, data) values (w, c, d);
    perform flyt.turn_queue_1(w, c, 'open', started);
  end if;
  perform flyt.turn_queue_1(w, talk, key, event);
  return talk;
end $$;

-- Messages to be sent. `given` is {channel, epoch, seqs, lease, input}: `epoch` is the ownership
-- under which they were said, `lease` the seconds until a sweep looks whether somebody sends them,
-- `input` what the bot waits for after the last one.
create or replace function delivery_add_1(w uuid, c uuid, given jsonb)
returns void language sql as $$
  insert into flyt.delivery (workspace_id, conversation_id, seq, channel_id, epoch, leased_until,
                             input)
  select w, c, seq::int, (given ->> 'channel')::uuid, (given ->> 'epoch')::int,
         now() + make_interval(secs => (given ->> 'lease')::float),
         case when seq = given -> 'seqs' ->> -1 then given -> 'input' end
    from jsonb_array_elements_text(given -> 'seqs') seq;
$$;

-- Takes the first message of a conversation that is still to be sent, for this sender alone until
-- the lease is over. No row: none is left, it is not due yet, or somebody sends it. What must not be
-- sent any more is cancelled on the way, so this is called right before each sending.
create or replace function delivery_claim_1(w uuid, c uuid, courier text, lease float)
returns table (seq int, attempts int, kind text, settings text, recipient text, body text,
               input text)
language plpgsql rows 1 as $$
declare
  head record;
begin
  perform set_config('flyt.workspace', w::text, true);
  loop
    select d.* into head from flyt.delivery d
     where d.workspace_id = w and d.conversation_id = c and d.state in ('todo', 'doing')
       and d.seq = (select min(o.seq) from flyt.delivery o
                     where o.workspace_id = w and o.conversation_id = c
                       and o.state in ('todo', 'doing'))
       and (d.leased_by is null or d.leased_until <= clock_timestamp())
       for update skip locked;
    if not found then
      return;
    end if;
    update flyt.delivery d
       set state = 'cancelled', error = n.why, done_at = clock_timestamp(), leased_until = null,
           leased_by = null
      from flyt.delivery_needless_1(w, c, head.seq) n (why)
     where d.workspace_id = w and d.conversation_id = c and d.seq = head.seq and n.why is not null;
    exit when not found;
  end loop;
  if head.due_at > clock_timestamp() then
    return;
  end if;
  return query
    update flyt.delivery d
       set state = 'doing', attempts = d.attempts + 1, leased_by = courier,
           leased_until = clock_timestamp() + make_interval(secs => lease)
      from flyt.message m, flyt.channel h, flyt.conversation v
     where d.workspace_id = w and d.conversation_id = c and d.seq = head.seq
       and m.workspace_id = w and m.conversation_id = c and m.seq = head.seq
       and h.workspace_id = w and h.id = d.channel_id and v.workspace_id = w and v.id = c
    returning d.seq, d.attempts, h.kind, h.settings::text,
              (select i.external_id from flyt.identity i
                where i.workspace_id = w and i.contact_id = v.contact_id
                  and i.channel_id = d.channel_id
                order by i.created_at desc limit 1),
              m.body::text, d.input::text;
end $$;

-- Why a message must not be sent any more; null: it may. A person's words are sent whoever owns the
-- conversation now, the bot's only under the ownership that they were said under.
create or replace function delivery_needless_1(w uuid, c uuid, number int) returns text
language sql stable as $$
  select case
           when m.deleted_at is not null then 'the message was deleted'
           when not h.enabled then 'the channel is switched off'
           when m.sender = 'bot' and d.epoch < coalesce((s.data::jsonb ->> 'epoch')::int, 0)
             then 'somebody else has taken over the conversation'
         end
    from flyt.delivery d
    join flyt.message m on (m.workspace_id, m.conversation_id, m.seq)
                           = (d.workspace_id, d.conversation_id, d.seq)
    join flyt.channel h on (h.workspace_id, h.id) = (d.workspace_id, d.channel_id)
    join flyt.session s on (s.workspace_id, s.conversation_id) = (d.workspace_id, d.conversation_id)
   where d.workspace_id = w and d.conversation_id = c and d.seq = number;
$$;

-- Keeps the lease of a message that is being sent. False: it is somebody else's by now.
create or replace function delivery_renew_1(w uuid, c uuid, number int, courier text, lease float)
returns boolean language plpgsql as $$
begin
  perform set_config('flyt.workspace', w::text, true);
  update flyt.delivery d set leased_until = clock_timestamp() + make_interval(secs => lease)
   where d.workspace_id = w and d.conversation_id = c and d.seq = number
     and d.state = 'doing' and d.leased_by = courier;
  return found;
end $$;

-- Writes how a sending went; `todo` is tried again after a pause. False: it is somebody else's.
create or replace function delivery_settle_1(w uuid, c uuid, number int, courier text, went text,
                                             external text, sentence text, pause float)
returns boolean language plpgsql as $$
declare
  again timestamptz := case went when 'todo'
                         then clock_timestamp() + make_interval(secs => pause) end;
begin
  perform set_config('flyt.workspace', w::text, true);
  update flyt.delivery d
     set state = went, external_id = external, error = sentence, leased_by = null,
         leased_until = again, due_at = coalesce(again, d.due_at),
         done_at = case when again is null then clock_timestamp() end
   where d.workspace_id = w and d.conversation_id = c and d.seq = number
     and d.state = 'doing' and d.leased_by = courier;
  if not found then
    return false;
  end if;
  if external is not null then
    update flyt.message m set external_id = external
     where m.workspace_id = w and m.conversation_id = c and m.seq = number;
  end if;
  return true;
end $$;

-- Conversations whose next message nobody sends though it is due; nobody else sees them until the
-- lease is over. A message that stands behind another is looked at again when that one is.
create or replace function stuck_deliveries_1(most int, lease float)
returns table (workspace_id uuid, conversation_id uuid)
language sql security definer set search_path = flyt, pg_temp as $$
  with found as (
    select d.workspace_id, d.conversation_id, d.seq from delivery d
     where d.state in ('todo', 'doing') and d.leased_until <= clock_timestamp()
     order by d.leased_until limit most for update skip locked)
  , looked_at as (
    update delivery d
       set leased_by = null, leased_until = greatest(
             h.leased_until, clock_timestamp() + make_interval(secs => lease))
      from found f
     cross join lateral (
        select o.seq, o.leased_until from delivery o
         where o.workspace_id = f.workspace_id and o.conversation_id = f.conversation_id
           and o.state in ('todo', 'doing')
         order by o.seq limit 1) h
     where (d.workspace_id, d.conversation_id, d.seq)
           = (f.workspace_id, f.conversation_id, f.seq)
    returning d.workspace_id, d.conversation_id, d.seq = h.seq as first)
  select l.workspace_id, l.conversation_id from looked_at l where l.first;
$$;
