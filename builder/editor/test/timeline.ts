/** A simulated talk as people read it: moments with their steps. Pure. */

import { language } from "../words.ts";
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
  let last = opening;
  return [opening, ...lines.map((action, line) => (last = momentOf(simulation, line, action, last.at)))];
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

/** From one moment to another in milliseconds, never less than the shortest wait there is. */
export function between(now: string, until: string): number {
  return Math.max(100, Math.ceil(Date.parse(until) - Date.parse(now)));
}

/** How long a step took: "12 µs", "3.4 ms". */
export function tookInWords(microseconds: number, locale = language()): string {
  const [value, unit] = microseconds < 1_000 ? [microseconds, "microsecond"] : [microseconds / 1_000, "millisecond"];
  return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
}
