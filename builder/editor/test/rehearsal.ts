/** The talk a person has with the draft: kept here, played anew as a whole at every action. */

import type { Store } from "../document.ts";
import { Following } from "../following.ts";
import type { Action, Simulation, SimulationBody } from "./simulation.ts";
import { misfit, pathOf } from "./timeline.ts";

export interface Place {
  flow: string;
  node: string;
}

export interface Setting {
  channel: string;
  language: string | null; // null: the bot's own
  from: Place | null; // null: where conversations begin
  variables: Record<string, unknown>;
}

/** Why the draft does not run: what the server said, or that it did not answer. */
export interface Hindrance {
  kind: "draft" | "line";
  message: string;
}

export type Simulate = (body: SimulationBody) => Promise<Simulation>;

/** The part of the store that a rehearsal uses. */
export type Editing = Pick<Store, "keys" | "get" | "subscribe" | "flush" | "setTrace">;

const PAUSE = 500; // milliseconds after a change of the document before the talk is played anew
const OPENING: Setting = { channel: "web", language: null, from: null, variables: {} };

export class Rehearsal {
  talk: readonly Action[] = [];
  setting: Setting = OPENING;
  result: Simulation | null = null;
  answered: readonly Action[] = []; // the talk that `result` is the result of
  hindrance: Hindrance | null = null;
  running = false;
  version = 0; // counts up with every change of the above

  private store: Editing;
  private simulate: Simulate;
  private following: Following;
  private listeners = new Set<() => void>();
  private turn = 0;

  constructor(store: Editing, simulate: Simulate, pause = PAUSE) {
    this.store = store;
    this.simulate = simulate;
    this.following = new Following(store, (key) => key !== "s:tests", pause, () => void this.play());
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  /** How many lines of the talk `result` shows played. */
  get settled(): number {
    const failed = this.result && misfit(this.result);
    const most = failed ? failed.line : this.answered.length;
    const changed = this.talk.findIndex((action, line) => action !== this.answered[line]);
    return Math.min(most, changed < 0 ? this.talk.length : changed);
  }

  /** Why the first line that is not played does not fit the draft; "" where it does. */
  get misfit(): string {
    const failed = this.result && this.answered === this.talk && misfit(this.result);
    return failed ? (failed.got ?? failed.expected) : "";
  }

  // What a person does ----------------------------------------------------------------------

  act(action: Action): Promise<void> {
    const fitting = this.misfit ? this.talk.slice(0, this.settled) : this.talk;
    this.talk = [...fitting, action];
    return this.play();
  }

  /** Forgets this line of the talk and all that came after it. */
  takeBack(line: number): Promise<void> {
    this.talk = this.talk.slice(0, line);
    return this.play();
  }

  restart(): Promise<void> {
    this.talk = [];
    return this.play();
  }

  /** In another language, on another channel; the talk so far is kept. */
  change(setting: Partial<Setting>): Promise<void> {
    this.setting = { ...this.setting, ...setting };
    return this.play();
  }

  /** Begins anew at a step, with what the variables hold by now; null: at the beginning. */
  beginAt(from: Place | null): Promise<void> {
    const variables = from ? { ...this.setting.variables, ...this.result?.variables } : {};
    this.setting = { ...this.setting, from, variables };
    return this.restart();
  }

  // Keeping up with the document ------------------------------------------------------------

  /** Plays whenever the document has changed, until the answered function is called. */
  watch(): () => void {
    return this.following.begin();
  }

  // Playing ---------------------------------------------------------------------------------

  async play(): Promise<void> {
    const turn = (this.turn += 1);
    const talk = this.talk;
    this.running = true;
    this.tell();
    try {
      await this.store.flush();
      this.following.remember();
      const result = await this.simulate(this.body(talk));
      if (turn !== this.turn) return; // something newer is being played
      this.result = result;
      this.answered = talk;
      this.hindrance = null;
      this.store.setTrace(pathOf(result));
    } catch (reason) {
      if (turn !== this.turn) return;
      this.hindrance = hindranceOf(reason);
    }
    this.running = false;
    this.tell();
  }

  private body(talk: readonly Action[]): SimulationBody {
    const { channel, language, from, variables } = this.setting;
    return { opening: true, talk, channel, variables, ...(language ? { language } : {}), ...from };
  }

  private tell(): void {
    this.version += 1;
    for (const listener of [...this.listeners]) listener();
  }
}

/** A refusal has a status; anything else is the line. */
export function hindranceOf(reason: unknown): Hindrance {
  const refused = reason instanceof Error && "status" in reason;
  return { kind: refused ? "draft" : "line", message: reason instanceof Error ? reason.message : String(reason) };
}
