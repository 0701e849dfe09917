-- What visitors may mean while they type. Called for each of them, so each is one round trip. By a
-- channel of a brand nothing is suggested that belongs to another.

-- How some collections stand (by name; none: all), in a word that changes with what can be found.
create or replace function guide_standing_1(w uuid, names text[], brand uuid) returns text
language plpgsql as $$
begin
  perform set_config('flyt.workspace', w::text, true);
  return (
    select string_agg(c.id::text || ':' || c.version, ' ' order by c.id)
      from flyt.knowledge_collection c
     where (cardinality(names) = 0 or c.name = any (names))
       and (brand is null or c.brand_id is null or c.brand_id = brand));
end $$;

-- The questions whose answers people have written, reviewed ones first, newest first.
create or replace function guide_questions_1(w uuid, names text[], brand uuid, most int)
returns table (question text, language text, reviewed boolean)
language plpgsql as $$
begin
  perform set_config('flyt.workspace', w::text, true);
  return query
    select k.question, k.language, k.kind = 'reviewed'
      from flyt.knowledge_chunk k
      join flyt.knowledge_collection c on c.id = k.collection_id
     where k.kind in ('faq', 'reviewed') and k.question is not null
       and (cardinality(names) = 0 or c.name = any (names))
       and (brand is null or c.brand_id is null or c.brand_id = brand)
     order by k.kind = 'reviewed' desc, k.id desc limit most;
end $$;

-- What visitors of a bot have asked lately and got an answer to that is for everybody, newest first.
-- A result leaves out what is as usual: answered, and not personal.
create or replace function guide_asked_1(w uuid, bot uuid, brand uuid, days int, longest int, most int)
returns table (question text, language text, contact_id uuid, name text)
language plpgsql as $$
begin
  perform set_config('flyt.workspace', w::text, true);
  return query
    select e.args->>'question', e.args->>'language', v.contact_id, p.name
      from flyt.effect e
      join flyt.conversation v on v.id = e.conversation_id
      join flyt.contact p on p.id = v.contact_id
      join flyt.channel l on l.id = v.channel_id
     where e.kind = 'ai.answer' and e.created_at > now() - make_interval(days => days)
       and v.bot_id = bot and l.brand_id is not distinct from brand and e.state = 'done' and coalesce(e.result->>'verdict', 'answered') = 'answered'
       and coalesce((e.result->>'personal')::boolean, false) = false
       and length(e.args->>'question') <= longest
     order by e.created_at desc limit most;
end $$;

-- Questions whose answers were found bad, newest first.
create or replace function guide_refused_1(w uuid, most int) returns setof text
language plpgsql as $$
begin
  perform set_config('flyt.workspace', w::text, true);
  return query
    select r.question from flyt.message_rating r where r.rating = 'bad'
     order by r.at desc limit most;
end $$;
