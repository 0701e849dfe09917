/** What the editor knows of step types: fetched once, kept by the browser under its ETag. */

export interface Way {
  id?: string;
  label: string;
  kind: "usual" | "branch" | "no_reply" | "invalid" | "cancelled" | "error";
  each?: string;
  lacking?: string;
  unless?: string;
  when?: string;
}

/** Exactly one of `fields` (field: what this choice is called) is filled in. `also` names, for a
 * choice, the fields that may be filled in beside it, and what they are called there. */
export interface OneOf {
  title: string;
  fields: Record<string, string>;
  also: Record<string, Record<string, string>>;
}

export interface Selector {
  kind: string;
  multiline?: boolean;
  markdown?: boolean;
  writable?: boolean;
  labels?: Record<string, string>;
  item?: string;
  title?: string;
  add?: string;
  flat?: boolean;
  in_order?: boolean;
  unset?: boolean; // of a variable: it may hold nothing yet
  perhaps?: boolean; // of a flow: it may never be run
  of?: "input" | "output";
  key?: string;
  value?: string;
}

export interface Ui {
  more?: boolean;
  half?: boolean;
  after?: string;
  when?: { field: string; in?: readonly unknown[] };
  placeholder?: string;
}

/** The part of JSON Schema that step types use; the server's tests refuse any other keyword. */
export interface JsonSchema {
  type?: "string" | "number" | "integer" | "boolean" | "array" | "object" | "null";
  title?: string;
  description?: string;
  default?: unknown;
  enum?: readonly string[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: JsonSchema;
  required?: readonly string[];
  anyOf?: readonly JsonSchema[];
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  "x-selector"?: Selector;
  "x-ui"?: Ui;
}

export interface NodeType {
  type: string;
  label: string;
  help: string;
  icon: string;
  group: "talk" | "ask" | "logic" | "ai" | "do" | "people";
  /** The field a card shows. */
  summary: string | null;
  ways: readonly Way[];
  oneOf: readonly OneOf[];
  schema: JsonSchema;
  /** The configuration of a new step: complete but for what only its author can know. */
  fresh: Record<string, unknown>;
  example: Record<string, unknown>; // the configuration of a usual one
}

/** `texts`: `error.<type>` for what is wrong with a field, `operator.<name>` for comparisons. */
export interface Catalogue {
  groups: readonly { id: NodeType["group"]; label: string }[];
  types: readonly NodeType[];
  texts: Readonly<Record<string, string>>;
}

export function typeOf(catalogue: Catalogue | null, type: string): NodeType | undefined {
  return catalogue?.types.find((one) => one.type === type);
}
