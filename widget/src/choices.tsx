/** The choices under the message that asked, as buttons. Many of them are a list, see inputs/. */

import { useState } from "preact/hooks";
import { Icon } from "./icons.tsx";
import { safeAddress } from "./markdown.ts";
import { hasKeyboard, useSetting } from "./surroundings.ts";
import { useParts } from "./parts.ts";
import type { Option, Wanted } from "./types.ts";

const MOST = 8; // more are easier to find in a list that can be searched

export const hasPills = (input: Wanted): boolean => isChoice(input) && (input.options?.length ?? 0) <= MOST;

export const isChoice = (input: Wanted): boolean =>
  (input.type === "choice" || input.type === "confirm") && Boolean(input.options?.length);

export function useChoose(input: Wanted): (chosen: Option[]) => void {
  const { conversation, host } = useSetting();
  return (chosen) => {
    const ids = chosen.map((option) => option.id);
    const text = chosen.map((option) => option.label).join(", ");
    const said = input.multiple ? { choices: ids } : { choice: ids[0] as string };
    conversation.say({ ...said, input_token: input.token }, { text, type: "choice" });
    if (hasKeyboard()) host.frame.querySelector<HTMLElement>(".box textarea, .box input")?.focus();
  };
}

/** The ids pressed so far, and what pressing does: one choice answers at once. */
export function useChosen(input: Wanted, choose: (chosen: Option[]) => void): [readonly string[], (option: Option) => void] {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const press = (option: Option) => {
    if (!input.multiple) choose([option]);
    else setChosen(chosen.includes(option.id) ? chosen.filter((each) => each !== option.id) : [...chosen, option.id]);
  };
  return [chosen, press];
}

export function Choices({ input }: { input: Wanted }) {
  const { words } = useSetting();
  const choose = useChoose(input);
  const [chosen, press] = useChosen(input, choose);
  const options = input.options ?? [];
  const pictures = options.some((option) => option.image && safeAddress(option.image));
  useParts(pictures); // for their styles
  return (
    <div class={`choices ${pictures ? "pictures" : ""}`} role="group">
      {options.map((option) => {
        const on = chosen.includes(option.id);
        return (
          <button
            type="button" key={option.id} class={`pill ${on ? "on" : ""}`} dir="auto"
            {...(input.multiple && { "aria-pressed": on })} onClick={() => press(option)}
          >
            {option.image && safeAddress(option.image) && <img src={option.image} alt="" referrerpolicy="no-referrer" />}
            <span>{on && <Icon name="check" />}{option.label}</span>
          </button>
        );
      })}
      {input.multiple && (
        <button type="button" class="primary" disabled={!chosen.length} onClick={() => choose(options.filter((each) => chosen.includes(each.id)))}>
          {words.send}
        </button>
      )}
    </div>
  );
}
