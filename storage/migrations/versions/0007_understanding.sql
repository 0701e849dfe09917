-- What was learnt of the examples of intents. `storage/tables/understanding.py` says more.

create table flyt.trained_intents (
  workspace_id uuid not null,
  fingerprint text not null,
  model bytea not null,
  report jsonb default '{}'::jsonb not null,
  created_at timestamptz default now() not null,
  used_at timestamptz default now() not null,
  constraint pk_trained_intents primary key (workspace_id, fingerprint),
  constraint fk_trained_intents_workspace_id foreign key (workspace_id) references flyt.workspace (id) on delete cascade
);
