/** What every view may need. */

import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Conversation, Snapshot } from "./conversation.ts";
import type { Host } from "./host.ts";
import type { Words } from "./words.ts";

export interface Surroundings {
  conversation: Conversation;
  words: Words;
  host: Host;
  save(): Promise<void>;
}

export const Setting = createContext<Surroundings>(null as unknown as Surroundings);

export const useSetting = (): Surroundings => useContext(Setting);

export function useSnapshot(): Snapshot {
  const { conversation } = useSetting();
  const [snapshot, setSnapshot] = useState(conversation.snapshot);
  useEffect(() => {
    setSnapshot(conversation.snapshot);
    return conversation.subscribe(() => setSnapshot(conversation.snapshot));
  }, [conversation]);
  return snapshot;
}

/** Whether a keyboard is at hand: on a phone, focus would cover half the chat with one. */
export const hasKeyboard = (): boolean => matchMedia("(hover: hover) and (pointer: fine)").matches;
