/** A simulated talk as people read it: moments with their steps. Pure. */

import type { Action, Check, Simulation, Visit } from "./simulation.ts";

/** One line of the talk (or the opening) and the steps it caused. */
export interface Moment {
  line: number | null;
  action: Action | null;
  at: string;
  visits: readonly Visit[];
}

/** The line that could not be acted out on this draft; nothing after it was played. */
export function misfit(simulation: Simulation): Check | undefined {
  return simulation.checks.find((check) => !check.ok);
}

export function moments(simulation: Simulation, talk: readonly Action[]): Moment[] {
  const played = misfit(simulation)?.line ?? talk.length;
  const opening: Moment = momentOf(simulation, null, null, simulation.messages[0]?.at ?? simulation.now);
  const lines = talk.slice(0, played);
  const found = [opening];
  for (const [line, action] of lines.entries()) {
    found.push(momentOf(simulation, line, action, found[line].at));
  }
  return found;
}

function momentOf(simulation: Simulation, line: number | null, action: Action | null, before: string): Moment {
  const visits = simulation.trace.filter((visit) => visit.line === line);
  const said = simulation.messages.find((message) => message.line === line);
  return { line, action, at: visits[0]?.at ?? said?.at ?? before, visits };
}

/** The path for the canvas, in the order it was walked. */
export function pathOf(simulation: Simulation): { flow: string; node: string; port?: string }[] {
  return simulation.trace.map(({ flow, node, port }) => (port === null ? { flow, node } : { flow, node, port }));
}

// --- Time -----------------------------------------------------------------------------------

const UNITS: readonly (readonly [unit: string, letter: string, milliseconds: number])[] = [
  ["day", "D", 86_400_000],
  ["hour", "H", 3_600_000],
  ["minute", "M", 60_000],
  ["second", "S", 1_000],
];

/** From one moment to another in milliseconds, never less than the shortest wait there is. */
export function between(now: string, until: string): number {
  return Math.max(100, Math.ceil(Date.parse(until) - Date.parse(now)));
}

/** Milliseconds as ISO 8601: `PT1H30M`. */
export function isoDuration(milliseconds: number): string {
  const day = UNITS[0][2];
  const days = Math.floor(milliseconds / day);
  let rest = milliseconds - days * day;
  let time = "";
  for (const [, letter, length] of UNITS.slice(1)) {
    const count = letter === "S" ? rest / length : Math.floor(rest / length);
    rest -= Math.floor(count) * length;
    if (count) time += `${count}${letter}`;
  }
  return `P${days ? `${days}D` : ""}${time || !days ? `T${time || "0S"}` : ""}`;
}

/** ISO 8601 as milliseconds; 0 for what is none. */
export function millisecondsOf(duration: string): number {
  const found = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(duration);
  if (!found) return 0;
  const [weeks, days, hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0));
  return (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1_000;
}

/** "2 hr 30 min" in the reader's language, at most two units. */
export function inWords(milliseconds: number, locale?: string): string {
  let rest = milliseconds;
  const parts: string[] = [];
  for (const [unit, , length] of UNITS) {
    const count = unit === "second" && !parts.length ? Math.round(rest / 100) / 10 : Math.floor(rest / length);
    rest -= Math.floor(count) * length;
    if (count) parts.push(new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(count));
  }
  return parts.slice(0, 2).join(" ");
}

/** How long a step took: "12 µs", "3.4 ms". */
export function tookInWords(microseconds: number, locale?: string): string {
  const [value, unit] = microseconds < 1_000 ? [microseconds, "microsecond"] : [microseconds / 1_000, "millisecond"];
  return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
}
