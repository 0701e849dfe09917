/** Lengths of time: ISO 8601 as the format takes it, a number and a unit, and words. */

import { language } from "./words.ts";

export type Unit = "S" | "M" | "H" | "D" | "W";

const SECONDS: Record<Unit, number> = { W: 604_800, D: 86_400, H: 3_600, M: 60, S: 1 };
const UNITS: readonly Unit[] = ["W", "D", "H", "M", "S"];
const WRITTEN = /^P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d{1,3})?)S)?)?$/;
export const SHORTEST = 0.1;
export const LONGEST = 3660 * SECONDS.D;

export interface Duration {
  amount: number;
  unit: Unit;
}

/** `PT1H30M` as 90 minutes: the whole in its smallest unit. */
export function readDuration(text: string): Duration | null {
  const found = WRITTEN.exec(text.trim());
  if (!found) return null;
  const parts = UNITS.map((unit, at) => ({ unit, amount: Number((found[at + 1] ?? "").replace(",", ".")), given: found[at + 1] !== undefined }));
  const unit = parts.findLast((part) => part.given)?.unit;
  if (!unit) return null;
  const seconds = parts.reduce((sum, part) => sum + part.amount * SECONDS[part.unit], 0);
  return { amount: Number((seconds / SECONDS[unit]).toFixed(3)), unit };
}

/** Only seconds may have decimals: half an hour is written as 30 minutes. */
export function writeDuration({ amount, unit }: Duration): string {
  let [left, smaller] = [amount, unit];
  while (!Number.isInteger(left) && smaller !== "S") {
    const next = UNITS[UNITS.indexOf(smaller) + 1]!;
    left = Number(((left * SECONDS[smaller]) / SECONDS[next]).toFixed(6));
    smaller = next;
  }
  if (smaller === "S") left = Number(left.toFixed(3));
  return smaller === "W" || smaller === "D" ? `P${left}${smaller}` : `PT${left}${smaller}`;
}

export function seconds({ amount, unit }: Duration): number {
  return amount * SECONDS[unit];
}

/** ISO 8601 as milliseconds; 0 for what is none. */
export function millisecondsOf(text: string): number {
  const read = readDuration(text);
  return read ? Math.round(seconds(read) * 1_000) : 0;
}

/** Milliseconds as ISO 8601: `PT1H30M`. */
export function isoDuration(milliseconds: number): string {
  const days = Math.floor(milliseconds / (SECONDS.D * 1_000));
  let rest = milliseconds / 1_000 - days * SECONDS.D;
  let time = "";
  for (const unit of ["H", "M", "S"] as const) {
    const count = unit === "S" ? Number(rest.toFixed(3)) : Math.floor(rest / SECONDS[unit]);
    rest -= count * SECONDS[unit];
    if (count) time += `${count}${unit}`;
  }
  return `P${days ? `${days}D` : ""}${time || !days ? `T${time || "0S"}` : ""}`;
}

const NAMES: readonly (readonly [Unit, string])[] = [
  ["D", "day"],
  ["H", "hour"],
  ["M", "minute"],
  ["S", "second"],
];

/** "2 hours 30 minutes", in so many units at most. */
export function inWords(milliseconds: number, most = 2, locale = language()): string {
  let rest = milliseconds / 1_000;
  const parts: string[] = [];
  for (const [unit, name] of NAMES) {
    const count = unit === "S" && !parts.length ? Math.round(rest * 10) / 10 : Math.floor(rest / SECONDS[unit]);
    rest -= Math.floor(count) * SECONDS[unit];
    if (count) parts.push(new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "long" }).format(count));
  }
  return parts.slice(0, most).join(" ");
}
