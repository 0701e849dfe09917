/** What the visitor has said and the server has not acknowledged; it outlives the page. */

import type { Memory } from "./memory.ts";
import type { Spoken } from "./transcript.ts";
import type { Said } from "./types.ts";

export interface Parcel extends Spoken {
  said: Said;
}

const NAME = "outbox";
const MOST = 100;

export class Outbox {
  #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Oldest first; read anew each time, because every tab writes it. */
  get parcels(): Parcel[] {
    const kept = this.#memory.get<Parcel[]>(NAME);
    return Array.isArray(kept) ? kept.filter((parcel) => parcel?.id && parcel.said) : [];
  }

  put(parcel: Parcel): void {
    this.#memory.set(NAME, [...this.parcels, parcel].slice(-MOST));
  }

  remove(id: string): void {
    this.#memory.set(NAME, this.parcels.filter((parcel) => parcel.id !== id));
  }

  clear(): void {
    this.#memory.set(NAME, []);
  }
}
