/** A number: a row of buttons where there are few to choose from, else a field with less and more. */

import { useRef, useState } from "preact/hooks";
import { useAnswer } from "../answer.ts";
import type { Control } from "../dock.tsx";
import { Icon } from "./icons.tsx";
import { useSetting } from "../surroundings.ts";
import type { Wanted } from "../types.ts";
import { columns, readNumber, scaleOf, stepped } from "../numbers.ts";

const NumberInput: Control = ({ input }) => {
  const scale = scaleOf(input!);
  return scale ? <Scale input={input!} numbers={scale} /> : <Field input={input!} />;
};

function Scale({ input, numbers }: { input: Wanted; numbers: number[] }) {
  const answer = useAnswer(input);
  return (
    <div class="scale" role="group" style={{ gridTemplateColumns: columns(numbers.length) }}>
      {numbers.map((number) => (
        <button type="button" key={number} onClick={() => answer(number)}>{number}</button>
      ))}
    </div>
  );
}

function Field({ input }: { input: Wanted }) {
  const { words, conversation } = useSetting();
  const answer = useAnswer(input);
  const box = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const move = (direction: 1 | -1) => {
    setText(String(stepped(input, readNumber(text), direction)));
    box.current?.focus();
  };
  const send = (event: Event) => {
    event.preventDefault();
    const number = readNumber(text);
    if (number !== null) answer(number);
    else if (text.trim()) conversation.say({ text: text.trim() }, { text: text.trim() }); // the bot says what is wrong
  };
  return (
    <form class="number" onSubmit={send}>
      <button type="button" aria-label={words.less} onClick={() => move(-1)}><Icon name="minus" /></button>
      <input
        ref={box} inputMode="decimal" autoComplete="off" aria-label={words.write} placeholder={input.placeholder || hint(input)}
        value={text} onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          const direction = ({ ArrowUp: 1, ArrowDown: -1 } as const)[event.key];
          if (direction) (event.preventDefault(), move(direction));
        }}
      />
      <button type="button" aria-label={words.more} onClick={() => move(1)}><Icon name="plus" /></button>
      <button type="submit" class="send" aria-label={words.send} disabled={!text.trim()}><Icon name="send" /></button>
    </form>
  );
}

function hint({ minimum, maximum }: { minimum?: number | null; maximum?: number | null }): string {
  if (minimum != null && maximum != null) return `${minimum}–${maximum}`;
  return minimum != null ? `≥ ${minimum}` : maximum != null ? `≤ ${maximum}` : "0";
}

export default NumberInput;
