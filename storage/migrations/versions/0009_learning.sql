-- Ratings and reviewed answers. `storage/tables/learning.py` says what the table means.

create table flyt.message_rating (
  workspace_id uuid not null,
  conversation_id uuid not null,
  seq integer not null,
  rating text,
  note text default '' not null,
  question text default '' not null,
  author text not null,
  name text default '' not null,
  at timestamptz default now() not null,
  reviewed_id uuid,
  constraint pk_message_rating primary key (workspace_id, conversation_id, seq),
  constraint fk_message_rating_workspace_id_conversation_id_seq foreign key (workspace_id, conversation_id, seq) references flyt.message (workspace_id, conversation_id, seq) on delete cascade,
  constraint fk_message_rating_workspace_id_reviewed_id foreign key (workspace_id, reviewed_id) references flyt.knowledge_document (workspace_id, id) on delete set null (reviewed_id),
  constraint ck_message_rating_rating check (rating in ('good', 'bad'))
);
create index ix_message_rating_workspace_id_reviewed_id on flyt.message_rating (workspace_id, reviewed_id);

-- Each collection has one source that holds what people have put right.
alter table flyt.knowledge_source drop constraint ck_knowledge_source_kind;
alter table flyt.knowledge_source add constraint ck_knowledge_source_kind
  check (kind in ('file', 'url', 'sitemap', 'faq', 'article', 'pricelist', 'reviewed'));
create unique index uq_knowledge_source_reviewed on flyt.knowledge_source (workspace_id, collection_id) where kind = 'reviewed';

-- Answers are looked through by their time: for those that failed, and for questions worth suggesting.
create index ix_effect_answers on flyt.effect (workspace_id, created_at) where kind = 'ai.answer';
