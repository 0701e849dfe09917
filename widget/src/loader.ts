/** `widget.js`: the one script of a page. It puts the chat's element there and has the rest fetched. */

import type { EventName, HostApi, Stage } from "./host.ts";

/** A module is nobody's current script; there it is the first tag that names a channel. */
const script = (document.currentScript ??
  document.querySelector('script[data-channel][src*="/widget.js"]')) as HTMLScriptElement | null;
const address = new URL(script?.src || location.href);
const assets = ASSETS.startsWith("http") ? ASSETS : new URL("/widget/", address).href;

class FlytChat extends HTMLElement implements HostApi {
  readonly ready: Promise<void>;
  #stage: Promise<Stage>;
  #connected!: () => void;

  constructor() {
    super();
    this.#stage = new Promise<void>((resolve) => (this.#connected = resolve)).then(() => this.#begin());
    this.ready = this.#stage.then(() => this.#tell("ready"));
    this.ready.catch((error: Error) => {
      console.warn(error.message);
      this.#tell("error", error.message);
    });
  }

  connectedCallback(): void {
    this.#connected();
  }

  async open(): Promise<void> {
    await (await this.#stage).open();
  }

  async send(text: string): Promise<void> {
    await (await this.#stage).send(text);
  }

  close(): void {
    this.#when((stage) => stage.close());
  }

  toggle(): void {
    this.#when((stage) => stage.toggle());
  }

  set(variables: Record<string, unknown>): void {
    this.#when((stage) => stage.set(variables));
  }

  on(name: EventName, listener: (detail: unknown) => void): () => void {
    const heard = (event: Event) => listener((event as CustomEvent).detail);
    this.addEventListener(`flyt-${name}`, heard);
    return () => this.removeEventListener(`flyt-${name}`, heard);
  }

  destroy(): void {
    this.#when((stage) => stage.destroy());
    if (window.Flyt === this) delete window.Flyt;
    this.remove();
  }

  /** A page that exchanges its body, as many do to look quick, takes the chat away unawares. */
  disconnectedCallback(): void {
    setTimeout(() => {
      const anywhere = !this.dataset.target && this.dataset.mode !== "inline";
      if (window.Flyt === this && anywhere && !this.isConnected) document.body.append(this);
    });
  }

  /** A server that starts anew, or a line that is cut, is asked again for most of a minute. */
  async #begin(): Promise<Stage> {
    for (let tries = 0; ; tries++) {
      try {
        // Browsers remember a module that could not be had: another address has the same files.
        const { begin } = await import(`${assets}${tries ? `${tries}/` : ""}${STAGE}`);
        return await begin(this, address.origin, (name: EventName, detail: unknown) => this.#tell(name, detail));
      } catch (error) {
        if (tries > 2 || (error as { final?: boolean }).final) throw error;
        await new Promise((resolve) => setTimeout(resolve, 2000 * 4 ** tries));
      }
    }
  }

  #when(work: (stage: Stage) => void): void {
    this.#stage.then(work, () => undefined); // that there is none, `ready` has told
  }

  #tell(name: EventName, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(`flyt-${name}`, { detail }));
  }
}

function begin(): void {
  if (!script?.dataset.channel || window.Flyt) return;
  const chat = document.createElement("flyt-chat") as FlytChat;
  Object.assign(chat.dataset, script.dataset);
  window.Flyt = chat;
  const put = () => {
    if (window.Flyt !== chat) return; // taken away already
    const place = script.dataset.target && document.querySelector(script.dataset.target);
    (place || document.body).append(chat);
  };
  if (document.body && document.readyState !== "loading") put();
  else document.addEventListener("DOMContentLoaded", put);
}

declare global {
  interface Window {
    Flyt?: HostApi;
  }
}

if (!customElements.get("flyt-chat")) customElements.define("flyt-chat", FlytChat);
begin();
