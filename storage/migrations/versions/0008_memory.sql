-- What is remembered of contacts. `storage/tables/memory.py` says what the tables mean.

alter table flyt.model_setup add column remember_since timestamptz;

create table flyt.contact_fact (
  workspace_id uuid not null,
  id uuid not null,
  contact_id uuid not null,
  kind text not null,
  text text not null,
  topic text default '' not null,
  relation text,
  related text,
  related_id uuid,
  due date,
  status text,
  conversation_id uuid,
  seq integer,
  quote text,
  said_at timestamptz default now() not null,
  author text not null,
  corrected boolean default false not null,
  confidential boolean default false not null,
  replaced_by uuid,
  created_at timestamptz default now() not null,
  updated_at timestamptz default now() not null,
  constraint pk_contact_fact primary key (workspace_id, id),
  constraint fk_contact_fact_workspace_id foreign key (workspace_id) references flyt.workspace (id) on delete cascade,
  constraint fk_contact_fact_workspace_id_contact_id foreign key (workspace_id, contact_id) references flyt.contact (workspace_id, id) on delete cascade,
  constraint fk_contact_fact_workspace_id_related_id foreign key (workspace_id, related_id) references flyt.contact (workspace_id, id) on delete set null (related_id),
  constraint fk_contact_fact_workspace_id_conversation_id foreign key (workspace_id, conversation_id) references flyt.conversation (workspace_id, id) on delete cascade,
  constraint fk_contact_fact_workspace_id_replaced_by foreign key (workspace_id, replaced_by) references flyt.contact_fact (workspace_id, id) on delete cascade,
  constraint ck_contact_fact_kind check (kind in ('fact', 'relation', 'promise')),
  constraint ck_contact_fact_status check (status in ('open', 'kept'))
);
create index ix_contact_fact_workspace_id_contact_id_id on flyt.contact_fact (workspace_id, contact_id, id);
create index ix_contact_fact_workspace_id_conversation_id on flyt.contact_fact (workspace_id, conversation_id);
create index ix_contact_fact_workspace_id_related_id on flyt.contact_fact (workspace_id, related_id);
create index ix_contact_fact_workspace_id_replaced_by on flyt.contact_fact (workspace_id, replaced_by);

create table flyt.contact_reading (
  workspace_id uuid not null,
  conversation_id uuid not null,
  read_seq integer default 0 not null,
  due_at timestamptz,
  attempts integer default 0 not null,
  leased_by text,
  constraint pk_contact_reading primary key (workspace_id, conversation_id),
  constraint fk_contact_reading_workspace_id_conversation_id foreign key (workspace_id, conversation_id) references flyt.conversation (workspace_id, id) on delete cascade
);
create index ix_contact_reading_due on flyt.contact_reading (due_at) where due_at is not null;
