/** What the admin API answers about knowledge, and how it is asked. */

import { call as callAt, json, Unanswered, type Method, type Page } from "$/public/external/builder/design/sources/asking.ts";

import { t } from "./words";

export type Kind = "file" | "url" | "sitemap" | "faq" | "article" | "pricelist" | "reviewed";
export type Status = "queued" | "working" | "ready" | "failed";
export type Every = "P1D" | "P7D" | null;

export interface Source {
  id: string;
  kind: Kind;
  title: string;
  collection: { id: string; name: string };
  status: Status;
  progress: { stage?: string; done?: number; total?: number };
  report: { added?: number; changed?: number; removed?: number; unchanged?: number; notes?: string[] };
  error: string | null;
  documents: number;
  chunks: number;
  errors: { document: string; message: string }[];
  /** Those of its kind; a change gives all of them. */
  settings: { url?: string; depth?: number; pages?: number } & Record<string, unknown>;
  every: Every;
  read_at: string | null;
  next_at: string | null;
  created_at: string;
}

export interface Brand {
  id: string;
  name: string;
}

export interface Collection {
  id: string;
  name: string;
  /** Only its chats are told what is in it; null: all are. */
  brand: Brand | null;
  embedder: string;
  /** The one whose vectors are being made, of which `embedding` tells how many are. */
  next_embedder: string | null;
  embedding: { done: number; total: number } | null;
  sources: number;
  documents: number;
  chunks: number;
  version: number;
  /** Only models marked local may read it. */
  confidential: boolean;
}

export interface Pair {
  question: string;
  answer: string;
}

/** A question with the answer that a person has put right. */
export interface Reviewed extends Pair {
  id: string;
  collection: { id: string; name: string };
  author: string;
  name: string;
  updated_at: string;
  conversation_id: string | null;
}

/** Questions in near-equal words that no bot could answer. */
export interface OpenQuestion {
  question: string;
  count: number;
  verdict: string;
  last_at: string;
  conversation_id: string;
  /** Of what the bot said to the last of them. */
  seq: number;
}

/** A document as the list of its source has it. */
export interface Listed {
  id: string;
  source_id: string;
  title: string;
  url: string | null;
  language: string | null;
  version: number;
  status: "ready" | "failed";
  error: string | null;
}

export interface Document extends Listed {
  kind: Kind;
  pages: number | null;
  text: string;
  pairs?: Pair[] | null;
  rows?: PriceRow[] | null;
  total_rows?: number | null;
}

export interface PriceRow {
  name: string;
  fields: Record<string, unknown>;
  price: number | string | null;
  currency: string | null;
}

export interface Version {
  number: number;
  author: string;
  note: string;
  created_at: string;
  current: boolean;
}

export interface Line {
  op: "same" | "added" | "removed";
  text: string;
}

export interface Passage {
  source_id: string;
  document_id: string;
  title: string;
  heading: string;
  page: number | null;
  text: string;
  score: number;
  url: string | null;
  kind: string;
  question: string | null;
  fields: Record<string, unknown>;
}

export interface Embedder {
  name: string;
  label: string;
  size: number;
  /** Codes, or only `every`. */
  languages: string[];
  semantic: boolean;
  available: boolean;
  note: string;
}

/** The collection that is made with the first source. */
export const GENERAL = "General";

const MOST = 100; // items of a page
const PAGES = 20; // that are read of a list

/** The answer did not come (`status` 0), or was no; the message is a sentence for the reader. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What stands at a path of the knowledge API. Whoever is no longer signed in goes to do so. */
export function ask<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return call(path, { signal: signal ?? null });
}

/** Every page of a list, as far as anybody reads. */
export async function askAll<Item>(path: string, signal?: AbortSignal): Promise<Item[]> {
  const found: Item[] = [];
  let cursor = "";
  for (let read = 0; read < PAGES; read++) {
    const query = new URLSearchParams({ limit: String(MOST), ...(cursor && { cursor }) });
    const page = await ask<Page<Item>>(`${path}?${query}`, signal);
    found.push(...page.items);
    if (!page.next) break;
    cursor = page.next;
  }
  return found;
}

/** A question that changes nothing. */
export function inquire<Answer>(path: string, body: unknown, signal?: AbortSignal): Promise<Answer> {
  return call(path, { ...json("POST", body), signal: signal ?? null });
}

/** Changes something, and has every list of this browser that shows it read anew. */
export async function change<Answer = void>(method: Method, path: string, body?: unknown): Promise<Answer> {
  const answer = await call<Answer>(path, json(method, body));
  tell();
  return answer;
}

/** The field of a body that names a collection, which is made where there is none of that name. */
export async function into(name: string): Promise<{ collection?: string }> {
  const collection = name.trim();
  if (!collection) return {};
  const known = await askAll<Collection>("collections");
  if (!known.some((each) => each.name === collection) && collection !== GENERAL) await change("POST", "collections", { name: collection });
  return { collection };
}

/** Sends one file; `onShare` hears how much of it has gone, 0 to 1. */
export function upload(form: FormData, onShare: (share: number) => void): Promise<Source> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest(); // fetch can't tell how far it is
    request.open("POST", address("sources"));
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onShare(total ? loaded / total : 0);
    request.onerror = () => failed(refused(new Unanswered(0, null)));
    request.onload = () => {
      const { status, response } = request;
      if (status < 200 || status > 299) return failed(refused(new Unanswered(status, response)));
      tell();
      done(response as Source);
    };
    request.send(form);
  });
}

const listeners = new Set<() => void>();
const tabs = new BroadcastChannel("flyt.knowledge");
tabs.onmessage = () => listeners.forEach((listener) => listener());

/** Is told when somebody changes something, in this tab or another one of this browser. */
export function onChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Has every list read anew, after something was changed by other means. */
export function tell() {
  listeners.forEach((listener) => listener());
  tabs.postMessage(null);
}

const address = (path: string) => (path.startsWith("/") ? path : `/api/v1/knowledge/${path}`);

async function call<Answer>(path: string, how: RequestInit): Promise<Answer> {
  try {
    return await callAt<Answer>(address(path), how);
  } catch (error) {
    throw error instanceof Unanswered ? refused(error) : error;
  }
}

function refused({ status, why, mistakes }: Unanswered): Refused {
  if (status === 0) return new Refused(0, t("Flyt did not answer. Check the connection and try again."));
  if (status === 401) return new Refused(401, t("You are no longer signed in. Sign in in another tab, then try again."));
  if (status >= 500) return new Refused(status, t("That did not work, and it is our fault. Try again in a moment."));
  const reasons = mistakes.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join(" ");
  return new Refused(status, reasons || why || t("This was not accepted. Load the page anew and try again."));
}

/** The sentence for something that failed. */
export function reason(error: unknown): string {
  return error instanceof Refused ? error.message : t("That did not work, and it is our fault. Try again in a moment.");
}
