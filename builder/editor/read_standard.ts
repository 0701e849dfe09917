/** Reads the standard flows, and again when the bot speaks another language or says sorry otherwise. */

import type { Key, Store } from "./document.ts";
import { standardOf, type StandardFlows } from "./standard.ts";
import { call } from "./wire.ts";

const RETRY = 3_000; // milliseconds
const DECISIVE: readonly Key[] = ["s:language", "s:languages", "s:settings"];

/** Begins to read; answers how to end that. */
export function readStandard(store: Store): () => void {
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let read = ""; // what the flows that were read last depend on
  const look = () => {
    const wanted = circumstances(store);
    if (ended || !store.loaded || wanted === read) return;
    read = wanted;
    store
      .flush()
      .then(() => call<StandardFlows>("GET", `/api/v1/bots/${store.botId}/standard-flows`))
      .then(
        (flows) => {
          if (!ended && read === wanted) store.setStandard(standardOf(flows));
        },
        () => {
          read = "";
          clearTimeout(timer);
          timer = setTimeout(look, RETRY);
        },
      );
  };
  const stops = [...DECISIVE, "flow"].map((topic) => store.subscribe(topic, look));
  look();
  return () => {
    ended = true;
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}

/** What of the document the standard flows depend on. */
function circumstances(store: Store): string {
  const settings = store.get<Record<string, unknown>>("s:settings") ?? {};
  const languages = store.get<Record<string, Record<string, unknown>>>("s:languages") ?? {};
  const spoken = Object.entries(languages).map(([language, texts]) => [language, texts["settings.not_understood"]]);
  return JSON.stringify([store.get("s:language"), settings.not_understood, spoken]);
}
