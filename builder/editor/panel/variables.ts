/** The variables a field may name: declared ones, those that steps set, and facts. */

import { typeOf } from "../catalogue.ts";
import type { JsonSchema } from "../catalogue.ts";
import type { Store } from "../store.ts";
import { t } from "../words.ts";
import { isObject } from "./path.ts";
import { shapeOf } from "./schema.ts";

export interface Variable {
  name: string;
  label: string;
  type: string;
  group: "declared" | "set" | "fact";
}

export interface Declaration {
  name: string;
  type?: string;
  default?: unknown;
  personal?: boolean;
  confidential?: boolean;
}

export const TYPES = ["text", "number", "boolean", "date", "time", "datetime", "list", "object", "file", "any"] as const;

export function typeWord(type: string): string {
  const words: Record<string, string> = {
    text: t("Text"),
    number: t("Number"),
    boolean: t("Yes or no"),
    date: t("Date"),
    time: t("Time"),
    datetime: t("Date and time"),
    list: t("List"),
    object: t("Object"),
    file: t("File"),
    any: t("Anything"),
  };
  return words[type] ?? type;
}

export function declarations(store: Store): readonly Declaration[] {
  const found = store.get("s:variables");
  return Array.isArray(found) ? found.filter((one): one is Declaration => isObject(one) && typeof one.name === "string") : [];
}

/** `writable`: only those that a step may set. */
export function variables(store: Store, writable = false): readonly Variable[] {
  const known = new Map<string, Variable>();
  const add = (name: string, type: string, group: Variable["group"], label = name) => {
    if (name && !known.has(name)) known.set(name, { name, label, type, group });
  };
  for (const { name, type = "text" } of declarations(store)) add(name, type, "declared");
  const flow = store.get<Record<string, unknown>>(`f:${store.flow}`);
  for (const one of [...listed(flow?.inputs), ...listed(flow?.outputs)]) {
    if (typeof one === "string") add(one, "text", "set");
    else if (isObject(one)) add(String(one.name ?? ""), String(one.type ?? "text"), "set");
  }
  for (const key of store.keys("n:")) for (const name of setBy(store, key)) add(name, "any", "set");
  if (!writable) for (const [name, label] of facts()) add(name, "text", "fact", label);
  return [...known.values()];
}

function facts(): readonly (readonly [string, string])[] {
  return [
    ["contact.name", t("Customer name")],
    ["contact.email", t("Customer e-mail")],
    ["contact.phone", t("Customer phone")],
    ["conversation.page", t("Page they write from")],
    ["conversation.locale", t("Their language")],
    ["channel.kind", t("Channel")],
  ];
}

/** Where a variable is read or set: keys of steps. */
export function usesOf(store: Store, name: string): readonly string[] {
  const word = new RegExp(`(?<![\\p{L}\\p{N}_.])${name}(?![\\p{L}\\p{N}_])`, "u");
  return store.keys("n:").filter((key) => mentions(store.get<{ config?: unknown }>(key)?.config, word, name));
}

function mentions(value: unknown, word: RegExp, name: string): boolean {
  if (typeof value === "string") {
    if (value === name || value.startsWith(`${name}.`)) return true;
    const formulas = [...value.matchAll(/\{\{(.*?)\}\}/gsu)].map((found) => found[1] ?? "");
    return formulas.some((formula) => word.test(formula));
  }
  if (Array.isArray(value)) return value.some((one) => mentions(one, word, name));
  if (!isObject(value)) return false;
  if (typeof value.expression === "string" && word.test(value.expression)) return true;
  return Object.values(value).some((one) => mentions(one, word, name));
}

const names = new WeakMap<object, readonly string[]>(); // by step: a changed step is another object

/** The names in the writable variable fields of a step. */
function setBy(store: Store, key: string): readonly string[] {
  const step = store.get<{ type?: string; config?: unknown }>(key);
  const type = typeOf(store.catalogue, step?.type ?? "");
  if (!step || !type) return [];
  const found = names.get(step) ?? written(step.config, type.schema, type.schema);
  names.set(step, found);
  return found;
}

function written(value: unknown, schema: JsonSchema, root: JsonSchema): readonly string[] {
  const shape = shapeOf(schema, root);
  if (shape.kind === "variable") return shape.selector.writable && typeof value === "string" ? [value] : [];
  if (Array.isArray(value)) return shape.items ? value.flatMap((one) => written(one, shape.items!, root)) : [];
  if (!isObject(value)) return [];
  const rest = typeof shape.additionalProperties === "object" ? shape.additionalProperties : undefined;
  return Object.entries(value).flatMap(([name, one]) => {
    const part = shape.properties?.[name] ?? rest;
    return part ? written(one, part, root) : [];
  });
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** What a template's `{{ … }}` looks like to an author: `Customer name or 'there'`. */
export function friendly(formula: string, known: ReadonlyMap<string, Variable>): { text: string; unknown: boolean } {
  const name = /^[\p{L}][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]+)*(?!\s*\()/u.exec(formula)?.[0] ?? "";
  if (!name) return { text: formula, unknown: false };
  const root = name.split(".")[0] ?? "";
  const found = known.get(name);
  const isKnown = Boolean(found) || known.has(root) || GIVEN.has(root) || !/^[\p{L}\p{N}_.]+$/u.test(formula);
  return { text: (found?.label ?? name) + formula.slice(name.length), unknown: !isKnown };
}

const GIVEN = new Set(["contact", "channel", "conversation", "error", "event", "repair"]);
