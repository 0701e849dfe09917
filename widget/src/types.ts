/** What the chat API says, in its own words (docs: `/openapi.json`, tag chat). */

export type Sender = "bot" | "visitor" | "agent" | "system";
export type Status = "bot" | "human" | "ended" | "failed";

export interface Option {
  id: string;
  label: string;
  value?: unknown;
  image?: string | null;
}

export interface Field {
  variable: string;
  type: string;
  label?: string;
  required?: boolean;
  options?: Option[];
}

/** What the bot waits for; `token` names the question. */
export interface Wanted {
  type: string;
  token: string;
  options?: Option[];
  multiple?: boolean;
  placeholder?: string | null;
  minimum?: number | null;
  maximum?: number | null;
  step?: number | null;
  earliest?: string | null;
  latest?: string | null;
  accept?: string[]; // media types of files
  largest?: number | null; // bytes of a file
  style?: string;
  fields?: Field[];
}

export interface Attachment {
  id?: string;
  name: string;
  type?: string;
  size?: number;
  url?: string;
}

export type Kept = Attachment & { url: string };

export interface Card {
  id?: string;
  title?: string;
  text?: string;
  image?: string;
  buttons?: { id: string; label: string; url?: string }[];
}

/** Where a statement comes from; the text refers to it as `[number]`. */
export interface Citation {
  number: number;
  title: string;
  text?: string; // the very words
  page?: number;
  url?: string;
}

export interface Message {
  seq: number;
  at: string;
  from: Sender;
  type: string;
  text: string;
  url?: string;
  files?: Attachment[];
  cards?: Card[];
  citations?: Citation[];
  key?: string; // of the draft that it replaces
  name?: string;
}

/** A visible event of the transcript: a message, or a change of something. */
export interface Visible extends Partial<Message> {
  event: string;
  seq: number;
  at: string;
  status?: Status;
  deleted?: boolean;
}

export interface Answer {
  status: Status;
  seq: number;
  messages: Message[];
  input: Wanted | null;
  stale?: boolean;
  language?: string | null;
}

export interface Opened extends Answer {
  statuses?: Partial<Visible>[]; // none from a server of an earlier version
  conversation_id: string;
  token: string;
  visitor_id: string;
}

export interface Config {
  name: string;
  language: string;
  look: Record<string, unknown>;
  texts: Record<string, unknown>;
  capabilities: Record<string, boolean>;
}

/** The one content of a visitor's message. */
export interface Said {
  text?: string;
  choice?: string;
  choices?: string[];
  value?: unknown;
  files?: string[];
  input_token?: string;
}
