/** The element on the page: its look, its bubble, and the chat once somebody wants it. */

import { Api, Refused } from "./api.ts";
import type { Chat, Emit, Host, Mode, Stage } from "./host.ts";
import { type Launcher, launcher } from "./launcher.ts";
import { type Look, readLook, ring } from "./look.ts";
import { Memory } from "./memory.ts";
import type { Config } from "./types.ts";
import { knows, type Words, wordsOf } from "./words.ts";
import css from "../styles/launcher.css";

const GREETING_AFTER = 1500; // milliseconds

/** The chat and its words. */
export const parts = (language: string, texts: Record<string, unknown>) =>
  Promise.all([import("./chat.tsx"), wordsOf(language, texts)]);

/** Raises where the channel does not answer; `final`: nor will it when it is asked again. */
export async function begin(element: HTMLElement, origin: string, emit: Emit): Promise<Stage> {
  const channel = element.dataset.channel ?? "";
  const api = new Api(origin, encodeURIComponent(channel));
  try {
    return new Scene(element, api, await api.config(), emit);
  } catch (error) {
    const told = new Error(`Flyt: the channel ${channel} does not answer here. ${(error as Error).message || "It can't be reached."}`);
    throw Object.assign(told, { final: error instanceof Refused && !error.passing });
  }
}

class Scene implements Stage {
  #element: HTMLElement;
  #api: Api;
  #config: Config;
  #emit: Emit;
  #look: Look;
  #memory: Memory;
  #shadow: ShadowRoot;
  #frame = document.createElement("div");
  #bubble: Launcher | null = null;
  #chat: Promise<Chat> | null = null;
  #tries = 0;
  #shown = false;
  #variables: Record<string, unknown> = {};
  #spoken: string | null = null; // the language that the talk goes on in
  #scheme = matchMedia("(prefers-color-scheme: dark)");
  #mode: Mode;

  constructor(element: HTMLElement, api: Api, config: Config, emit: Emit) {
    [this.#element, this.#api, this.#config, this.#emit] = [element, api, config, emit];
    this.#look = readLook(config.look, config.name);
    this.#memory = new Memory(api.channel);
    const mode = element.dataset.mode;
    this.#mode = mode === "inline" || mode === "page" ? mode : "bubble";
    this.#shadow = element.shadowRoot ?? element.attachShadow({ mode: "open" });
    this.#dress();
    if (this.#mode === "bubble") this.#hang();
    this.#welcome();
  }

  async open(): Promise<void> {
    if (this.#shown) return;
    this.#shown = true;
    this.#memory.setHere("open", true);
    this.#bubble?.shown(true);
    this.#frame.dataset.open = "";
    try {
      (await this.#load()).show();
    } catch (error) {
      this.close();
      this.#bubble?.broken();
      throw error;
    }
    this.#emit("open");
  }

  close(): void {
    if (!this.#shown || this.#mode !== "bubble") return;
    this.#shown = false;
    this.#memory.setHere("open", false);
    this.#bubble?.shown(false);
    delete this.#frame.dataset.open;
    void this.#chat?.then((chat) => chat.hide());
    this.#frame.querySelector<HTMLElement>(".bubble")?.focus();
    this.#emit("close");
  }

  toggle(): void {
    if (this.#shown) this.close();
    else this.open().catch(() => undefined); // `load` has told
  }

  async send(text: string): Promise<void> {
    (await this.#load()).send(text);
  }

  set(variables: Record<string, unknown>): void {
    this.#variables = { ...this.#variables, ...variables };
    void this.#chat?.then((chat) => chat.set(variables));
  }

  destroy(): void {
    void this.#chat?.then((chat) => chat.destroy());
    this.#scheme.onchange = null;
    this.#frame.remove();
  }

  #welcome(): void {
    const stoodOpen = this.#element.dataset.open !== undefined || this.#memory.getHere("open");
    if (this.#mode !== "bubble" || stoodOpen) {
      this.toggle();
    } else if (this.#memory.get("visitor")) {
      whenIdle(() => this.#load().catch(() => undefined)); // to count what is unread
    } else if (this.#look.greeting && !this.#memory.get("greeted")) {
      setTimeout(() => this.#chat || this.#bubble?.preview(this.#look.greeting), GREETING_AFTER);
    }
  }

  #dress(): void {
    const { accent, onAccent, radius, position } = this.#look;
    const { dataset } = this.#element;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    this.#shadow.adoptedStyleSheets = [sheet];
    const side = dataset.position || position;
    Object.assign(this.#frame.dataset, { mode: this.#mode, ...(side && { side }) });
    this.#frame.className = "flyt";
    this.#frame.lang = this.#language;
    this.#frame.dir = dataset.dir || getComputedStyle(this.#element).direction;
    for (const [name, value] of Object.entries({ accent, "on-accent": onAccent, radius })) {
      this.#frame.style.setProperty(`--${name}`, `var(--flyt-${name}, ${value})`);
    }
    this.#shade();
    this.#scheme.onchange = () => this.#shade();
    this.#shadow.append(this.#frame);
  }

  #shade(): void {
    const wanted = this.#element.dataset.theme || this.#look.mode;
    const dark = wanted === "dark" || (wanted !== "light" && this.#scheme.matches);
    this.#frame.dataset.theme = dark ? "dark" : "light";
    this.#frame.style.setProperty("--ring", ring(this.#look.accent, dark));
  }

  #hang(): void {
    const hide = () => this.#memory.set("greeted", true);
    this.#bubble = launcher(this.#frame, this.#look, () => this.#language, () => this.toggle(), hide);
    const bubble = this.#frame.querySelector<HTMLElement>(".bubble");
    for (const sign of ["pointerenter", "focus"]) {
      bubble?.addEventListener(sign, () => this.#load().catch(() => undefined), { once: true });
    }
  }

  get #locale(): string {
    return this.#element.dataset.language || navigator.language || this.#config.language || "en";
  }

  get #language(): string {
    for (const wanted of [this.#spoken, this.#locale, this.#config.language]) {
      const short = String(wanted).slice(0, 2).toLowerCase().replace(/^n[no]$/, "nb");
      if (knows(short)) return short;
    }
    return "en";
  }

  #load(): Promise<Chat> {
    return (this.#chat ??= this.#fetch()
      .then((chat) => {
        chat.set(this.#variables);
        return chat;
      })
      .catch((error: Error) => {
        this.#tries++;
        this.#chat = null; // the next click tries again
        this.#emit("error", error.message);
        throw error;
      }));
  }

  /** Browsers remember a module that could not be had: another address has the same files. */
  async #fetch(): Promise<Chat> {
    const again = this.#tries && import.meta.url.replace(/(\d+\/)?([^/]*)$/, `${this.#tries}/$2`);
    const source = again ? ((await import(again)) as { parts: typeof parts }) : { parts };
    const [{ mount }, words] = await source.parts(this.#language, this.#config.texts);
    return mount(this.#host(words));
  }

  #host(words: Words): Host {
    const emit = this.#emit;
    const host: Host = {
      shadow: this.#shadow,
      frame: this.#frame,
      api: this.#api,
      memory: this.#memory,
      mode: this.#mode,
      language: this.#language,
      words,
      locale: this.#locale,
      config: this.#config,
      look: this.#look,
      rates: this.#element.dataset.rating !== "off",
      emit,
      close: () => this.close(),
      speak: async (language) => {
        this.#spoken = language;
        const words = await wordsOf(this.#language, this.#config.texts);
        if (this.#spoken !== language) return; // it has changed again
        this.#frame.lang = this.#language;
        this.#bubble?.named();
        Object.assign(host, { language: this.#language, words });
      },
      unread: (count, preview) => {
        this.#bubble?.unread(count);
        this.#bubble?.preview(preview);
        emit("unread", count);
      },
    };
    return host;
  }
}

function whenIdle(work: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: 3000 });
  else setTimeout(work, 500);
}
