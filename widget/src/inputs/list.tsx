/** Many choices: a list that is searched by typing. What fits nothing is sent as it was written. */

import { useState } from "preact/hooks";
import { useChoose, useChosen } from "../choices.tsx";
import type { Control } from "../dock.tsx";
import { Icon } from "./icons.tsx";
import { useSetting } from "../surroundings.ts";
import { fill } from "../fill.ts";

const List: Control = ({ input }) => {
  const { words, conversation } = useSetting();
  const choose = useChoose(input!);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const [chosen, press] = useChosen(input!, choose);
  const found = (input?.options ?? []).filter((option) => folded(option.label).includes(folded(typed)));
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      setAt((at + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const option = found[at];
      if (option) press(option);
      else if (typed.trim()) conversation.say({ text: typed.trim() }, { text: typed.trim() });
    }
  };
  const active = found[at] ? `option-${at}` : undefined;
  return (
    <div class="list">
      <label class="search">
        <Icon name="search" />
        <input
          role="combobox" aria-expanded="true" aria-controls="options" aria-activedescendant={active}
          aria-label={words.search} placeholder={input?.placeholder || words.search} value={typed} dir="auto"
          onInput={(event) => (setTyped(event.currentTarget.value), setAt(0))} onKeyDown={pressed}
        />
      </label>
      <div id="options" class="options" role="listbox" aria-label={words.search} aria-multiselectable={input?.multiple}>
        {found.map((option, place) => (
          <div
            key={option.id} id={`option-${place}`} role="option" dir="auto" aria-selected={chosen.includes(option.id)}
            class={place === at ? "active" : ""} onClick={() => press(option)} onPointerMove={() => setAt(place)}
            ref={(row) => void (place === at && row?.scrollIntoView({ block: "nearest" }))}
          >
            {option.label}
            {chosen.includes(option.id) && <Icon name="check" />}
          </div>
        ))}
      </div>
      {!found.length && <p class="quiet" role="status">{words.nothing}</p>}
      {input?.multiple && (
        <div class="foot">
          <span class="quiet">{fill(words.chosen, { count: chosen.length })}</span>
          <button type="button" class="primary" disabled={!chosen.length} onClick={() => choose((input.options ?? []).filter((each) => chosen.includes(each.id)))}>{words.send}</button>
        </div>
      )}
    </div>
  );
};

/** Without case and accents, so that typing need not be exact. */
const folded = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export default List;
