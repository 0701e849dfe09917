-- Language models, what is paid for them, and every call. `storage/tables/models.py` says more.

create table flyt.model_month (
  workspace_id uuid not null,
  month date not null,
  calls bigint default 0 not null,
  tokens_in bigint default 0 not null,
  tokens_cached bigint default 0 not null,
  tokens_out bigint default 0 not null,
  cost numeric default 0 not null,
  constraint pk_model_month primary key (workspace_id, month),
  constraint fk_model_month_workspace_id foreign key (workspace_id) references flyt.workspace (id) on delete cascade
);

create table flyt.model_price (
  workspace_id uuid not null,
  model text not null,
  taken numeric not null,
  cached numeric not null,
  given numeric not null,
  constraint pk_model_price primary key (workspace_id, model),
  constraint fk_model_price_workspace_id foreign key (workspace_id) references flyt.workspace (id) on delete cascade
);

create table flyt.model_prompt (
  workspace_id uuid not null,
  name text not null,
  text text not null,
  actor text not null,
  updated_at timestamptz default now() not null,
  constraint pk_model_prompt primary key (workspace_id, name),
  constraint fk_model_prompt_workspace_id foreign key (workspace_id) references flyt.workspace (id) on delete cascade
);

create table flyt.model_provider (
  workspace_id uuid not null,
  id uuid not null,
  kind text not null,
  name text not null,
  base_url text not null,
  secret bytea,
  settings jsonb default '{}'::jsonb not null,
  region text default '' not null,
  local boolean default false not null,
  enabled boolean default true not null,
  created_at timestamptz default now() not null,
  updated_at timestamptz default now() not null,
  constraint pk_model_provider primary key (workspace_id, id),
  constraint fk_model_provider_workspace_id foreign key (workspace_id) references flyt.workspace (id) on delete cascade,
  constraint ck_model_provider_kind check (kind in ('openai', 'anthropic', 'azure', 'gemini', 'mistral', 'ollama', 'vllm', 'yandex', 'gigachat', 'compatible'))
);

create table flyt.model_setup (
  workspace_id uuid not null,
  strong jsonb default '[]'::jsonb not null,
  cheap jsonb default '[]'::jsonb not null,
  embedding jsonb default '{}'::jsonb not null,
  per_minute integer default 0 not null,
  budget numeric default 0 not null,
  currency text default 'USD' not null,
  regions jsonb default '[]'::jsonb not null,
  persona text default '' not null,
  policies jsonb default '[]'::jsonb not null,
  updated_at timestamptz default now() not null,
  constraint pk_model_setup primary key (workspace_id),
  constraint fk_model_setup_workspace_id foreign key (workspace_id) references flyt.workspace (id) on delete cascade
);

create table flyt.model_call (
  workspace_id uuid not null,
  id bigint generated always as identity,
  at timestamptz default now() not null,
  conversation_id uuid,
  key text,
  purpose text not null,
  provider text not null,
  model text not null,
  status text not null,
  error text,
  tokens_in integer default 0 not null,
  tokens_cached integer default 0 not null,
  tokens_out integer default 0 not null,
  cost numeric default 0 not null,
  milliseconds integer default 0 not null,
  cache_hit boolean default false not null,
  constraint pk_model_call primary key (workspace_id, id),
  constraint fk_model_call_workspace_id foreign key (workspace_id) references flyt.workspace (id) on delete cascade,
  constraint fk_model_call_workspace_id_conversation_id foreign key (workspace_id, conversation_id) references flyt.conversation (workspace_id, id) on delete cascade
);
create index ix_model_call_workspace_id_at on flyt.model_call (workspace_id, at);
create index ix_model_call_workspace_id_conversation_id on flyt.model_call (workspace_id, conversation_id);
