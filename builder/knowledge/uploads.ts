/** Files on their way: chosen, asked what they are, sent one after the other, each with its answer. */

import { useEffect, useState, useSyncExternalStore } from "react";

import { into, reason, upload } from "./wire";
import { t } from "./words";

export const ACCEPTED = [".pdf", ".docx", ".html", ".htm", ".md", ".markdown", ".txt", ".csv", ".xlsx"];

const TABLES = [".csv", ".xlsx"];

export interface Upload {
  key: number;
  file: File;
  /** What it is read as; null where one has yet to say whether a table is a price list. */
  kind: "file" | "pricelist" | null;
  isTable: boolean;
  state: "chosen" | "waiting" | "sending" | "added" | "refused";
  /** How much of it has gone, 0 to 1. */
  share: number;
  why: string;
  /** Whether sending it again could help. */
  mendable: boolean;
}

let last = 0;

export class Uploads {
  lines: readonly Upload[] = [];
  #listeners = new Set<() => void>();
  #collection = "";
  #running = false;

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get going(): boolean {
    return this.lines.some(({ state }) => state === "waiting" || state === "sending");
  }

  /** Takes files that were chosen or dropped; one that waits already is not taken twice. */
  take(files: Iterable<File>) {
    const fresh = [...files].filter((file) => !this.lines.some((line) => line.state === "chosen" && same(line.file, file)));
    this.#set([...this.lines.filter(({ state }) => state !== "added"), ...fresh.map(chosen)]);
  }

  name(key: number, kind: "file" | "pricelist") {
    this.#change(key, { kind });
  }

  drop(key: number) {
    this.#set(this.lines.filter((line) => line.key !== key));
  }

  /** Forgets the files that can't be read at all, once one has seen so. */
  dropUnfit() {
    this.#set(this.lines.filter(({ state, mendable }) => state !== "refused" || mendable));
  }

  /** Forgets all that is not on its way. */
  clear() {
    this.#set(this.lines.filter(({ state }) => state === "waiting" || state === "sending"));
  }

  send(collection: string) {
    this.#collection = collection;
    this.#set(this.lines.map((line) => (line.state === "chosen" ? { ...line, state: "waiting" } : line)));
    void this.#run();
  }

  again(key: number) {
    this.#change(key, { state: "waiting", share: 0, why: "" });
    void this.#run();
  }

  /** One after the other, so that the first is being read while the second is still sent. */
  async #run() {
    if (this.#running) return;
    this.#running = true;
    for (let line = this.#next(); line; line = this.#next()) await this.#send(line);
    this.#running = false;
  }

  #next(): Upload | undefined {
    return this.lines.find(({ state }) => state === "waiting");
  }

  async #send({ key, file, kind }: Upload) {
    this.#change(key, { state: "sending" });
    const form = new FormData();
    form.set("file", file);
    form.set("kind", kind ?? "file");
    try {
      const { collection } = await into(this.#collection);
      if (collection) form.set("collection", collection);
      await upload(form, (share) => this.#change(key, { share }));
      this.#change(key, { state: "added", share: 1 });
    } catch (error) {
      this.#change(key, { state: "refused", why: reason(error), mendable: true });
    }
  }

  #change(key: number, changes: Partial<Upload>) {
    this.#set(this.lines.map((line) => (line.key === key ? { ...line, ...changes } : line)));
  }

  #set(lines: readonly Upload[]) {
    this.lines = lines;
    this.#listeners.forEach((listener) => listener());
  }
}

/** The files of this page. While some are on their way, leaving it asks first. */
export function useUploads(): Uploads {
  const [uploads] = useState(() => new Uploads());
  const lines = useSyncExternalStore(uploads.subscribe, () => uploads.lines);
  const going = uploads.going;
  useEffect(() => {
    if (!going) return;
    const asks = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", asks);
    return () => window.removeEventListener("beforeunload", asks);
  }, [going, lines]);
  return uploads;
}

function chosen(file: File): Upload {
  const isTable = ends(file, TABLES);
  const why = unfit(file);
  return { key: ++last, file, kind: isTable ? null : "file", isTable, state: why ? "refused" : "chosen", share: 0, why, mendable: false };
}

/** What the browser can tell by itself; whether a file can be read, only the server knows. */
function unfit(file: File): string {
  if (!ends(file, ACCEPTED)) return t("This kind of file can't be read. Save it as PDF, DOCX, HTML, Markdown, TXT, CSV or XLSX, and add that.");
  if (file.size === 0) return t("This file is empty. Look whether it is the right one, and add it again.");
  return "";
}

function ends(file: File, endings: readonly string[]): boolean {
  return endings.some((ending) => file.name.toLowerCase().endsWith(ending));
}

function same(one: File, other: File): boolean {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}
