/** What every control does with what it holds. */

import { useSetting } from "./surroundings.ts";
import type { Wanted } from "./types.ts";

/** Sends `value` as the answer to `input`; the log shows it as the transcript will. */
export function useAnswer(input: Wanted | null): (value: unknown) => void {
  const { conversation } = useSetting();
  return (value) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const token = input?.token;
    conversation.say({ value, ...(token && { input_token: token }) }, { text, type: "value" });
  };
}
