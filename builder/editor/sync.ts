/** Keeps store and server equal: sends what was changed here, takes over what others changed.
 *
 * Whatever was changed waits in the outbox until the server has acknowledged it; a cut line, a
 * restarted server or a closed page delay it, and nothing else.
 */

import type { Link, Store } from "./document.ts";
import { Outbox, type Operation, type Shelf } from "./outbox.ts";
import type { Edit, Key } from "./undo.ts";
import { itemsOf, Refused, type Applied, type Change, type Wire } from "./wire.ts";
import { t } from "./words.ts";

export interface Pace {
  typing: number; // milliseconds of pause before what is typed goes out
  longest: number; // ... and without a pause
  poll: number;
  pollHidden: number;
  examine: number;
  retry: number; // first pause after a failure, doubled each time
  retryMost: number;
}

export const PACE: Pace = { typing: 300, longest: 3_000, poll: 2_000, pollHidden: 20_000, examine: 500, retry: 500, retryMost: 15_000 };

const AT_ONCE = 200; // operations in one call

export interface Surroundings {
  wire: Wire;
  tab: string;
  shelf: Shelf | null;
  pace?: Pace;
  unsentTabs?: () => string[];
  claim?: (tab: string) => Promise<boolean>; // whether that tab is closed, so that we may send for it
  hidden?: () => boolean;
  nameOf?: (actor: string) => Promise<string>; // "" where unknown
}

export class Sync implements Link {
  private store: Store;
  private around: Surroundings;
  private pace: Pace;
  private outbox: Outbox;
  private version = 0; // of the draft, as far as it has been seen
  private versions = new Map<Key, number>();
  private sendTimer: Timer;
  private pollTimer: Timer;
  private examineTimer: Timer;
  private busy = false;
  private starting = false;
  private unexamined = false;
  private failures = 0;
  private unsentSince = 0;
  private waiting: { done: () => void; failed: (reason: Error) => void }[] = [];
  private stopped = false;

  constructor(store: Store, around: Surroundings) {
    this.store = store;
    this.around = around;
    this.pace = around.pace ?? PACE;
    this.outbox = new Outbox(store.botId, around.tab, around.shelf);
    store.attach(this);
  }

  /** Sends what closed tabs left, reads the draft, and keeps to it from then on. */
  async start(): Promise<void> {
    if (this.starting) return;
    this.stopped = false;
    this.starting = true;
    clearTimeout(this.pollTimer);
    try {
      if (!this.store.readOnly) await this.sendForClosedTabs();
      await this.read();
      this.failures = 0;
      this.store.setStatus({ kind: "saved" });
      this.examineSoon();
      this.pollSoon();
    } catch (reason) {
      this.fail(reason);
      if (!this.stopped) this.pollTimer = setTimeout(() => void this.start(), this.pause());
    } finally {
      this.starting = false;
    }
  }

  /** Sends what waits, and then rests. */
  stop(): void {
    this.stopped = true;
    for (const timer of [this.sendTimer, this.pollTimer, this.examineTimer]) clearTimeout(timer);
    if (this.outbox.size && this.store.loaded) void this.send();
  }

  /** The line is back, or the page is looked at again: no need to wait for the next try. */
  wake(): void {
    if (this.stopped) return;
    this.failures = 0;
    if (!this.store.loaded) void this.start();
    else if (this.outbox.size) this.sendIn(0);
    else this.pollSoon(0);
  }

  queue(edits: readonly Edit[], kind: { typing: boolean; onlyPlaces: boolean }): void {
    this.outbox.put(edits, this.version);
    if (this.stopped) return;
    this.unexamined ||= !kind.onlyPlaces;
    this.unsentSince ||= Date.now();
    const overdue = Date.now() - this.unsentSince > this.pace.longest;
    if (this.store.status.kind !== "offline") this.store.setStatus({ kind: "saving" });
    if (!this.failures) this.sendIn(kind.typing && !overdue ? this.pace.typing : 0);
    else if (!this.sendTimer) this.sendIn(this.pause());
  }

  /** Everything sent and acknowledged; rejects where that fails now. */
  flush(): Promise<void> {
    if (!this.outbox.size) return Promise.resolve();
    return new Promise((done, failed) => {
      this.waiting.push({ done, failed });
      this.sendIn(0);
    });
  }

  get unsent(): number {
    return this.outbox.size;
  }

  // Sending ---------------------------------------------------------------------------------

  private sendIn(milliseconds: number): void {
    clearTimeout(this.sendTimer);
    this.sendTimer = setTimeout(() => void this.send(), milliseconds);
  }

  private async send(): Promise<void> {
    this.sendTimer = undefined;
    if (this.busy) return; // what runs looks at the outbox again when it ends
    this.busy = true;
    try {
      this.unsentSince = 0;
      await this.deliver(this.outbox);
      this.succeed();
    } catch (reason) {
      this.fail(reason);
      if (!this.stopped) this.sendIn(this.pause());
    } finally {
      this.busy = false;
    }
    if (!this.failures && this.outbox.size) this.sendIn(this.unsentSince ? this.pace.typing : 0);
  }

  private async deliver(outbox: Outbox): Promise<void> {
    const last = outbox.next(Infinity).at(-1)?.number ?? 0;
    for (let batch = upTo(outbox, last); batch.length; batch = upTo(outbox, last)) {
      await this.deliverBatch(outbox, batch);
    }
  }

  /** What the server can't hold at all is found by halving, so that the rest still goes through. */
  private async deliverBatch(outbox: Outbox, batch: readonly Operation[]): Promise<void> {
    const [first] = batch;
    if (!first) return;
    let applied: Applied;
    try {
      applied = await this.around.wire.apply(outbox.tab, this.version || first.base, batch);
    } catch (reason) {
      if (!(reason instanceof Refused) || !isAboutContent(reason.status)) throw reason;
      if (batch.length > 1) {
        const half = batch.length >> 1;
        await this.deliverBatch(outbox, batch.slice(0, half));
        return this.deliverBatch(outbox, batch.slice(half));
      }
      outbox.drop(first.key);
      this.store.say(t("A change was not taken: {reason}", { reason: reason.message }));
      return this.read();
    }
    await this.acknowledge(outbox, batch, applied);
  }

  private async acknowledge(outbox: Outbox, batch: readonly Operation[], applied: Applied): Promise<void> {
    const lost = new Map(applied.lost.map((each) => [each.number, each]));
    for (const operation of batch) {
      const version = applied.accepted[operation.number];
      if (version !== undefined) this.versions.set(operation.key, Math.max(version, this.versions.get(operation.key) ?? 0));
      if (!lost.has(operation.number)) outbox.settle(operation);
    }
    if (this.unexamined) this.examineSoon();
    this.unexamined = false;
    if (outbox === this.outbox) {
      this.takeOver(applied.others); // of a closed tab, the draft is read afterwards
      this.version = Math.max(this.version, applied.version);
    }
    const losses = batch.flatMap((operation) => {
      const theirs = lost.get(operation.number)?.current;
      return theirs ? [{ operation, theirs }] : [];
    });
    for (const { operation, theirs } of losses) this.lose(outbox, operation, theirs);
    for (const { operation, theirs } of losses) await this.tellOf(operation, theirs);
  }

  /** Somebody else was first: what they made stands, and ours is one undo away. */
  private lose(outbox: Outbox, operation: Operation, theirs: Change): void {
    const mine = outbox === this.outbox ? (this.store.get(operation.key) ?? null) : operation.value;
    outbox.drop(operation.key);
    this.versions.set(operation.key, theirs.version);
    this.store.yield(t("Keep the other change"), operation.key, mine, theirs.value);
  }

  private async tellOf(operation: Operation, theirs: Change): Promise<void> {
    const who = (await this.around.nameOf?.(theirs.actor)) || t("Somebody else");
    this.store.say(lostSentence(who, operation.key, theirs));
  }

  private async sendForClosedTabs(): Promise<void> {
    for (const tab of this.around.unsentTabs?.() ?? []) {
      if (tab === this.around.tab || !(await this.around.claim?.(tab))) continue;
      const left = new Outbox(this.store.botId, tab, this.around.shelf);
      if (left.size) await this.deliver(left);
    }
  }

  // Taking over -----------------------------------------------------------------------------

  private async read(): Promise<void> {
    const draft = await this.around.wire.draft();
    this.version = draft.version;
    this.versions.clear();
    this.store.load(itemsOf(draft.document), this.outbox.has);
  }

  private pollSoon(milliseconds = this.around.hidden?.() ? this.pace.pollHidden : this.pace.poll): void {
    clearTimeout(this.pollTimer);
    if (!this.stopped) this.pollTimer = setTimeout(() => void this.poll(), milliseconds);
  }

  /** Not while something waits to be sent: the answer to that tells the same. */
  private async poll(): Promise<void> {
    if (!this.busy && !this.outbox.size) {
      try {
        const { version, changes } = await this.around.wire.changes(this.version, this.around.tab);
        if (version < this.version) await this.read(); // the server has gone back to a backup
        else if (!this.outbox.size) this.version = version;
        this.takeOver(changes);
        if (changes.length) this.examineSoon();
        if (!this.outbox.size && !this.busy) this.succeed();
      } catch (reason) {
        this.fail(reason);
      }
    }
    this.pollSoon(this.failures ? this.pause() : undefined);
  }

  private takeOver(changes: readonly Change[]): void {
    const newer = changes.filter(({ key, version }) => version > (this.versions.get(key) ?? 0) && !this.outbox.has(key));
    for (const { key, version } of newer) this.versions.set(key, version);
    this.store.take(newer);
  }

  // Problems --------------------------------------------------------------------------------

  private examineSoon(): void {
    clearTimeout(this.examineTimer);
    this.examineTimer = setTimeout(() => void this.examine(), this.pace.examine);
  }

  private async examine(): Promise<void> {
    try {
      const { problems } = await this.around.wire.validate();
      if (!this.stopped) this.store.setProblems(problems);
    } catch {
      // The next change, or the next success after a failure, examines again.
    }
  }

  // How it goes -----------------------------------------------------------------------------

  private succeed(): void {
    if (this.failures) this.examineSoon();
    this.failures = 0;
    if (this.outbox.size) return;
    const before = this.store.status;
    this.store.setStatus({ kind: "saved", at: before.kind === "saved" ? before.at : Date.now() });
    for (const { done } of this.waiting.splice(0)) done();
  }

  private fail(reason: unknown): void {
    this.failures += 1;
    const refused = reason instanceof Refused && reason.status < 500 && ![408, 429].includes(reason.status);
    this.store.setStatus(refused ? { kind: "refused", message: refusal(reason) } : { kind: "offline" });
    const error = reason instanceof Error ? reason : new Error(String(reason));
    for (const { failed } of this.waiting.splice(0)) failed(error);
  }

  private pause(): number {
    const doubled = this.pace.retry * 2 ** Math.min(this.failures - 1, 10);
    return Math.min(doubled, this.pace.retryMost) * (0.75 + Math.random() / 2);
  }
}

type Timer = ReturnType<typeof setTimeout> | undefined;

/** What was waiting when sending began; what is typed meanwhile goes with the next. */
function upTo(outbox: Outbox, last: number): Operation[] {
  return outbox.next(AT_ONCE).filter((operation) => operation.number <= last);
}

/** Refused for what it says, and not for who sends it or when. */
function isAboutContent(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 403, 404, 408, 429].includes(status);
}

function refusal(reason: Refused): string {
  if (reason.status === 401) return t("Your session is over. Sign in again in another tab; your changes are kept here.");
  if (reason.status === 404) return t("This bot was deleted. Your changes are kept here until it is back.");
  return reason.message;
}

function lostSentence(who: string, key: Key, { value }: Change): string {
  const what = { n: t("step"), e: t("connection"), f: t("flow") }[key.charAt(0)] ?? t("setting");
  const values = { who, what };
  return value === null
    ? t("{who} deleted this {what} meanwhile. Undo brings yours back.", values)
    : t("{who} changed this {what} too; theirs is kept. Undo brings yours back.", values);
}
