/** What the browser keeps of a channel; a browser that keeps nothing is forgetful, not broken. */

export class Memory {
  readonly channel: string;
  #forgetful = new Map<string, string>();

  constructor(channel: string) {
    this.channel = channel;
  }

  get<T>(name: string): T | undefined {
    return this.#read(name, () => localStorage);
  }

  set(name: string, value: unknown): void {
    this.#write(name, value, () => localStorage);
  }

  /** Of this tab only: whether the chat stood open. */
  getHere<T>(name: string): T | undefined {
    return this.#read(name, () => sessionStorage);
  }

  setHere(name: string, value: unknown): void {
    this.#write(name, value, () => sessionStorage);
  }

  #read<T>(name: string, storage: () => Storage): T | undefined {
    const key = this.#key(name);
    try {
      const text = this.#forgetful.get(key) ?? storage().getItem(key);
      return text == null ? undefined : (JSON.parse(text) as T);
    } catch {
      return undefined;
    }
  }

  #write(name: string, value: unknown, storage: () => Storage): void {
    const key = this.#key(name);
    const text = JSON.stringify(value ?? null);
    try {
      storage().setItem(key, text);
      this.#forgetful.delete(key);
    } catch {
      this.#forgetful.set(key, text);
    }
  }

  #key(name: string): string {
    return `flyt:${this.channel}:${name}`;
  }
}
