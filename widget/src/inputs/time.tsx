/** A time of day. */

import { useState } from "preact/hooks";
import { useAnswer } from "../answer.ts";
import type { Control } from "../dock.tsx";
import { Icon } from "./icons.tsx";
import { useSetting } from "../surroundings.ts";

const TimeInput: Control = ({ input }) => {
  const { words } = useSetting();
  const answer = useAnswer(input);
  const [time, setTime] = useState("");
  const send = (event: Event) => {
    event.preventDefault();
    if (time) answer(time);
  };
  return (
    <form class="number" onSubmit={send}>
      <input type="time" aria-label={words.time} min={input?.earliest ?? undefined} max={input?.latest ?? undefined} value={time} onInput={(event) => setTime(event.currentTarget.value)} />
      <button type="submit" class="send" aria-label={words.send} disabled={!time}><Icon name="send" /></button>
    </form>
  );
};

export default TimeInput;
