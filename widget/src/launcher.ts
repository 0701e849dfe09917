/** The bubble in the corner: unread count, and a line to look at before opening. */

import type { Look } from "./look.ts";

export interface Launcher {
  shown(open: boolean): void;
  unread(count: number): void;
  preview(text: string): void;
  named(): void; // the language has changed
  broken(): void; // the chat could not be loaded
}

const WORDS: Record<string, [open: string, close: string, hide: string, broken: string]> = {
  en: ["Open chat", "Close chat", "Hide this message", "The chat could not be loaded. Try again."],
  nb: ["Åpne chatten", "Lukk chatten", "Skjul meldingen", "Chatten kunne ikke lastes. Prøv igjen."],
  sv: ["Öppna chatten", "Stäng chatten", "Dölj meddelandet", "Chatten kunde inte laddas. Försök igen."],
  uk: ["Відкрити чат", "Закрити чат", "Сховати повідомлення", "Не вдалося завантажити чат. Спробуйте ще раз."],
  ru: ["Открыть чат", "Закрыть чат", "Скрыть сообщение", "Не удалось загрузить чат. Попробуйте ещё раз."],
};

const CHAT_ICON = "M12 4c-4.7 0-8.5 3.1-8.5 7 0 2.2 1.2 4.2 3.1 5.5L6 20.5l4.3-2.1c.6.1 1.1.1 1.7.1 4.7 0 8.5-3.1 8.5-7S16.7 4 12 4z";
const DOWN_ICON = "M6 9.5l6 6 6-6";
const CROSS_ICON = "M7 7l10 10M17 7L7 17";

export function launcher(
  frame: HTMLElement,
  look: Look,
  language: () => string,
  press: () => void,
  hide: () => void,
): Launcher {
  const said = () => WORDS[language()] as (typeof WORDS)[string];
  const bubble = element("button", "bubble");
  const badge = element("span", "badge");
  bubble.append(icon(CHAT_ICON), icon(DOWN_ICON), ...(look.label ? [element("span", "label", look.label)] : []), badge);
  badge.hidden = true;
  bubble.onclick = press;
  frame.append(bubble);
  let line: HTMLElement | null = null;
  let count = 0;
  let open = false;

  const name = () => {
    const [openWord, closeWord] = said();
    const words = open ? closeWord : look.label || openWord;
    bubble.setAttribute("aria-label", count && !open ? `${words} (${count})` : words);
    bubble.setAttribute("aria-expanded", String(open));
    badge.hidden = open || !count;
    badge.textContent = count > 99 ? "99+" : String(count);
  };
  const away = () => {
    line?.remove();
    line = null;
  };
  const preview = (text: string) => {
    away();
    if (!text || open) return;
    line = element("div", "preview");
    const words = element("button", "words", text);
    words.dir = "auto";
    words.onclick = press;
    const cross = element("button", "cross");
    cross.setAttribute("aria-label", said()[2]);
    cross.append(icon(CROSS_ICON));
    cross.onclick = () => {
      away();
      hide();
      bubble.focus();
    };
    line.append(words, cross);
    frame.insertBefore(line, bubble);
  };
  name();
  return {
    preview,
    named: name,
    broken: () => preview(said()[3]),
    shown(now) {
      open = now;
      if (open) away();
      name();
    },
    unread(now) {
      count = now;
      name();
    },
  };
}

function element<Name extends "button" | "span" | "div">(name: Name, kind: string, text = ""): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = kind;
  made.textContent = text;
  if (made instanceof HTMLButtonElement) made.type = "button";
  return made;
}

function icon(path: string): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const drawn = document.createElementNS(space, "path");
  drawn.setAttribute("d", path);
  svg.append(drawn);
  return svg;
}
