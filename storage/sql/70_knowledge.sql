-- What bots know, searched. Decision 024 says how and why.
--
-- The searches are SECURITY DEFINER and take the workspace from the setting themselves: under a
-- policy PostgreSQL would not use the index over keys. Whatever depends on how often a word occurs
-- is planned anew for each question (`execute`), with the workspace written out.

-- Counted with every passage or price row that comes or goes, by whatever way: how many each
-- collection has, and in how many each word stands. The collection is locked first, so writers of
-- one collection follow each other. The argument is 1 where the rows come, -1 where they go.
create or replace function knowledge_count() returns trigger language plpgsql as $$
declare
  sign integer := tg_argv[0]::integer;
  price boolean := tg_table_name = 'knowledge_price';
  word record;
begin
  perform from flyt.knowledge_collection c
    where (c.workspace_id, c.id) in (select workspace_id, collection_id from changed)
    order by c.id for no key update;
  if not found then
    return null;  -- nothing changed, or the collection itself is going
  end if;
  update flyt.knowledge_collection c
     set version = c.version + 1,
         chunks = c.chunks + case when price then 0 else sign * n.rows end,
         prices = c.prices + case when price then sign * n.rows else 0 end
    from (select workspace_id, collection_id, count(*)::integer as rows
            from changed group by 1, 2) n
   where (c.workspace_id, c.id) = (n.workspace_id, n.collection_id);
  -- One by one by its key: a join is planned by statistics that know nothing of these rows yet,
  -- and was seen to compare each word with each.
  for word in
    select workspace_id, collection_id, key, count(*)::integer as rows
      from changed, unnest(keys) key group by 1, 2, 3 order by 1, 2, 3
  loop
    update flyt.knowledge_term t set rows = t.rows + sign * word.rows
     where t.workspace_id = word.workspace_id and t.collection_id = word.collection_id
       and t.key = word.key;
    if sign < 0 then
      delete from flyt.knowledge_term t
       where t.workspace_id = word.workspace_id and t.collection_id = word.collection_id
         and t.key = word.key and t.rows <= 0;
    end if;
  end loop;
  return null;
end $$;

do $$
declare
  named text;
begin
  foreach named in array array['knowledge_chunk', 'knowledge_price'] loop
    execute format('drop trigger if exists comes on flyt.%I', named);
    execute format('drop trigger if exists goes on flyt.%I', named);
    execute format('drop trigger if exists moves_in on flyt.%I', named);
    execute format('drop trigger if exists moves_away on flyt.%I', named);
    execute format('create trigger comes after insert on flyt.%I referencing new table as changed'
      ' for each statement execute function flyt.knowledge_count(''1'')', named);
    execute format('create trigger goes after delete on flyt.%I referencing old table as changed'
      ' for each statement execute function flyt.knowledge_count(''-1'')', named);
    execute format('create trigger moves_away after update on flyt.%I'
      ' referencing old table as changed'
      ' for each statement execute function flyt.knowledge_count(''-1'')', named);
    execute format('create trigger moves_in after update on flyt.%I'
      ' referencing new table as changed'
      ' for each statement execute function flyt.knowledge_count(''1'')', named);
  end loop;
end $$;

-- A source with all that is found of it, to another collection of the transaction's workspace.
create or replace function knowledge_move(source uuid, target uuid) returns void
language plpgsql as $$
declare
  origin uuid;
  moving uuid[];  -- its documents
begin
  select s.collection_id into origin from flyt.knowledge_source s where s.id = source;
  if origin is null or origin = target then
    return;
  end if;
  perform from flyt.knowledge_collection c where c.id in (origin, target)
    order by c.id for no key update;
  select coalesce(array_agg(d.id), '{}') into moving
    from flyt.knowledge_document d where d.source_id = source;
  insert into flyt.knowledge_term (workspace_id, collection_id, key, term, price, start, shape)
  select t.workspace_id, target, t.key, t.term, t.price, t.start, t.shape
    from flyt.knowledge_term t
   where t.collection_id = origin and t.key in (
     select unnest(keys) from flyt.knowledge_chunk where document_id = any (moving)
      union select unnest(keys) from flyt.knowledge_price where document_id = any (moving))
   order by t.key
  on conflict do nothing;
  update flyt.knowledge_collection c
     set languages = array(
       select unnest(c.languages) union
       select language from flyt.knowledge_chunk where document_id = any (moving) order by 1)
   where c.id = target;
  update flyt.knowledge_vector v set collection_id = target
    from flyt.knowledge_chunk c
   where (v.workspace_id, v.chunk_id) = (c.workspace_id, c.id) and c.document_id = any (moving);
  update flyt.knowledge_chunk set collection_id = target where document_id = any (moving);
  update flyt.knowledge_price set collection_id = target where document_id = any (moving);
  update flyt.knowledge_document set collection_id = target where source_id = source;
  update flyt.knowledge_source set collection_id = target where id = source;
end $$;

-- The name of the index over one collection's vectors of one embedder, where it is worth one.
create or replace function knowledge_vector_index(collection uuid, embedder text) returns text
language sql immutable parallel safe as $$
  select 'ix_knowledge_vector_of_' || left(md5(collection::text || ' ' || embedder), 24);
$$;

-- What a question has to be prepared for: the collections wanted (by name; none: all), the embedder
-- that made their vectors, and the languages their passages are in. Where the question comes by a
-- channel of a brand, those of other brands are not among them.
create or replace function knowledge_scope_2(names text[], brand uuid)
returns table (id uuid, embedder text, languages text[], chunks integer, prices integer)
language sql stable security definer set search_path = flyt, pg_temp as $$
  select c.id, c.embedder, c.languages, c.chunks, c.prices from knowledge_collection c
   where c.workspace_id = nullif(current_setting('flyt.workspace', true), '')::uuid
     and (cardinality(names) = 0 or c.name = any (names))
     and (brand is null or c.brand_id is null or c.brand_id = brand)
     and c.chunks + c.prices > 0
   order by c.id;
$$;

-- The words of a question as the collections know them. `word` counts from 1; a word may have
-- several keys (its stems in several languages). A word that is not known, or is of a language
-- whose forms we can't reduce (`loose`), is also taken for those that begin with the same two
-- letters (`starts`) and are spelled alike: `shapes` are its pairs of letters. `weight` is how much
-- it tells, `rows` in how many passages it stands.
create or replace function knowledge_words_1(
  w uuid, wanted uuid[], total integer, of_prices boolean,
  word integer[], keys integer[], starts text[], shapes bit[], loose boolean
)
returns table (word integer, key integer, rows bigint, likeness double precision,
               weight double precision)
language sql stable as $$
  with asked as (
    select a.word, a.key from unnest(word, keys) as a (word, key)
  ), known as (
    select a.word, a.key, there.rows, 1.0::double precision as likeness
      from asked a
     cross join lateral (  -- a sum keeps the planner to the primary key
        select sum(t.rows) as rows from knowledge_term t
         where t.workspace_id = w and t.collection_id = any (wanted) and t.key = a.key
           and t.price = of_prices
     ) there
     where there.rows > 0
  ), alike as (
    select s.word::integer, near.key, near.rows, near.likeness
      from unnest(starts, shapes) with ordinality as s (start, shape, word)
     cross join lateral (
        select t.key, sum(t.rows) as rows,
               max(1 - (t.shape operator(public.<%>) s.shape)) as likeness
          from knowledge_term t
         where t.workspace_id = w and t.collection_id = any (wanted) and t.price = of_prices
           and t.start = s.start
           and (t.shape operator(public.<%>) s.shape) < 0.58
         group by t.key order by 3 desc, t.key limit 6
     ) near
     where s.shape is not null
       and (loose or not exists (select from known k where k.word = s.word))
       and not exists (select from known k where (k.word, k.key) = (s.word, near.key))
  )
  select f.word, f.key, f.rows, f.likeness,
         f.likeness * f.likeness
           * ln(1 + (greatest(total - f.rows, 0) + 0.5) / (f.rows + 0.5))
    from (select * from known union all select * from alike) f;
$$;

-- A question, weighed: `asked` as a vector of its words' weights, `named` as one of ones, `telling`
-- its rarest words, to find candidates by, and what one mention of every word would give. An
-- unknown word counts as much as the others do on average, times `unknown`.
create or replace function knowledge_asked_1(
  w uuid, wanted uuid[], total integer, of_prices boolean,
  word integer[], keys integer[], starts text[], shapes text[], loose boolean,
  unknown double precision,
  out asked text, out named text, out telling integer[], out possible double precision
)
language sql stable as $$
  with f as (
    select * from flyt.knowledge_words_1(w, wanted, total, of_prices, word, keys, starts,
                                         shapes::bit(256)[], loose)
  ), one as (  -- a key may stand for several words
    select f.key, max(f.weight) as weight, max(f.rows) as rows from f group by f.key
  ), many as (
    select one.*, sum(one.rows) over (order by one.rows, one.key) - one.rows as before from one
  ), each_word as (
    select f.word, max(f.weight / (f.likeness * f.likeness)) as weight from f group by f.word
  ), whole as (
    select sum(e.weight) as weight, count(*) as known from each_word e
  )
  select '{' || string_agg((key + 1)::text || ':' || weight::real::text, ',' order by key)
         || '}/1000000000',
         '{' || string_agg((key + 1)::text || ':1', ',' order by key) || '}/1000000000',
         array_agg(key) filter (where before < 3000),
         (select weight * (1 + unknown * greatest(cardinality(shapes) - known, 0)
                                / nullif(known, 0)) from whole)
    from many;
$$;

-- The best passages of some collections, each with `embedders` and the question's vector by that one
-- (null: none). The hundred best by words and the hundred nearest by each collection's vectors are
-- candidates; all of them get both figures, and the sum of their z-scores decides.
--   coverage  BM25 as a share of what one mention of every word of the question would give, 0 to 1
--   nearness  the cosine; null where there is no vector
create or replace function knowledge_passages_1(
  wanted uuid[], embedders text[], vectors text[],
  word integer[], keys integer[], starts text[], shapes text[], loose boolean, most integer
)
returns table (source_id uuid, document_id uuid, title text, url text, kind text, heading text,
               page integer, question text, body text, embedder text,
               coverage double precision, nearness double precision)
language plpgsql security definer set search_path = flyt, pg_temp as $$
#variable_conflict use_column
declare
  w uuid := nullif(current_setting('flyt.workspace', true), '')::uuid;
  total integer;
  asked public.sparsevec;
  telling integer[];
  possible double precision;
  seen public.halfvec[] := vectors::public.halfvec[];  -- read once
  by_words uuid[] := '{}';
  by_vector uuid[] := '{}';
  found uuid[];
  numbers text;  -- how many numbers the vectors have
  near text;
begin
  select coalesce(sum(c.chunks), 0) into total
    from knowledge_collection c where c.workspace_id = w and c.id = any (wanted);
  if total = 0 then
    return;
  end if;

  select a.asked, a.telling, a.possible into asked, telling, possible
    from knowledge_asked_1(w, wanted, total, false, word, keys, starts, shapes, loose, 1.0) a;
  if asked is not null then
    execute format(
      'select coalesce(array_agg(id), ''{}'') from ('
      ' select id from knowledge_chunk'
      '  where workspace_id = %L and keys && %L::integer[] and collection_id = any (%L::uuid[])'
      '  order by weights operator(public.<#>) %L::public.sparsevec, id limit 100) n',
      w, telling, wanted, asked) into by_words;
  end if;

  for place in 1 .. cardinality(wanted) loop
    continue when vectors[place] is null;
    if exists (
      select from pg_index i
       where i.indexrelid = to_regclass(knowledge_vector_index(wanted[place], embedders[place]))
         and i.indisvalid) then
      perform set_config('hnsw.ef_search', '100', true),
              set_config('hnsw.iterative_scan', 'relaxed_order', true);
      numbers := '(' || array_length(string_to_array(vectors[place], ','), 1) || ')';
      near := format('(vector::public.halfvec%s) operator(public.<#>) %L::public.halfvec%s',
                     numbers, vectors[place], numbers);
    else  -- the sum keeps the planner from the index of another collection
      near := format('(vector operator(public.<#>) %L::public.halfvec) + 0', vectors[place]);
    end if;
    execute format(
      'select coalesce(array_agg(chunk_id), ''{}'') from ('
      ' select chunk_id from knowledge_vector'
      '  where workspace_id = %L and collection_id = %L and embedder = %L'
      '  order by %s limit 100) n', w, wanted[place], embedders[place], near) into found;
    by_vector := by_vector || found;
  end loop;

  return query
  with candidate as (
    select distinct n.id from unnest(by_words || by_vector) as n (id)
  ), figure as (
    select c.id, s.embedder, c.kind,
           case when asked is null then 0.0
                else -(c.weights operator(public.<#>) asked) end as lexical,
           -(v.vector operator(public.<#>) s.vector) as cosine
      from candidate n
      join knowledge_chunk c on (c.workspace_id, c.id) = (w, n.id)
      join unnest(wanted, embedders, seen) as s (id, embedder, vector)
        on s.id = c.collection_id
      left join knowledge_vector v
        on (v.workspace_id, v.chunk_id, v.embedder) = (w, c.id, s.embedder)
       and s.vector is not null
  ), compared as (
    select f.*,
           coalesce((lexical - avg(lexical) over ())
                    / nullif(stddev_pop(lexical) over (), 0), 0) as z_words,
           (cosine - avg(cosine) over (partition by f.embedder))
           / nullif(stddev_pop(cosine) over (partition by f.embedder), 0) as z_vector
      from figure f
  ), best as (
    select b.*, z_words + coalesce(z_vector, z_words)
                + case b.kind when 'reviewed' then 0.5 when 'faq' then 0.25 else 0 end as standing
      from compared b order by standing desc, id limit most
  )
  select d.source_id, c.document_id, d.title, d.url, c.kind, c.heading, c.page, c.question, c.text,
         b.embedder, least(1, b.lexical / nullif(possible, 0)), b.cosine
    from best b
    join knowledge_chunk c on (c.workspace_id, c.id) = (w, b.id)
    join knowledge_document d on (d.workspace_id, d.id) = (w, c.document_id)
   order by b.standing desc, b.id;
end $$;

-- The rows of price lists that have the words of a question; with all of them, the one that has the
-- fewest others first. `pairs` are words that follow each other: they tell "waterproof no, wired
-- yes" from its opposite.
create or replace function knowledge_prices_1(
  wanted uuid[], word integer[], keys integer[], starts text[], shapes text[], pairs integer[],
  most integer
)
returns table (source_id uuid, document_id uuid, title text, url text, name text, fields text,
               price numeric, currency text, coverage double precision, rest double precision)
language plpgsql security definer set search_path = flyt, pg_temp as $$
#variable_conflict use_column
declare
  w uuid := nullif(current_setting('flyt.workspace', true), '')::uuid;
  total integer;
  possible double precision;
  asked text;
  asked_words text;
  asked_pairs text;
  telling integer[];
begin
  select coalesce(sum(c.prices), 0) into total
    from knowledge_collection c where c.workspace_id = w and c.id = any (wanted);
  if total = 0 then
    return;
  end if;

  -- an unknown word may be another product's name, or "please"
  select a.asked, a.named, a.telling, a.possible into asked, asked_words, telling, possible
    from knowledge_asked_1(w, wanted, total, true, word, keys, starts, shapes, false, 0.5) a;
  if asked is null then
    return;
  end if;
  select '{' || coalesce(string_agg((p + 1)::text || ':1', ',' order by p), '') || '}/1000000000'
    into asked_pairs from (select distinct p from unnest(pairs) p) n;

  return query execute format(
    'with figure as ('
    ' select r.*, least(1, -(r.weights operator(public.<#>) %L::public.sparsevec) / %L) as covered,'
    '        1 + (r.weights operator(public.<#>) %L::public.sparsevec) / r.words as others,'
    '        -(r.weights operator(public.<#>) %L::public.sparsevec) / %L as paired'
    '   from knowledge_price r'
    '  where r.workspace_id = %L and r.keys && %L::integer[] and r.collection_id = any (%L::uuid[])'
    '), best as ('
    ' select * from figure order by covered + 0.05 * paired - 0.05 * others desc, id limit %L)'
    'select d.source_id, b.document_id, d.title, d.url, b.name, b.fields::text, b.price,'
    '       b.currency, b.covered, b.others'
    '  from best b join knowledge_document d on (d.workspace_id, d.id) = (%L, b.document_id)'
    ' order by b.covered + 0.05 * b.paired - 0.05 * b.others desc, b.id',
    asked, nullif(possible, 0), asked_words, asked_pairs, greatest(cardinality(pairs), 1), w,
    telling, wanted, most, w);
end $$;

-- Which of these sources are in a confidential collection.
create or replace function knowledge_confidential_1(workspace uuid, sources uuid[])
returns table (id uuid) language plpgsql as $$
begin
  if workspace is not null then
    perform set_config('flyt.workspace', workspace::text, true);
  end if;
  return query
    select s.id from flyt.knowledge_source s
      join flyt.knowledge_collection c
        on (c.workspace_id, c.id) = (s.workspace_id, s.collection_id)
     where s.id = any (sources) and c.confidential;
end $$;

-- Both at once, and for the event loop with its workspace, which is set for this call alone; null
-- where the transaction has one.
create or replace function knowledge_search_1(
  workspace uuid, wanted uuid[], embedders text[], vectors text[],
  word integer[], keys integer[], starts text[], shapes text[], loose boolean,
  price_word integer[], price_keys integer[], price_starts text[], price_shapes text[],
  price_pairs integer[],
  most integer
)
returns table (source_id uuid, document_id uuid, title text, url text, kind text, heading text,
               page integer, question text, body text, fields text, price text, currency text,
               embedder text, coverage double precision, nearness double precision)
language plpgsql as $$
begin
  if workspace is not null then
    perform set_config('flyt.workspace', workspace::text, true);
  end if;
  return query
    select p.source_id, p.document_id, p.title, p.url, p.kind, p.heading, p.page, p.question,
           p.body, null, null, null, p.embedder, p.coverage, p.nearness
      from flyt.knowledge_passages_1(wanted, embedders, vectors, word, keys, starts, shapes,
                                     loose, most) p;
  return query
    select p.source_id, p.document_id, p.title, p.url, 'price', p.name, null::integer, null, '',
           p.fields, p.price::text, p.currency, null, p.coverage, p.rest
      from flyt.knowledge_prices_1(wanted, price_word, price_keys, price_starts,
                                   price_shapes, price_pairs, most) p;
end $$;

create or replace function knowledge_scope_of_2(workspace uuid, names text[], brand uuid)
returns table (id uuid, embedder text, languages text[], chunks integer, prices integer)
language plpgsql as $$
begin
  if workspace is not null then
    perform set_config('flyt.workspace', workspace::text, true);
  end if;
  return query select * from flyt.knowledge_scope_2(names, brand);
end $$;
