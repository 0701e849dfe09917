/** The text box; it has the keyboard that suits the question. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./icons.tsx";
import { useSetting } from "./surroundings.ts";
import type { Wanted } from "./types.ts";

const LONGEST = 16_000; // characters
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
  const send = () => {
    const said = text.trim();
    if (!said) return;
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
    ref: box, value: text, rows: 1, maxLength: LONGEST, dir: text ? ("auto" as const) : undefined, enterKeyHint: "send" as const,
    "aria-label": words.write, placeholder: input?.placeholder || words.write,
    onInput: (event: Event) => write((event.target as HTMLInputElement).value), onKeyDown: pressed,
  };
  return (
    <form class="box" noValidate onSubmit={(event) => (event.preventDefault(), send())}>
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
      <button type="submit" class="send" aria-label={words.send} disabled={!text.trim()}>
        <Icon name="send" />
      </button>
    </form>
  );
}
