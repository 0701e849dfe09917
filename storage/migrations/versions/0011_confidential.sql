-- `storage/tables/knowledge.py` says what the column means.

alter table flyt.knowledge_collection add column confidential boolean default false not null;
