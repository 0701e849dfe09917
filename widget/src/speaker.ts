/** Who says something that is not the visitor: a person by name, one who has given none, or the bot. */

import type { Host } from "./host.ts";
import type { Line } from "./transcript.ts";

export function speaker({ from, name }: Pick<Line, "from" | "name">, { words, look }: Pick<Host, "words" | "look">): string {
  return name || (from === "agent" ? words.staff : look.title);
}
