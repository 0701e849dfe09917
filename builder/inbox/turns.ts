/** A transcript as it is drawn: messages in order, with the path of each turn where it was taken. */

import type { Message, Trace, Visit } from "./wire";

export type Item =
  | { kind: "day"; key: string; at: string }
  | { kind: "path"; key: string; trace: Trace }
  | { kind: "status"; key: string; message: Message; again: boolean } // after it had ended
  | { kind: "said"; key: string; message: Message; pressed: boolean; last: boolean };

const TOGETHER = 5 * 60_000; // milliseconds between messages that are read as one

/**
 * What a visitor said comes before the path it set off, and what the bot says after it. A turn in
 * which nothing was said (a timer, an event) shows its path alone.
 */
export function items(messages: readonly Message[], traces: readonly Trace[]): Item[] {
  const found: Item[] = [];
  const first = messages.find((message) => message.turn !== null)?.turn ?? 0;
  const waiting = traces.filter((trace) => trace.turn >= first);
  const pressed = new Set(waiting.filter(({ visits }) => visits.some(({ event }) => event === "Chosen")).map(({ turn }) => turn));
  let stood = "";
  const paths = (before: number) => {
    for (let trace = waiting[0]; trace && trace.turn < before; trace = waiting[0]) {
      waiting.shift();
      add(found, trace.at, { kind: "path", key: `t${trace.turn}`, trace });
    }
  };
  for (const message of messages) {
    if (message.kind !== "message" && message.kind !== "status") continue;
    const visitors = message.sender === "visitor";
    if (message.turn !== null) paths(visitors ? message.turn : message.turn + 1);
    const key = `m${message.seq}`;
    if (message.kind === "status") {
      const again = message.body.status === "bot" && (stood === "ended" || stood === "failed");
      add(found, message.at, { kind: "status", key, message, again });
      stood = message.body.status ?? "";
    } else add(found, message.at, { kind: "said", key, message, pressed: visitors && pressed.has(message.turn ?? -1), last: true });
  }
  paths(Infinity);
  return grouped(found);
}

/** The turns in which an AI step had its answer. */
export function answersIn(traces: readonly Trace[]): ReadonlySet<number> {
  const answered = ({ type, event }: Visit) => event === "EffectDone" && (type === "ai.answer" || type === "ai.agent");
  return new Set(traces.filter(({ visits }) => visits.some(answered)).map(({ turn }) => turn));
}

/** Puts a day before the first item of that day. */
function add(found: Item[], at: string, item: Item) {
  const before = found.findLast((each) => each.kind === "day");
  const day = new Date(at).toDateString();
  if (before?.kind !== "day" || new Date(before.at).toDateString() !== day) {
    found.push({ kind: "day", key: `d${day}${found.length}`, at });
  }
  found.push(item);
}

/** Only the last of several messages of one sender shows its time. */
function grouped(found: Item[]): Item[] {
  return found.map((item, at) => {
    const next = found[at + 1];
    if (item.kind !== "said" || next?.kind !== "said") return item;
    const same = next.message.sender === item.message.sender;
    const soon = Date.parse(next.message.at) - Date.parse(item.message.at) < TOGETHER;
    return same && soon ? { ...item, last: false } : item;
  });
}
