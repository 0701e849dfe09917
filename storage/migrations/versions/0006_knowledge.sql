-- What bots know. `storage/tables/knowledge.py` says what the tables mean.

create table flyt.knowledge_collection (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  brand_id uuid,
  embedder text not null,
  next_embedder text,
  version integer default 0 not null,
  chunks integer default 0 not null,
  prices integer default 0 not null,
  languages text[] default '{}'::text[] not null,
  created_at timestamptz default now() not null,
  constraint pk_knowledge_collection primary key (workspace_id, id),
  constraint fk_knowledge_collection_workspace_id foreign key (workspace_id) references flyt.workspace (id) on delete cascade,
  constraint fk_knowledge_collection_workspace_id_brand_id foreign key (workspace_id, brand_id) references flyt.brand (workspace_id, id) on delete set null (brand_id),
  constraint uq_knowledge_collection_workspace_id_name unique (workspace_id, name)
);

create table flyt.knowledge_source (
  workspace_id uuid not null,
  id uuid not null,
  collection_id uuid not null,
  kind text not null,
  title text not null,
  settings jsonb default '{}'::jsonb not null,
  file_id uuid,
  status text default 'queued' not null,
  progress jsonb default '{}'::jsonb not null,
  report jsonb default '{}'::jsonb not null,
  error text,
  attempts integer default 0 not null,
  leased_by text,
  leased_until timestamptz,
  every text,
  read_at timestamptz,
  next_at timestamptz,
  created_at timestamptz default now() not null,
  updated_at timestamptz default now() not null,
  constraint pk_knowledge_source primary key (workspace_id, id),
  constraint fk_knowledge_source_workspace_id foreign key (workspace_id) references flyt.workspace (id) on delete cascade,
  constraint fk_knowledge_source_workspace_id_collection_id foreign key (workspace_id, collection_id) references flyt.knowledge_collection (workspace_id, id) on delete cascade,
  constraint fk_knowledge_source_workspace_id_file_id foreign key (workspace_id, file_id) references flyt.file (workspace_id, id) on delete set null (file_id),
  constraint ck_knowledge_source_kind check (kind in ('file', 'url', 'sitemap', 'faq', 'article', 'pricelist')),
  constraint ck_knowledge_source_status check (status in ('queued', 'working', 'ready', 'failed'))
);
create index ix_knowledge_source_next on flyt.knowledge_source (next_at) where next_at is not null;
create index ix_knowledge_source_waiting on flyt.knowledge_source (leased_until) where status in ('queued', 'working');
create index ix_knowledge_source_workspace_id_collection_id on flyt.knowledge_source (workspace_id, collection_id);

create table flyt.knowledge_document (
  workspace_id uuid not null,
  id uuid not null,
  source_id uuid not null,
  collection_id uuid not null,
  key text not null,
  title text not null,
  url text,
  language text,
  version integer default 0 not null,
  status text default 'ready' not null,
  error text,
  known jsonb default '{}'::jsonb not null,
  created_at timestamptz default now() not null,
  updated_at timestamptz default now() not null,
  constraint pk_knowledge_document primary key (workspace_id, id),
  constraint fk_knowledge_document_workspace_id foreign key (workspace_id) references flyt.workspace (id) on delete cascade,
  constraint fk_knowledge_document_workspace_id_source_id foreign key (workspace_id, source_id) references flyt.knowledge_source (workspace_id, id) on delete cascade,
  constraint fk_knowledge_document_workspace_id_collection_id foreign key (workspace_id, collection_id) references flyt.knowledge_collection (workspace_id, id) on delete cascade,
  constraint ck_knowledge_document_status check (status in ('ready', 'failed')),
  constraint uq_knowledge_document_workspace_id_source_id_key unique (workspace_id, source_id, key)
);
create index ix_knowledge_document_workspace_id_collection_id on flyt.knowledge_document (workspace_id, collection_id);

create table flyt.knowledge_chunk (
  workspace_id uuid not null,
  id uuid not null,
  document_id uuid not null,
  collection_id uuid not null,
  position integer not null,
  kind text default 'text' not null,
  heading text default '' not null,
  page integer,
  question text,
  text text not null,
  language text default 'en' not null,
  keys integer[] not null,
  weights sparsevec(1000000000) not null,
  constraint pk_knowledge_chunk primary key (workspace_id, id),
  constraint fk_knowledge_chunk_workspace_id foreign key (workspace_id) references flyt.workspace (id) on delete cascade,
  constraint fk_knowledge_chunk_workspace_id_document_id foreign key (workspace_id, document_id) references flyt.knowledge_document (workspace_id, id) on delete cascade,
  constraint fk_knowledge_chunk_workspace_id_collection_id foreign key (workspace_id, collection_id) references flyt.knowledge_collection (workspace_id, id) on delete cascade,
  constraint ck_knowledge_chunk_kind check (kind in ('text', 'table', 'faq', 'price', 'reviewed'))
);
create index ix_knowledge_chunk_keys on flyt.knowledge_chunk using gin (keys) with (fastupdate = off);
create index ix_knowledge_chunk_workspace_id_collection_id on flyt.knowledge_chunk (workspace_id, collection_id);
create index ix_knowledge_chunk_workspace_id_document_id_position on flyt.knowledge_chunk (workspace_id, document_id, position);

create table flyt.knowledge_price (
  workspace_id uuid not null,
  id uuid not null,
  document_id uuid not null,
  collection_id uuid not null,
  position integer not null,
  name text not null,
  fields json not null,
  price numeric,
  currency text,
  keys integer[] not null,
  words integer not null,
  weights sparsevec(1000000000) not null,
  constraint pk_knowledge_price primary key (workspace_id, id),
  constraint fk_knowledge_price_workspace_id foreign key (workspace_id) references flyt.workspace (id) on delete cascade,
  constraint fk_knowledge_price_workspace_id_document_id foreign key (workspace_id, document_id) references flyt.knowledge_document (workspace_id, id) on delete cascade,
  constraint fk_knowledge_price_workspace_id_collection_id foreign key (workspace_id, collection_id) references flyt.knowledge_collection (workspace_id, id) on delete cascade
);
create index ix_knowledge_price_keys on flyt.knowledge_price using gin (keys) with (fastupdate = off);
create index ix_knowledge_price_workspace_id_collection_id on flyt.knowledge_price (workspace_id, collection_id);
create index ix_knowledge_price_workspace_id_document_id_position on flyt.knowledge_price (workspace_id, document_id, position);

create table flyt.knowledge_term (
  workspace_id uuid not null,
  collection_id uuid not null,
  key integer not null,
  term text not null,
  price boolean default false not null,
  rows integer default 0 not null,
  start text not null,
  shape bit(256) not null,
  constraint pk_knowledge_term primary key (workspace_id, collection_id, key),
  constraint fk_knowledge_term_workspace_id_collection_id foreign key (workspace_id, collection_id) references flyt.knowledge_collection (workspace_id, id) on delete cascade
);
create index ix_knowledge_term_start_workspace_id_collection_id_price on flyt.knowledge_term (start, workspace_id, collection_id, price);

create table flyt.knowledge_version (
  workspace_id uuid not null,
  document_id uuid not null,
  number integer not null,
  digest text not null,
  blocks jsonb default '[]'::jsonb not null,
  author text not null,
  note text default '' not null,
  created_at timestamptz default now() not null,
  constraint pk_knowledge_version primary key (workspace_id, document_id, number),
  constraint fk_knowledge_version_workspace_id_document_id foreign key (workspace_id, document_id) references flyt.knowledge_document (workspace_id, id) on delete cascade
);

create table flyt.knowledge_vector (
  workspace_id uuid not null,
  chunk_id uuid not null,
  embedder text not null,
  collection_id uuid not null,
  vector halfvec not null,
  constraint pk_knowledge_vector primary key (workspace_id, chunk_id, embedder),
  constraint fk_knowledge_vector_workspace_id_chunk_id foreign key (workspace_id, chunk_id) references flyt.knowledge_chunk (workspace_id, id) on delete cascade,
  constraint fk_knowledge_vector_workspace_id_collection_id foreign key (workspace_id, collection_id) references flyt.knowledge_collection (workspace_id, id) on delete cascade
);
create index ix_knowledge_vector_workspace_id_collection_id_embedder on flyt.knowledge_vector (workspace_id, collection_id, embedder);
