-- How the collections of these names (none: all) that a brand may look through stand: what was found
-- before in the same versions would be found again. Plain rows under the policy, in one call for
-- the hot path.
create or replace function knowledge_standing_of_1(workspace uuid, names text[], brand uuid)
returns table (id uuid, version integer, embedder text, confidential boolean)
language plpgsql as $$
begin
  perform set_config('flyt.workspace', workspace::text, true);
  return query select c.id, c.version, c.embedder, c.confidential from flyt.knowledge_collection c
    where c.workspace_id = workspace and (cardinality(names) = 0 or c.name = any (names))
      and (brand is null or c.brand_id is null or c.brand_id = brand)
    order by c.id;
end $$;
