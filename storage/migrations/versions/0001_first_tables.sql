-- The first tables. `storage/tables` says what they mean; a test compares the two.

create table flyt.audit (
  workspace_id uuid not null,
  id bigint generated always as identity,
  at timestamptz default now() not null,
  actor text not null,
  action text not null,
  subject text,
  address text,
  data jsonb not null,
  constraint pk_audit primary key (workspace_id, id)
);
create index ix_audit_workspace_id_action_id on flyt.audit (workspace_id, action, id);

create table flyt.log (
  workspace_id uuid not null,
  id bigint generated always as identity,
  type text not null,
  message text not null,
  at timestamptz default now() not null,
  request_id text,
  conversation_id uuid,
  data jsonb default '{}'::jsonb not null,
  constraint pk_log primary key (workspace_id, id)
);
create index ix_log_at on flyt.log (at);
create index ix_log_workspace_id_type_id on flyt.log (workspace_id, type, id);

create table flyt.login_attempt (
  key text not null,
  attempts integer default 0 not null,
  until timestamptz not null,
  constraint pk_login_attempt primary key (key)
);
create index ix_login_attempt_until on flyt.login_attempt (until);

create table flyt.user_account (
  id uuid not null,
  email text not null,
  name text not null,
  password_hash text not null,
  language text,
  created_at timestamptz default now() not null,
  constraint pk_user_account primary key (id),
  constraint uq_user_account_email unique (email)
);

create table flyt.workspace (
  id uuid not null,
  name text not null,
  language text default 'en' not null,
  timezone text default 'UTC' not null,
  settings jsonb default '{}'::jsonb not null,
  created_at timestamptz default now() not null,
  constraint pk_workspace primary key (id)
);

create table flyt.api_key (
  workspace_id uuid not null,
  id uuid not null,
  token_hash bytea not null,
  prefix text not null,
  name text not null,
  role text default 'editor' not null,
  created_by uuid,
  created_at timestamptz default now() not null,
  used_at timestamptz,
  revoked_at timestamptz,
  constraint pk_api_key primary key (workspace_id, id),
  constraint fk_api_key_workspace_id foreign key (workspace_id)
    references flyt.workspace (id) on delete cascade,
  constraint ck_api_key_role check (role in ('owner', 'editor', 'agent', 'viewer')),
  constraint uq_api_key_token_hash unique (token_hash),
  constraint fk_api_key_created_by foreign key (created_by)
    references flyt.user_account (id) on delete set null
);

create table flyt.bot (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  created_at timestamptz default now() not null,
  deleted_at timestamptz,
  constraint pk_bot primary key (workspace_id, id),
  constraint fk_bot_workspace_id foreign key (workspace_id)
    references flyt.workspace (id) on delete cascade
);

create table flyt.brand (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  timezone text,
  language text,
  look jsonb default '{}'::jsonb not null,
  created_at timestamptz default now() not null,
  constraint pk_brand primary key (workspace_id, id),
  constraint fk_brand_workspace_id foreign key (workspace_id)
    references flyt.workspace (id) on delete cascade
);

create table flyt.contact (
  workspace_id uuid not null,
  id uuid not null,
  visitor_hash bytea,
  name text,
  email text,
  phone text,
  locale text,
  timezone text,
  attributes jsonb default '{}'::jsonb not null,
  created_at timestamptz default now() not null,
  erased_at timestamptz,
  constraint pk_contact primary key (workspace_id, id),
  constraint fk_contact_workspace_id foreign key (workspace_id)
    references flyt.workspace (id) on delete cascade,
  constraint uq_contact_workspace_id_visitor_hash unique (workspace_id, visitor_hash)
);

create table flyt.invitation (
  workspace_id uuid not null,
  id uuid not null,
  token_hash bytea not null,
  email text not null,
  role text not null,
  invited_by uuid,
  created_at timestamptz default now() not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz,
  constraint pk_invitation primary key (workspace_id, id),
  constraint fk_invitation_workspace_id foreign key (workspace_id)
    references flyt.workspace (id) on delete cascade,
  constraint ck_invitation_role check (role in ('owner', 'editor', 'agent', 'viewer')),
  constraint uq_invitation_token_hash unique (token_hash),
  constraint fk_invitation_invited_by foreign key (invited_by)
    references flyt.user_account (id) on delete set null
);

create table flyt.login_session (
  token_hash bytea not null,
  user_id uuid not null,
  current_workspace_id uuid,
  address text,
  agent text,
  created_at timestamptz default now() not null,
  seen_at timestamptz default now() not null,
  expires_at timestamptz not null,
  constraint pk_login_session primary key (token_hash),
  constraint fk_login_session_user_id foreign key (user_id)
    references flyt.user_account (id) on delete cascade,
  constraint fk_login_session_current_workspace_id foreign key (current_workspace_id)
    references flyt.workspace (id) on delete set null
);
create index ix_login_session_user_id on flyt.login_session (user_id);

create table flyt.membership (
  workspace_id uuid not null,
  user_id uuid not null,
  role text not null,
  created_at timestamptz default now() not null,
  constraint pk_membership primary key (workspace_id, user_id),
  constraint fk_membership_workspace_id foreign key (workspace_id)
    references flyt.workspace (id) on delete cascade,
  constraint ck_membership_role check (role in ('owner', 'editor', 'agent', 'viewer')),
  constraint fk_membership_user_id foreign key (user_id)
    references flyt.user_account (id) on delete cascade
);
create index ix_membership_user_id on flyt.membership (user_id);

create table flyt.channel (
  workspace_id uuid not null,
  id uuid not null,
  key text not null,
  kind text default 'web' not null,
  name text not null,
  bot_id uuid,
  brand_id uuid,
  enabled boolean default 'true' not null,
  settings jsonb default '{}'::jsonb not null,
  created_at timestamptz default now() not null,
  constraint pk_channel primary key (workspace_id, id),
  constraint fk_channel_workspace_id foreign key (workspace_id)
    references flyt.workspace (id) on delete cascade,
  constraint fk_channel_workspace_id_bot_id foreign key (workspace_id, bot_id)
    references flyt.bot (workspace_id, id) on delete set null (bot_id),
  constraint fk_channel_workspace_id_brand_id foreign key (workspace_id, brand_id)
    references flyt.brand (workspace_id, id) on delete set null (brand_id),
  constraint ck_channel_kind
    check (kind in ('web', 'telegram', 'sms', 'whatsapp', 'voice', 'email', 'messenger',
      'instagram', 'slack')),
  constraint uq_channel_key unique (key)
);
create index ix_channel_workspace_id_bot_id on flyt.channel (workspace_id, bot_id);

create table flyt.draft (
  workspace_id uuid not null,
  bot_id uuid not null,
  version bigint default '0' not null,
  updated_at timestamptz default now() not null,
  constraint pk_draft primary key (workspace_id, bot_id),
  constraint fk_draft_workspace_id_bot_id foreign key (workspace_id, bot_id)
    references flyt.bot (workspace_id, id) on delete cascade
);

create table flyt.release (
  workspace_id uuid not null,
  bot_id uuid not null,
  number integer not null,
  document jsonb not null,
  note text default '' not null,
  author text not null,
  restores integer,
  created_at timestamptz default now() not null,
  constraint pk_release primary key (workspace_id, bot_id, number),
  constraint fk_release_workspace_id_bot_id foreign key (workspace_id, bot_id)
    references flyt.bot (workspace_id, id) on delete cascade,
  constraint fk_release_workspace_id_bot_id_restores foreign key (workspace_id, bot_id, restores)
    references flyt.release (workspace_id, bot_id, number) on delete cascade
);

create table flyt.conversation (
  workspace_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  contact_id uuid not null,
  bot_id uuid not null,
  client_id text,
  token_epoch integer default 0 not null,
  locale text,
  timezone text,
  attributes jsonb default '{}'::jsonb not null,
  created_at timestamptz default now() not null,
  constraint pk_conversation primary key (workspace_id, id),
  constraint fk_conversation_workspace_id_channel_id foreign key (workspace_id, channel_id)
    references flyt.channel (workspace_id, id) on delete cascade,
  constraint fk_conversation_workspace_id_contact_id foreign key (workspace_id, contact_id)
    references flyt.contact (workspace_id, id) on delete cascade,
  constraint fk_conversation_workspace_id_bot_id foreign key (workspace_id, bot_id)
    references flyt.bot (workspace_id, id) on delete cascade,
  constraint uq_conversation_workspace_id_channel_id_client_id
    unique (workspace_id, channel_id, client_id)
);
create index ix_conversation_workspace_id_bot_id_id on flyt.conversation (workspace_id, bot_id, id);
create index ix_conversation_workspace_id_channel_id_id
  on flyt.conversation (workspace_id, channel_id, id);
create index ix_conversation_workspace_id_contact_id_id
  on flyt.conversation (workspace_id, contact_id, id);

create table flyt.draft_item (
  workspace_id uuid not null,
  bot_id uuid not null,
  key text not null,
  value jsonb,
  version bigint not null,
  tab text not null,
  actor text not null,
  place bigint not null,
  constraint pk_draft_item primary key (workspace_id, bot_id, key),
  constraint fk_draft_item_workspace_id_bot_id foreign key (workspace_id, bot_id)
    references flyt.draft (workspace_id, bot_id) on delete cascade
) with (fillfactor = 70);

create table flyt.draft_operation (
  workspace_id uuid not null,
  bot_id uuid not null,
  version bigint not null,
  tab text not null,
  number bigint not null,
  key text not null,
  value jsonb,
  before jsonb,
  actor text not null,
  at timestamptz default now() not null,
  constraint pk_draft_operation primary key (workspace_id, bot_id, version),
  constraint fk_draft_operation_workspace_id_bot_id foreign key (workspace_id, bot_id)
    references flyt.draft (workspace_id, bot_id) on delete cascade,
  constraint uq_draft_operation_workspace_id_bot_id_tab_number
    unique (workspace_id, bot_id, tab, number)
);

create table flyt.identity (
  workspace_id uuid not null,
  channel_id uuid not null,
  external_id text not null,
  contact_id uuid not null,
  created_at timestamptz default now() not null,
  constraint pk_identity primary key (workspace_id, channel_id, external_id),
  constraint fk_identity_workspace_id_channel_id foreign key (workspace_id, channel_id)
    references flyt.channel (workspace_id, id) on delete cascade,
  constraint fk_identity_workspace_id_contact_id foreign key (workspace_id, contact_id)
    references flyt.contact (workspace_id, id) on delete cascade
);
create index ix_identity_workspace_id_contact_id on flyt.identity (workspace_id, contact_id);

create table flyt.release_share (
  workspace_id uuid not null,
  bot_id uuid not null,
  number integer not null,
  share integer default 100 not null,
  constraint pk_release_share primary key (workspace_id, bot_id, number),
  constraint fk_release_share_workspace_id_bot_id_number foreign key (workspace_id, bot_id, number)
    references flyt.release (workspace_id, bot_id, number) on delete cascade,
  constraint ck_release_share_share check (share between 1 and 100)
);

create table flyt.conversation_status (
  workspace_id uuid not null,
  conversation_id uuid not null,
  status text not null,
  since timestamptz default now() not null,
  constraint pk_conversation_status primary key (workspace_id, conversation_id),
  constraint fk_conversation_status_workspace_id_conversation_id
    foreign key (workspace_id, conversation_id)
    references flyt.conversation (workspace_id, id) on delete cascade,
  constraint ck_conversation_status_status check (status in ('bot', 'human', 'ended', 'failed'))
);
create index ix_conversation_status_workspace_id_status_conversation_id
  on flyt.conversation_status (workspace_id, status, conversation_id);

create table flyt.effect (
  workspace_id uuid not null,
  conversation_id uuid not null,
  turn integer not null,
  n integer not null,
  kind text not null,
  args jsonb default '{}'::jsonb not null,
  format integer default 1 not null,
  lane text default 'background' not null,
  retry text default 'safe' not null,
  node text default '' not null,
  token text,
  state text default 'todo' not null,
  attempts integer default 0 not null,
  due_at timestamptz,
  subject text,
  slot text,
  leased_until timestamptz,
  leased_by text,
  result jsonb,
  error text,
  error_message text,
  created_at timestamptz default now() not null,
  done_at timestamptz,
  constraint pk_effect primary key (workspace_id, conversation_id, turn, n),
  constraint fk_effect_workspace_id_conversation_id foreign key (workspace_id, conversation_id)
    references flyt.conversation (workspace_id, id) on delete cascade,
  constraint ck_effect_state
    check (state in ('todo', 'doing', 'done', 'failed', 'cancelled', 'orphaned', 'unknown',
      'dead')),
  constraint ck_effect_lane check (lane in ('interactive', 'background')),
  constraint ck_effect_retry check (retry in ('safe', 'once'))
);
create index ix_effect_due on flyt.effect (due_at) where state = 'todo' and due_at is not null;
create index ix_effect_leased on flyt.effect (leased_until) where done_at is null;
create unique index uq_effect_subject_slot
  on flyt.effect (workspace_id, subject, slot) where subject is not null;

create table flyt.event (
  workspace_id uuid not null,
  id bigint generated always as identity,
  name text not null,
  conversation_id uuid,
  contact_id uuid,
  bot_id uuid,
  release integer,
  node text,
  data jsonb default '{}'::jsonb not null,
  at timestamptz default now() not null,
  constraint pk_event primary key (workspace_id, id),
  constraint fk_event_workspace_id foreign key (workspace_id)
    references flyt.workspace (id) on delete cascade,
  constraint fk_event_workspace_id_conversation_id foreign key (workspace_id, conversation_id)
    references flyt.conversation (workspace_id, id) on delete cascade,
  constraint fk_event_workspace_id_contact_id foreign key (workspace_id, contact_id)
    references flyt.contact (workspace_id, id) on delete cascade,
  constraint fk_event_workspace_id_bot_id foreign key (workspace_id, bot_id)
    references flyt.bot (workspace_id, id) on delete cascade
);
create index ix_event_workspace_id_contact_id on flyt.event (workspace_id, contact_id);
create index ix_event_workspace_id_conversation_id on flyt.event (workspace_id, conversation_id);
create index ix_event_workspace_id_name_at on flyt.event (workspace_id, name, at);

create table flyt.file (
  workspace_id uuid not null,
  id uuid not null,
  conversation_id uuid,
  contact_id uuid,
  key text not null,
  name text not null,
  type text not null,
  size bigint not null,
  sha256 text not null,
  created_at timestamptz default now() not null,
  sent_at timestamptz,
  constraint pk_file primary key (workspace_id, id),
  constraint fk_file_workspace_id foreign key (workspace_id)
    references flyt.workspace (id) on delete cascade,
  constraint fk_file_workspace_id_conversation_id foreign key (workspace_id, conversation_id)
    references flyt.conversation (workspace_id, id) on delete cascade,
  constraint fk_file_workspace_id_contact_id foreign key (workspace_id, contact_id)
    references flyt.contact (workspace_id, id) on delete cascade
);
create index ix_file_unsent on flyt.file (created_at) where sent_at is null;
create index ix_file_workspace_id_contact_id on flyt.file (workspace_id, contact_id);
create index ix_file_workspace_id_conversation_id on flyt.file (workspace_id, conversation_id);

create table flyt.inbox (
  workspace_id uuid not null,
  conversation_id uuid not null,
  dedupe text not null,
  id bigint generated always as identity,
  state text default 'queued' not null,
  turn integer,
  event jsonb not null,
  answer text,
  at timestamptz default now() not null,
  constraint pk_inbox primary key (workspace_id, conversation_id, dedupe),
  constraint fk_inbox_workspace_id_conversation_id foreign key (workspace_id, conversation_id)
    references flyt.conversation (workspace_id, id) on delete cascade,
  constraint ck_inbox_state check (state in ('queued', 'annotating', 'done'))
);
create index ix_inbox_waiting
  on flyt.inbox (workspace_id, conversation_id, id) where state <> 'done';

create table flyt.message (
  workspace_id uuid not null,
  conversation_id uuid not null,
  seq integer not null,
  turn integer,
  kind text default 'message' not null,
  sender text not null,
  at timestamptz default now() not null,
  body jsonb not null,
  external_id text,
  edited_at timestamptz,
  deleted_at timestamptz,
  constraint pk_message primary key (workspace_id, conversation_id, seq),
  constraint fk_message_workspace_id_conversation_id foreign key (workspace_id, conversation_id)
    references flyt.conversation (workspace_id, id) on delete cascade,
  constraint ck_message_sender check (sender in ('bot', 'visitor', 'agent', 'system')),
  constraint ck_message_kind check (kind in ('message', 'status', 'edited', 'deleted', 'read'))
);

create table flyt.session (
  workspace_id uuid not null,
  conversation_id uuid not null,
  version integer default 0 not null,
  turn integer default 0 not null,
  seq integer default 0 not null,
  status text default 'bot' not null,
  last_at timestamptz default now() not null,
  data text not null,
  constraint pk_session primary key (workspace_id, conversation_id),
  constraint fk_session_workspace_id_conversation_id foreign key (workspace_id, conversation_id)
    references flyt.conversation (workspace_id, id) on delete cascade,
  constraint ck_session_status check (status in ('bot', 'human', 'ended', 'failed'))
) with (fillfactor = 70);
create index ix_session_conversation_id on flyt.session (conversation_id);

create table flyt.timer (
  workspace_id uuid not null,
  conversation_id uuid not null,
  slot text not null,
  token text not null,
  due timestamptz not null,
  leased_until timestamptz,
  constraint pk_timer primary key (workspace_id, conversation_id, slot),
  constraint fk_timer_workspace_id_conversation_id foreign key (workspace_id, conversation_id)
    references flyt.conversation (workspace_id, id) on delete cascade
);
create index ix_timer_due on flyt.timer (due);
create index ix_timer_workspace_id_due on flyt.timer (workspace_id, due);

create table flyt.trace (
  workspace_id uuid not null,
  conversation_id uuid not null,
  turn integer not null,
  visits jsonb not null,
  at timestamptz default now() not null,
  constraint pk_trace primary key (workspace_id, conversation_id, turn),
  constraint fk_trace_workspace_id_conversation_id foreign key (workspace_id, conversation_id)
    references flyt.conversation (workspace_id, id) on delete cascade
);

create table flyt.delivery (
  workspace_id uuid not null,
  conversation_id uuid not null,
  seq integer not null,
  channel_id uuid not null,
  epoch integer default 0 not null,
  state text default 'todo' not null,
  attempts integer default 0 not null,
  due_at timestamptz default now() not null,
  leased_until timestamptz,
  leased_by text,
  external_id text,
  error text,
  created_at timestamptz default now() not null,
  done_at timestamptz,
  constraint pk_delivery primary key (workspace_id, conversation_id, seq),
  constraint fk_delivery_workspace_id_conversation_id_seq
    foreign key (workspace_id, conversation_id, seq)
    references flyt.message (workspace_id, conversation_id, seq) on delete cascade,
  constraint fk_delivery_workspace_id_channel_id foreign key (workspace_id, channel_id)
    references flyt.channel (workspace_id, id) on delete cascade,
  constraint ck_delivery_state
    check (state in ('todo', 'doing', 'done', 'failed', 'cancelled', 'dead'))
);
create index ix_delivery_leased on flyt.delivery (leased_until) where state in ('todo', 'doing');
