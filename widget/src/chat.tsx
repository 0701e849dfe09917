/** The chat behind the bubble: fetched when somebody wants it. */

import { render } from "preact";
import { Conversation } from "./conversation.ts";
import type { Chat, Host } from "./host.ts";
import { plain } from "./markdown.ts";
import { Setting, type Surroundings } from "./surroundings.ts";
import { Panel } from "./panel.tsx";
import css from "../styles/chat.css";

export function mount(host: Host): Chat {
  const conversation = new Conversation(host.api, host.memory, host.locale, {
    message: (message) => host.emit("message", message),
    status: (status) => host.emit("status", status),
    started: (id) => host.emit("start", id),
    error: (problem) => host.emit("error", problem),
  });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  host.shadow.adoptedStyleSheets.push(sheet);
  const place = document.createElement("div");
  place.className = "place";
  place.hidden = true;
  host.frame.prepend(place);

  let surroundings: Surroundings = {
    conversation, words: host.words, host,
    save: async () => {
      const { saveTranscript } = await import("./save.ts");
      saveTranscript(conversation.snapshot.lines, host);
    },
  };
  const draw = () =>
    render(
      <Setting.Provider value={surroundings}>
        <Panel open={!place.hidden} />
      </Setting.Provider>,
      place,
    );

  let told = -1;
  const count = () => {
    const open = !place.hidden && document.visibilityState === "visible";
    if (open) conversation.read();
    const unread = open ? 0 : conversation.unread;
    if (unread === told) return;
    const last = conversation.snapshot.lines.findLast((line) => line.from === "bot" || line.from === "agent");
    host.unread(unread, unread > 0 && told >= 0 && last ? plain(last.text).slice(0, 200) : "");
    told = unread;
  };
  let spoken: string | null = null;
  const follow = () => {
    const { language } = conversation.snapshot;
    if (language === spoken) return;
    spoken = language;
    host.speak(language).then(() => {
      surroundings = { ...surroundings, words: host.words };
      draw();
    }, () => undefined); // what cannot be fetched stays as it is
  };
  const unsubscribe = conversation.subscribe(() => (follow(), count()));
  document.addEventListener("visibilitychange", count);
  if (conversation.known) void conversation.open();
  draw();

  return {
    show() {
      place.hidden = false;
      void conversation.open();
      draw();
      count();
    },
    hide() {
      place.hidden = true;
      draw();
      count();
    },
    send: (text) => conversation.say({ text }, { text }),
    set: (variables) => conversation.set(variables),
    destroy() {
      unsubscribe();
      document.removeEventListener("visibilitychange", count);
      conversation.destroy();
      render(null, place);
    },
  };
}
