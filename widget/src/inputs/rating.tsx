/** Stars, smileys or numbers; one press answers. */

import { useState } from "preact/hooks";
import { useAnswer } from "../answer.ts";
import type { Control } from "../dock.tsx";
import { Icon } from "./icons.tsx";
import { useSetting } from "../surroundings.ts";
import { columns } from "../numbers.ts";
import type { Wanted } from "../types.ts";
import { fill } from "../fill.ts";

const MOUTHS = ["M8 16.5q4-4 8 0", "M8.5 16q3.5-2 7 0", "M8.5 15.5h7", "M8.5 15q3.5 2.5 7 0", "M8 14.5q4 4.5 8 0"];

const Rating: Control = ({ input }) => <Marks input={input} answer={useAnswer(input)} />;

interface Given {
  input: Pick<Wanted, "minimum" | "maximum" | "style"> | null;
  answer: (value: number) => void;
}

export function Marks({ input, answer }: Given) {
  const { words } = useSetting();
  const [seen, setSeen] = useState(0);
  const lowest = input?.minimum ?? 1;
  const most = Math.min(Math.max(input?.maximum ?? 5, lowest + 1), lowest + 10);
  const style = input?.style === "smileys" && most - lowest === 4 ? "smileys" : most > 7 || input?.style === "numbers" ? "numbers" : "stars";
  const values = Array.from({ length: most - lowest + 1 }, (_, place) => lowest + place);
  return (
    <div class={style === "numbers" ? "scale" : `rating ${style}`} role="group" aria-label={words.rate}
      style={style === "numbers" ? { gridTemplateColumns: columns(values.length) } : {}}
      onPointerLeave={() => setSeen(0)}>
      {values.map((value) => (
        <button
          type="button" key={value} aria-label={fill(words.rated, { count: value, most })} class={value <= seen ? "on" : ""}
          onPointerEnter={() => setSeen(value)} onFocus={() => setSeen(value)} onBlur={() => setSeen(0)} onClick={() => answer(value)}
        >
          {style === "stars" ? <Icon name="star" /> : style === "smileys" ? <Icon name="face" mouth={MOUTHS[value - lowest]} /> : value}
        </button>
      ))}
    </div>
  );
}

export default Rating;
