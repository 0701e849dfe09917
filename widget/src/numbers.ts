/** Numbers as people write them, and the steps between them. */

interface Bounds {
  minimum?: number | null;
  maximum?: number | null;
  step?: number | null;
}

const MOST = 11; // buttons in a row: 0 to 10

/** All there is to choose from where that is few; null where a field is better. */
export function scaleOf({ minimum, maximum, step }: Bounds): number[] | null {
  if (minimum == null || maximum == null || step == null || step <= 0) return null;
  const count = Math.floor((maximum - minimum) / step + 1e-9) + 1;
  if (count < 2 || count > MOST) return null;
  return Array.from({ length: count }, (_, place) => exact(minimum + place * step));
}

/** `1 234,5` and `1,234.5` and `12`; null for what is no number. */
export function readNumber(text: string): number | null {
  let clean = text.replace(/[\s\u00a0\u202f']/g, "");
  const comma = clean.lastIndexOf(",");
  const point = clean.lastIndexOf(".");
  if (comma > point) clean = clean.replaceAll(".", "").replace(",", ".");
  else clean = clean.replaceAll(",", "");
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(clean) ? Number(clean) : null;
}

/** One step up or down within the bounds; from nothing, the nearest to zero there is. */
export function stepped({ minimum, maximum, step }: Bounds, from: number | null, direction: 1 | -1): number {
  const low = minimum ?? -Infinity;
  const high = maximum ?? Infinity;
  const next = from === null ? Math.min(Math.max(0, low), high) : exact(from + direction * (step || 1));
  return Math.min(Math.max(next, low), high);
}

const exact = (number: number) => Number(number.toFixed(10));

/** A row, or two of the same length, as a value of `grid-template-columns`. */
export const columns = (count: number) => `repeat(${count > 6 ? Math.ceil(count / 2) : count}, minmax(0, 1fr))`;
