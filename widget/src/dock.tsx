/** Where the visitor answers: a control that suits the question, or the text box. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { hasPills, isChoice } from "./choices.tsx";
import { Composer } from "./composer.tsx";
import { Icon } from "./icons.tsx";
import { useParts } from "./parts.ts";
import { useSetting, useSnapshot } from "./surroundings.ts";
import type { Wanted } from "./types.ts";

export type Control = ComponentType<{ input: Wanted | null; done: () => void }>;

/** What there is a control for; the controls themselves are fetched when a bot first asks for one. */
const KINDS = ["number", "date", "time", "rating", "file"];

export function Dock() {
  const { words } = useSetting();
  const now = useSnapshot();
  const [writing, setWriting] = useState(false);
  const [attaching, setAttaching] = useState(false);
  const kind = now.input ? controlOf(now.input) : "";
  useEffect(() => {
    setWriting(false);
    setAttaching(false);
  }, [now.input?.token]);
  const shown = attaching ? "file" : writing ? "" : kind;
  const Shown = useParts(Boolean(shown))?.controls[shown];
  const awaited = Boolean(shown) && !Shown; // its chunk is on its way
  const leave = () => {
    setAttaching(false);
    setWriting(true);
  };

  if (now.phase === "refused") return null;
  return (
    <footer class="dock">
      {!now.connected && (
        <p class="away" role="status">
          <Icon name="away" />
          {navigator.onLine ? words.reconnecting : words.offline}
        </p>
      )}
      {Shown ? (
        <div class="control" key={now.input?.token ?? ""}>
          <Shown input={attaching ? null : now.input} done={() => setAttaching(false)} />
          <button type="button" class="instead" onClick={leave}>
            <Icon name="pen" />
            {words.instead}
          </button>
        </div>
      ) : (
        <Composer
          input={now.input}
          attach={awaited ? undefined : () => setAttaching(true)}
          back={kind && writing ? () => setWriting(false) : undefined}
        />
      )}
    </footer>
  );
}

/** The control for an input; empty where the text box or the buttons in the log do. */
export function controlOf(input: Wanted): string {
  if (isChoice(input)) return hasPills(input) ? "" : "list";
  if (input.type === "form") return input.fields?.length ? "form" : "";
  return KINDS.includes(input.type) ? input.type : "";
}
