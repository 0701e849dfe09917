/** What a card shows of a step: its ways out and one line of what it does. Pure. */

import type { NodeType, Selector, Way } from "./catalogue.ts";
import { inWords, millisecondsOf } from "./durations.ts";
import { shapeOf } from "./panel/schema.ts";
import { t } from "./words.ts";

export type Config = Readonly<Record<string, unknown>>;

export interface WayOut {
  id: string;
  label: string;
  kind: Way["kind"] | "gone"; // gone: an edge leaves here, but the step has no such way any more
}

/** The ways out of a step with this configuration; the same rule as `Node.ports()`. */
export function waysOut(type: NodeType | undefined, config: Config): WayOut[] {
  const value = (field: string) => config[field] ?? defaultOf(type, field);
  const ways: WayOut[] = [];
  for (const way of type?.ways ?? []) {
    if (way.unless && holds(value(way.unless))) continue;
    if (way.when && !holds(value(way.when))) continue;
    if (way.each) {
      for (const item of itemsAt(way.each, value)) {
        if (typeof item.id !== "string" || (way.lacking && holds(item[way.lacking]))) continue;
        ways.push({ id: item.id, label: plain(String(item[way.label] ?? item.id)), kind: way.kind });
      }
    } else if (way.id) {
      ways.push({ id: way.id, label: way.label, kind: way.kind });
    }
  }
  return ways;
}

/** The items of a list, or with `a.b` those of the lists within it. */
function itemsAt(path: string, value: (field: string) => unknown): Record<string, unknown>[] {
  const [first, ...rest] = path.split(".");
  return rest.reduce((items, name) => items.flatMap((item) => objects(item[name])), objects(value(first!)));
}

/** The rows of a card: usual ways first, then those folded away because they are rarely used. */
export function rowsOf(ways: readonly WayOut[], used: ReadonlySet<string>): { shown: WayOut[]; folded: WayOut[] } {
  const known = new Set(ways.map((way) => way.id));
  const gone = [...used].filter((id) => !known.has(id)).map((id): WayOut => ({ id, label: id, kind: "gone" }));
  const inSight = (way: WayOut) => way.kind === "usual" || way.kind === "branch" || used.has(way.id);
  return { shown: [...ways.filter(inSight), ...gone], folded: ways.filter((way) => !inSight(way)) };
}

/** The way out that a step added beside it is connected to: the first open usual one. */
export function openWay(ways: readonly WayOut[], used: ReadonlySet<string>): WayOut | undefined {
  const open = ways.filter((way) => !used.has(way.id));
  return open.find((way) => way.kind === "usual") ?? open.find((way) => way.kind === "branch");
}

/** A piece of a summary: words, or the name of a variable. */
export interface Piece {
  text: string;
  chip: boolean;
}

/** Names of other steps and flows, for those that lead there. */
export interface Names {
  step: (id: string) => string;
  flow: (id: string) => string;
}

const BY_ID: Names = { step: (id) => id, flow: (id) => id };

/** What a step really does, in one line; none where it is not configured yet. */
export function summaryOf(type: NodeType | undefined, config: Config, names: Names = BY_ID): Piece[] {
  if (!type?.summary) return [];
  const field = type.summary;
  const pieces = told(config[field], selectorOf(type, field), names);
  if (pieces.length) return pieces;
  const other = ["until", "event"].find((name) => config[name]);
  return other ? [words(`${t(other === "until" ? "until" : "until the event")} ${plain(String(config[other]))}`)] : [];
}

/** The variable a step stores its answer in, where it has one. */
export function storesIn(type: NodeType | undefined, config: Config): string {
  const selector = type ? selectorOf(type, "variable") : {};
  return selector.writable && typeof config.variable === "string" ? config.variable : "";
}

function told(value: unknown, selector: Partial<Selector>, names: Names): Piece[] {
  if (Array.isArray(value)) return listed(objects(value));
  if (typeof value !== "string" || !value) return [];
  if (selector.kind === "node") return [words(t("go to {step}", { step: names.step(value) }))];
  if (selector.kind === "flow") return [words(names.flow(value))];
  if (selector.kind === "duration") return [words(inWords(millisecondsOf(value), 4) || value)];
  if (selector.kind === "expression") return [{ text: value, chip: true }];
  return selector.labels?.[value] ? [words(selector.labels[value])] : templatePieces(value);
}

function listed(items: readonly Record<string, unknown>[]): Piece[] {
  const first = items[0];
  if (!first) return [];
  const more = items.length > 1 ? [words(t("and {count} more", { count: items.length - 1 }))] : [];
  if ("where" in first) return spaced([[words(t("if"))], condition(first.where), more]);
  if ("variable" in first) {
    const value = "value" in first ? [[words("=")], templatePieces(shown(first.value))] : [];
    return spaced([[{ text: String(first.variable), chip: true }], ...value, more]);
  }
  return spaced([[words(plain(String(first.label ?? first.text ?? first.title ?? "")))], more]);
}

/** The parts one after the other with a space between them. */
function spaced(parts: readonly (readonly Piece[])[]): Piece[] {
  return parts.filter((part) => part.length).flatMap((part, at) => (at ? [words(" "), ...part] : part));
}

/** "order.total is above 100 and …" */
function condition(where: unknown): Piece[] {
  if (typeof where !== "object" || !where) return [];
  const group = where as { all?: unknown[]; any?: unknown[]; expression?: string; variable?: string; op?: string; value?: unknown };
  if (group.expression) return [{ text: group.expression, chip: true }];
  const rules = group.all ?? group.any;
  if (rules) {
    const joint = [words(group.all ? t("and") : t("or"))];
    const told = rules.map(condition).filter((pieces) => pieces.length);
    return spaced(told.flatMap((pieces, at) => (at ? [joint, pieces] : [pieces])));
  }
  if (!group.variable) return [];
  const operator = OPERATORS[group.op ?? "eq"] ?? String(group.op);
  const value = UNARY.has(group.op ?? "") ? [] : [words(shown(group.value))];
  return spaced([[{ text: group.variable, chip: true }], [words(t(operator))], value]);
}

const OPERATORS: Readonly<Record<string, string>> = {
  eq: "is",
  ne: "is not",
  gt: "is above",
  ge: "is at least",
  lt: "is below",
  le: "is at most",
  contains: "contains",
  not_contains: "does not contain",
  starts_with: "starts with",
  ends_with: "ends with",
  matches: "matches",
  not_matches: "does not match",
  in: "is one of",
  not_in: "is none of",
  is_set: "is known",
  is_empty: "is empty",
  before: "is before",
  after: "is after",
  between: "is between",
};

const UNARY = new Set(["is_set", "is_empty"]);

/** Text with its `{{ expressions }}` as chips, without the marks of Markdown. */
export function templatePieces(template: string): Piece[] {
  return template
    .split(/(\{\{.*?\}\})/s)
    .map((part) => (part.startsWith("{{") ? { text: nameIn(part), chip: true } : words(unmarked(part))))
    .filter((piece) => piece.text);
}

/** The same as plain text: "Hello name". */
export function plain(template: string): string {
  return templatePieces(template)
    .map((piece) => piece.text)
    .join("")
    .trim();
}

/** What stands before an "or …" or a filter is the name a person knows. */
function nameIn(expression: string): string {
  const inner = expression.slice(2, -2).trim();
  return /^[\p{L}_][\p{L}\p{N}_.]*/u.exec(inner)?.[0] ?? inner;
}

function unmarked(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/(\*\*|__|~~|`)/g, "")
    .replace(/^\s*(#{1,6}|[-*>]|\d+\.)\s+/gm, "")
    .replace(/\s+/g, " ");
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join(", ");
  return typeof value === "object" && value ? JSON.stringify(value) : String(value ?? "");
}

function words(text: string): Piece {
  return { text, chip: false };
}

function selectorOf(type: NodeType, field: string): Partial<Selector> {
  const schema = type.schema.properties?.[field];
  return schema ? shapeOf(schema, type.schema).selector : {};
}

function defaultOf(type: NodeType | undefined, field: string): unknown {
  return type?.schema.properties?.[field]?.default;
}

/** As Python sees it: an empty list, text or object does not hold. */
function holds(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value) return Object.keys(value).length > 0;
  return Boolean(value);
}

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((item): item is Record<string, unknown> => typeof item === "object" && item !== null) : [];
}
