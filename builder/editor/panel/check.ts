/** Light checks while somebody types. They find what the server would find, under the same types,
 * and nothing that the server would take. */

import type { JsonSchema, OneOf } from "../catalogue.ts";
import { LONGEST, readDuration, seconds, SHORTEST } from "../durations.ts";
import { isObject, type Path, type Step } from "./path.ts";
import { chosenOf, isFilled, isShown, shapeOf, type Shape } from "./schema.ts";

/** `unfinished`: nothing is wrong with what is there, something only lacks. */
export interface Issue {
  path: Path;
  type: string;
  values: Record<string, unknown>;
  unfinished: boolean;
}

const UNFINISHED = new Set(["missing", "blank", "too_short", "one_of", "missing_value", "between", "expression"]);
const FACTS = ["contact", "channel", "conversation"];
const WORDS = ["and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None"];
const NAME = /^\p{L}[\p{L}\p{N}_]{0,63}$/u;
const PATH = /^\p{L}[\p{L}\p{N}_]{0,63}(\.[\p{L}\p{N}_]{1,64}){0,8}$/u;
export const ALONE = new Set(["is_set", "is_empty"]);

export function checked(config: Record<string, unknown>, root: JsonSchema, oneOf: readonly OneOf[] = []): Issue[] {
  const issues = object(config, shapeOf(root, root), root, []);
  for (const choice of oneOf) {
    const chosen = chosenOf(choice, config);
    const others = Object.keys(choice.fields).filter((field) => isFilled(config[field]));
    const beside = new Set(chosen ? Object.keys(choice.also[chosen] ?? {}) : []);
    if (!chosen || others.some((field) => field !== chosen && !beside.has(field))) {
      issues.push(issue([chosen ?? Object.keys(choice.fields)[0]!], "one_of"));
    }
  }
  return issues;
}

/** The words of an issue, in the reader's language. */
export function worded(found: Issue, texts: Readonly<Record<string, string>>): string {
  const text = texts[`error.${found.type}`] ?? found.type;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(found.values[name] ?? whole));
}

function issue(path: Path, type: string, values: Record<string, unknown> = {}): Issue {
  return { path, type, values, unfinished: UNFINISHED.has(type) };
}

function object(value: Record<string, unknown>, shape: Shape, root: JsonSchema, path: Path): Issue[] {
  return Object.entries(shape.properties ?? {}).flatMap(([name, schema]) => {
    const part = shapeOf(schema, root);
    const required = shape.required?.includes(name) ?? false;
    if (!required && !isShown(part, value)) return [];
    return field(value[name], part, root, [...path, name], required);
  });
}

function field(value: unknown, shape: Shape, root: JsonSchema, path: Path, required: boolean): Issue[] {
  if (value === undefined || value === null) {
    return required && !shape.nullable && shape.kind !== "value" ? [issue(path, "missing")] : [];
  }
  if (shape.kind === "condition") return condition(value, path);
  if (shape.kind === "value") return dynamic(value, path);
  if (Array.isArray(value)) return list(value, shape, root, path);
  if (shape.kind === "map" && isObject(value)) return map(value, shape, root, path);
  if (isObject(value)) return object(value, shape, root, path);
  const type = typeof value === "string" ? textIssue(value, shape) : numberIssue(value, shape);
  return type ? [issue(path, ...type)] : [];
}

type Found = [type: string, values?: Record<string, unknown>] | null;

function list(value: readonly unknown[], shape: Shape, root: JsonSchema, path: Path): Issue[] {
  const found: Issue[] = [];
  if (shape.minItems !== undefined && value.length < shape.minItems) found.push(issue(path, "too_short", { min_length: shape.minItems }));
  if (shape.maxItems !== undefined && value.length > shape.maxItems) found.push(issue(path, "too_long", { max_length: shape.maxItems }));
  if (!shape.items) return found;
  const item = shapeOf(shape.items, root);
  return [...found, ...value.flatMap((one, at) => field(one, item, root, [...path, at], true))];
}

function map(value: Record<string, unknown>, shape: Shape, root: JsonSchema, path: Path): Issue[] {
  if (typeof shape.additionalProperties !== "object") return [];
  const item = shapeOf(shape.additionalProperties, root);
  return Object.entries(value).flatMap(([name, one]) => field(one, item, root, [...path, name], true));
}

function textIssue(value: string, shape: Shape): Found {
  if (shape.enum) return shape.enum.includes(value) ? null : ["literal_error"];
  switch (shape.kind) {
    case "number":
      return [shape.type === "integer" ? "int_type" : "float_type"];
    case "duration":
      return durationIssue(value);
    case "variable":
      return variableIssue(value, shape.selector.writable ?? false);
    case "flow":
    case "node":
    case "id":
      if (!value) return ["missing"];
      break;
    default:
      if (!value.trim()) return shape.default === "" || (shape.kind === "text" && shape.nullable) ? null : ["blank"];
      if ((shape.kind === "template" || shape.kind === "expression") && !isClosed(value)) return ["expression"];
  }
  const length = [...value].length;
  if (shape.minLength !== undefined && length < shape.minLength) return ["string_too_short", { min_length: shape.minLength }];
  if (shape.maxLength !== undefined && length > shape.maxLength) return ["string_too_long", { max_length: shape.maxLength }];
  if (shape.pattern !== undefined && !new RegExp(shape.pattern, "u").test(value)) return ["string_pattern_mismatch"];
  return null;
}

function durationIssue(value: string): Found {
  const duration = readDuration(value);
  if (!duration) return ["duration"];
  const long = seconds(duration);
  return long < SHORTEST || long > LONGEST ? ["duration_range"] : null;
}

/** Why a variable cannot have this name: the same rule as for the server. */
export function variableIssue(value: string, writable: boolean): Found {
  if (!value) return ["missing"];
  if (!writable) return PATH.test(value) ? null : ["variable"];
  if (!NAME.test(value)) return ["variable"];
  return FACTS.includes(value) || WORDS.includes(value) ? ["variable_taken"] : null;
}

function isClosed(value: string): boolean {
  return (value.match(/\{\{/g)?.length ?? 0) <= (value.match(/\}\}/g)?.length ?? 0);
}

function numberIssue(value: unknown, shape: Shape): Found {
  if (typeof value !== "number") return null;
  if (shape.type === "integer" && !Number.isInteger(value)) return ["int_from_float"];
  if (shape.minimum !== undefined && value < shape.minimum) return ["greater_than_equal", { ge: shape.minimum }];
  if (shape.maximum !== undefined && value > shape.maximum) return ["less_than_equal", { le: shape.maximum }];
  if (shape.exclusiveMinimum !== undefined && value <= shape.exclusiveMinimum) return ["greater_than", { gt: shape.exclusiveMinimum }];
  if (shape.exclusiveMaximum !== undefined && value >= shape.exclusiveMaximum) return ["less_than", { lt: shape.exclusiveMaximum }];
  return null;
}

/** Texts inside any value may hold `{{ … }}`. */
function dynamic(value: unknown, path: Path): Issue[] {
  if (typeof value === "string") return isClosed(value) ? [] : [issue(path, "expression")];
  if (typeof value !== "object" || value === null) return [];
  const parts: [Step, unknown][] = Array.isArray(value) ? value.map((one, at) => [at, one]) : Object.entries(value);
  return parts.flatMap(([step, inner]) => dynamic(inner, [...path, step]));
}

function condition(value: unknown, path: Path): Issue[] {
  if (!isObject(value)) return [];
  for (const key of ["all", "any"]) {
    const rows = value[key];
    if (Array.isArray(rows)) return rows.flatMap((row, at) => condition(row, [...path, key, at]));
  }
  if ("expression" in value) {
    const text = String(value.expression ?? "");
    return text.trim() ? [] : [issue([...path, "expression"], "blank")];
  }
  return rule(value, path);
}

function rule(value: Record<string, unknown>, path: Path): Issue[] {
  const found: Issue[] = [];
  const named = variableIssue(String(value.variable ?? ""), false);
  if (named) found.push(issue([...path, "variable"], ...named));
  const [op, against] = [String(value.op), value.value];
  if (ALONE.has(op)) return found;
  if (op === "between") {
    const pair = Array.isArray(against) && against.length === 2 && against.every(isFilledIn);
    if (!pair) found.push(issue([...path, "value"], "between"));
  } else if (!isFilledIn(against)) {
    found.push(issue([...path, "value"], "missing_value"));
  } else {
    found.push(...dynamic(against, [...path, "value"]));
  }
  return found;
}

function isFilledIn(value: unknown): boolean {
  return value !== undefined && value !== null;
}
