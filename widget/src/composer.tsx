/** The text box; it has the keyboard that suits the question. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { isChoice } from "./choices.tsx";
import { Icon } from "./icons.tsx";
import { useParts } from "./parts.ts";
import { useSetting } from "./surroundings.ts";
import type { Wanted } from "./types.ts";

const LONGEST = 16_384; // bytes that the server takes
const TELL_EVERY = 4000; // milliseconds between two words that the visitor is writing

interface Keyboard {
  type: "email" | "tel" | "url";
  inputMode: "email" | "tel" | "url";
  autoComplete: string;
}

const KEYBOARDS: Record<string, Keyboard> = {
  email: { type: "email", inputMode: "email", autoComplete: "email" },
  phone: { type: "tel", inputMode: "tel", autoComplete: "tel" },
  url: { type: "url", inputMode: "url", autoComplete: "url" },
};

interface Given {
  input: Wanted | null;
  attach: (() => void) | undefined;
  back: (() => void) | undefined;
}

export function Composer({ input, attach, back }: Given) {
  const { conversation, words, host } = useSetting();
  const [text, setText] = useState(conversation.memory.getHere<string>("text") ?? "");
  const box = useRef<HTMLTextAreaElement & HTMLInputElement>(null);
  const told = useRef(0);
  const keyboard = KEYBOARDS[input?.type ?? ""];
  const typed = text.trim();
  const long = typed.length > LONGEST / 4 && new TextEncoder().encode(typed).length > LONGEST;
  const guided = typed.length > 1 && (!input || input.type === "text" || isChoice(input)) && conversation.snapshot.status !== "human";
  const Suggestions = useParts(guided)?.Suggestions;

  useLayoutEffect(() => {
    const area = box.current;
    if (!area || keyboard || !area.offsetParent) return;
    area.style.height = "auto"; // grows with what is written
    area.style.height = `${area.scrollHeight}px`;
  }, [text, keyboard]);

  const write = (value: string) => {
    setText(value);
    conversation.memory.setHere("text", value);
    if (conversation.snapshot.status === "human" && Date.now() - told.current > TELL_EVERY) {
      told.current = Date.now();
      conversation.api.typing(true).catch(() => undefined); // a passing moment
    }
  };
  const send = (said = typed) => {
    if (!said || long) return;
    conversation.say({ text: said }, { text: said });
    write("");
    told.current = 0;
    box.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  };
  const field = {
    ref: box, value: text, rows: 1, "aria-invalid": long, dir: text ? ("auto" as const) : undefined, enterKeyHint: "send" as const,
    "aria-label": words.write, placeholder: input?.placeholder || words.write,
    onInput: (event: Event) => write((event.target as HTMLInputElement).value), onKeyDown: pressed,
  };
  return (
    <form class="box" noValidate onSubmit={(event) => (event.preventDefault(), send())}>
      {long && <p class="bad" role="alert">{words.long}</p>}
      {Suggestions && <Suggestions typed={typed} choose={send} />}
      {back ? (
        <button type="button" class="plain" aria-label={words.back} title={words.back} onClick={back}>
          <Icon name="back" />
        </button>
      ) : host.config.capabilities?.files && attach ? (
        <button type="button" class="plain" aria-label={words.attach} title={words.attach} onClick={attach}>
          <Icon name="clip" />
        </button>
      ) : (
        <i />
      )}
      {keyboard ? <input key={keyboard.type} {...field} {...(keyboard as object)} /> : <textarea {...field} />}
      <button type="submit" class="send" aria-label={words.send} disabled={!typed || long}>
        <Icon name="send" />
      </button>
    </form>
  );
}
