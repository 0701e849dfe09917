/** Ties the store to this browser: its storage, its tabs, its line and its window. */

import type { Store } from "./document.ts";
import { tabsWithUnsent } from "./outbox.ts";
import { readStandard } from "./read_standard.ts";
import { Sync } from "./sync.ts";
import { call, wireOf } from "./wire.ts";
import { t } from "./words.ts";

/** Begins to keep the store and the server equal; answers how to end that. */
export function connect(store: Store, email: string): () => void {
  const tab = newTab();
  holdFor(tab);
  const sync = new Sync(store, {
    wire: wireOf(store.botId),
    tab,
    shelf: shelf(),
    unsentTabs: () => tabsWithUnsent(store.botId, Object.keys(shelf() ?? {})),
    claim,
    hidden: () => document.hidden,
    nameOf: names(email),
  });
  const wake = () => {
    if (!document.hidden) sync.wake();
  };
  const warn = (event: BeforeUnloadEvent) => {
    if (sync.unsent && !shelf()) event.preventDefault();
  };
  window.addEventListener("online", wake);
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("beforeunload", warn);
  void sync.start();
  const stopReading = readStandard(store);
  return () => {
    stopReading();
    sync.stop();
    claimed.add(tab); // what it could not send is sent when the bot is opened again on this page
    window.removeEventListener("online", wake);
    document.removeEventListener("visibilitychange", wake);
    window.removeEventListener("beforeunload", warn);
  };
}

/** A name of its own for each load: a duplicated tab must not count on under the same name. */
function newTab(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function shelf(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null; // the person forbids storage
  }
}

/* The browser gives a lock back when the page that holds it is gone, however it went. Locks exist
   only where the connection is secure; elsewhere a time that the page renews says the same, later. */

const lockOf = (tab: string) => `flyt-tab:${tab}`;
const RENEWED = 20_000; // milliseconds; a hidden page may be slowed down to once a minute
const CLOSED = 180_000;
const claimed = new Set<string>();

function holdFor(tab: string): void {
  if (navigator.locks) {
    void navigator.locks.request(lockOf(tab), () => new Promise<void>(() => undefined));
    return;
  }
  const renew = () => shelf()?.setItem(lockOf(tab), String(Date.now()));
  renew();
  window.setInterval(renew, RENEWED);
  window.addEventListener("pagehide", () => shelf()?.removeItem(lockOf(tab)));
}

/** Whether ``tab`` is closed and nobody else sends for it; from then on it is ours. */
async function claim(tab: string): Promise<boolean> {
  if (claimed.has(tab)) return true;
  if (!navigator.locks) return Date.now() - Number(shelf()?.getItem(lockOf(tab)) ?? 0) > CLOSED;
  return new Promise((answer) => {
    void navigator.locks.request(lockOf(tab), { ifAvailable: true }, (lock) => {
      if (lock) claimed.add(tab);
      answer(lock !== null);
      return lock ? new Promise<void>(() => undefined) : undefined;
    });
  });
}

/** Who is meant by ``user:<id>``; "" where this person may not see who else is here. */
function names(email: string): (actor: string) => Promise<string> {
  let people: Promise<Map<string, string>> | undefined;
  return async (actor) => {
    people ??= call<{ items: { user_id: string; name: string; email: string }[] }>("GET", "/api/v1/users?limit=100").then(
      ({ items }) => new Map(items.map((one) => [`user:${one.user_id}`, one.email === email ? t("You, in another window,") : one.name || one.email])),
      () => new Map(),
    );
    return (await people).get(actor) ?? "";
  };
}
