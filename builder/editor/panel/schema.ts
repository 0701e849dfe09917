/** Reads the JSON Schema of a form: what a field is, how it begins, which fields are shown. */

import type { JsonSchema, OneOf, Selector, Ui } from "../catalogue.ts";
import { isObject } from "./path.ts";

/** One field, with references followed and `… | null` unwrapped. */
export interface Shape extends JsonSchema {
  kind: string; // of widget: an `x-selector`'s, else what the type says
  nullable: boolean;
  selector: Selector;
  ui: Ui;
}

const BY_TYPE: Record<string, string> = {
  boolean: "toggle",
  integer: "number",
  number: "number",
  object: "object",
  string: "text",
};

const read = new WeakMap<JsonSchema, Shape>();

export function shapeOf(schema: JsonSchema, root: JsonSchema): Shape {
  const known = read.get(schema);
  if (known) return known;
  const made = unwrapped(schema, root);
  read.set(schema, made);
  return made;
}

function unwrapped(schema: JsonSchema, root: JsonSchema): Shape {
  let whole = schema;
  let nullable = false;
  while (whole.$ref || whole.anyOf) {
    const { $ref, anyOf, ...own } = whole;
    nullable ||= anyOf?.some((one) => one.type === "null") ?? false;
    const inner = $ref ? root.$defs?.[$ref.split("/").at(-1) ?? ""] : anyOf?.find((one) => one.type !== "null");
    if (!inner) throw new Error(`The schema of a field leads nowhere: ${JSON.stringify(schema)}`);
    whole = { ...inner, ...own };
  }
  const selector = whole["x-selector"] ?? { kind: whole.enum ? "select" : (BY_TYPE[whole.type ?? ""] ?? "") };
  return { ...whole, nullable, selector, ui: whole["x-ui"] ?? {}, kind: selector.kind };
}

/** The emptiest value of a field. */
export function blank(schema: JsonSchema, root: JsonSchema): unknown {
  const shape = shapeOf(schema, root);
  if (shape.default !== undefined && shape.default !== null) return shape.default;
  if (shape.nullable) return undefined;
  if (shape.kind === "id") return newId();
  if (shape.kind === "condition") return { all: [newRule()] };
  if (shape.kind === "object") {
    const required = Object.entries(shape.properties ?? {}).filter(([name]) => shape.required?.includes(name));
    return Object.fromEntries(required.map(([name, part]) => [name, blank(part, root)]));
  }
  if (shape.kind === "map") return {};
  if (shape.type === "array") return [];
  if (shape.type === "boolean") return false;
  return shape.enum?.[0] ?? "";
}

export function newRule(): Record<string, unknown> {
  return { variable: "", op: "eq" };
}

/** An id that no other item of a list will have. */
export function newId(): string {
  const letters = crypto.getRandomValues(new Uint32Array(1))[0]!.toString(36);
  return `o${letters.padStart(7, "0").slice(-7)}`;
}

/** A copy for "Duplicate": its ids are its own. */
export function duplicated(value: unknown, schema: JsonSchema, root: JsonSchema): unknown {
  const shape = shapeOf(schema, root);
  if (shape.kind === "id") return newId();
  if (Array.isArray(value) && shape.items) return value.map((item) => duplicated(item, shape.items!, root));
  if (!isObject(value) || !shape.properties) return structuredClone(value);
  const parts = Object.entries(value).map(([name, inner]) => {
    const part = shape.properties?.[name];
    return [name, part ? duplicated(inner, part, root) : structuredClone(inner)];
  });
  return Object.fromEntries(parts);
}

export function isFilled(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false) return false;
  return !Array.isArray(value) || value.length > 0;
}

/** Which of its fields is filled in: one that does not merely stand beside another. */
export function chosenOf(choice: OneOf, config: Record<string, unknown>): string | undefined {
  const filled = Object.keys(choice.fields).filter((field) => isFilled(config[field]));
  const beside = new Set(filled.flatMap((field) => Object.keys(choice.also[field] ?? {})));
  return filled.find((field) => !beside.has(field));
}

/** Whether a field is to be seen, given the values beside it. */
export function isShown(shape: Shape, beside: Record<string, unknown>): boolean {
  const when = shape.ui.when;
  if (!when) return true;
  return when.in ? when.in.includes(beside[when.field]) : isFilled(beside[when.field]);
}
