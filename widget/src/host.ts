/** What the loader, the stage and the chat know of each other. */

import type { Api } from "./api.ts";
import type { Look } from "./look.ts";
import type { Memory } from "./memory.ts";
import type { Config } from "./types.ts";
import type { Words } from "./words.ts";

export type Mode = "bubble" | "inline" | "page";

/** What the stage gives the chat. */
export interface Host {
  shadow: ShadowRoot;
  frame: HTMLElement; // what the panel is put into
  api: Api;
  memory: Memory;
  mode: Mode;
  language: string; // of the words: one of ours
  words: Words;
  locale: string; // of the visitor, BCP 47
  config: Config;
  look: Look;
  rates: boolean; // whether a visitor is asked how it was
  close(): void;
  speak(language: string | null): Promise<void>; // that of the talk; null: as at the opening
  unread(count: number, preview: string): void;
  emit: Emit;
}

/** What the chat gives the stage. */
export interface Chat {
  show(): void;
  hide(): void;
  send(text: string): void;
  set(variables: Record<string, unknown>): void;
  destroy(): void;
}

export type EventName = "ready" | "open" | "close" | "message" | "status" | "unread" | "start" | "error";

export type Emit = (name: EventName, detail?: unknown) => void;

/** What the stage gives the loader. */
export interface Stage {
  open(): Promise<void>;
  close(): void;
  toggle(): void;
  send(text: string): Promise<void>;
  set(variables: Record<string, unknown>): void;
  destroy(): void;
}

/** The part of Flyt that a page may call: `window.Flyt`, and every `<flyt-chat>` element. */
export interface HostApi {
  readonly ready: Promise<void>;
  open(): Promise<void>;
  close(): void;
  toggle(): void;
  send(text: string): Promise<void>;
  set(variables: Record<string, unknown>): void;
  on(name: EventName, listener: (detail: unknown) => void): () => void;
  destroy(): void;
}
