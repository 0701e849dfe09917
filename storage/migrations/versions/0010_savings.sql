-- What is kept so that nobody pays twice. `storage/tables/models.py` says what the columns mean.

alter table flyt.model_setup add column cache boolean default true not null;

create table flyt.model_saving (
  workspace_id uuid not null,
  month date not null,
  kind text not null,
  hits bigint default 0 not null,
  misses bigint default 0 not null,
  tokens_in bigint default 0 not null,
  tokens_out bigint default 0 not null,
  cost numeric default 0 not null,
  milliseconds bigint default 0 not null,
  constraint pk_model_saving primary key (workspace_id, month, kind),
  constraint fk_model_saving_workspace_id foreign key (workspace_id) references flyt.workspace (id) on delete cascade,
  constraint ck_model_saving_kind check (kind in ('answers', 'searches', 'embeddings'))
);
