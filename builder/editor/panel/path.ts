/** Places inside an item: as lists of steps, and as problems write them (`options[0].label`). */

export type Step = string | number;
export type Path = readonly Step[];

const PLAIN = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const STEP = /\[(\d+)\]|\["([^"]*)"\]|([^.[\]]+)/gu;

export function written(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (!PLAIN.test(step)) return `${text}["${step}"]`;
    return text ? `${text}.${step}` : step;
  }, "");
}

export function parsed(text: string): Path {
  return [...text.matchAll(STEP)].map(([, index, key, plain]) => (index === undefined ? (key ?? plain ?? "") : Number(index)));
}

export function startsWith(path: Path, beginning: Path): boolean {
  return beginning.length <= path.length && beginning.every((step, at) => path[at] === step);
}

export function getIn(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) => (typeof inner === "object" && inner ? (inner as Record<Step, unknown>)[step] : undefined),
    value,
  );
}

/** A copy with another value at `path`; all that did not change stays the same object. `undefined`
 * takes a key out. */
export function setIn(value: unknown, path: Path, inner: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return inner;
  if (typeof head === "number") {
    const list = Array.isArray(value) ? [...(value as unknown[])] : [];
    list[head] = setIn(list[head], rest, inner);
    return list;
  }
  const copy: Record<string, unknown> = isObject(value) ? { ...value } : {};
  const next = setIn(copy[head], rest, inner);
  if (next === undefined) delete copy[head];
  else copy[head] = next;
  return copy;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The place inside its step or flow that a problem of the whole document is about. */
export function insideItem(path: string): Path {
  return parsed(path.replace(/^flows\[\d+\]\.?/, "").replace(/^nodes\[\d+\]\.?/, ""));
}
