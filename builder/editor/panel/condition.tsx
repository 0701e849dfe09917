/** Rules joined by "all" and "any", in groups within groups; or one expression. The value is the
 * format's own tree. */

import { Plus, X } from "lucide-react";
import { useState } from "react";
import { t } from "../words.ts";
import { ALONE } from "./check.ts";
import { Help } from "./fields.tsx";
import { useForm, useSaid } from "./form.ts";
import { isObject, type Path } from "./path.ts";
import { newRule } from "./schema.ts";
import { TemplateField } from "./template.tsx";
import { variables } from "./variables.ts";
import { VariableInput } from "./variable.tsx";
import { fieldId, namedGroup, type WidgetProps } from "./widget.ts";
import { asNumber } from "./widgets.tsx";

type Tree = Record<string, unknown>;
type Join = "all" | "any";

const DEEPEST = 3; // groups within groups: more than this nobody reads
const FITTING: Readonly<Record<string, readonly string[]>> = {
  text: ["eq", "ne", "contains", "not_contains", "starts_with", "ends_with", "in", "not_in", "matches", "not_matches", "is_set", "is_empty"],
  number: ["eq", "ne", "gt", "ge", "lt", "le", "between", "in", "not_in", "is_set", "is_empty"],
  boolean: ["eq", "ne", "is_set", "is_empty"],
  date: ["eq", "ne", "before", "after", "between", "is_set", "is_empty"],
  list: ["contains", "not_contains", "is_set", "is_empty"],
  object: ["is_set", "is_empty"],
  file: ["is_set", "is_empty"],
};
const ALL = ["eq", "ne", "gt", "ge", "lt", "le", "contains", "not_contains", "starts_with", "ends_with", "in", "not_in", "before", "after", "between", "matches", "not_matches", "is_set", "is_empty"];

function joinOf(tree: Tree): Join | null {
  return Array.isArray(tree.all) ? "all" : Array.isArray(tree.any) ? "any" : null;
}

export function Condition(props: WidgetProps) {
  const form = useForm();
  const { path, shape, label } = props;
  const put = (value: unknown) => form.set(path, value, label);
  if (!isObject(props.value)) {
    return form.readOnly ? (
      <p className="panel-quiet">{t("Always")}</p>
    ) : (
      <button id={props.id} type="button" className="panel-add" onClick={() => put({ all: [newRule()] })}>
        <Plus size={14} aria-hidden />
        {t("Add a condition")}
      </button>
    );
  }
  const clear = shape.nullable ? () => put(undefined) : undefined;
  const tree = props.value;
  return (
    <div className="panel-condition" role="group" {...namedGroup(props)}>
      {"expression" in tree ? (
        <Formula path={path} tree={tree} label={label} />
      ) : joinOf(tree) ? (
        <Group path={path} tree={tree} label={label} depth={0} put={put} remove={clear} />
      ) : (
        <Group path={path} tree={{ all: [tree] }} label={label} depth={0} alone put={put} remove={clear} />
      )}
      {!form.readOnly && (
        <button type="button" className="panel-link" onClick={() => put("expression" in tree ? { all: [newRule()] } : { expression: "" })}>
          {"expression" in tree ? t("Use rules instead") : t("Write an expression instead")}
        </button>
      )}
    </div>
  );
}

function Formula({ path, tree, label }: { path: Path; tree: Tree; label: string }) {
  const form = useForm();
  const place = [...path, "expression"];
  const said = useSaid(place);
  const id = fieldId(form.key, [...form.base, ...place]);
  const text = String(tree.expression ?? "");
  return (
    <div className="panel-field">
      <input
        id={id}
        className="input panel-code"
        aria-label={t("{field}: expression", { field: label })}
        aria-invalid={Boolean(said) || undefined}
        aria-describedby={`${id}-help`}
        placeholder="order.total > 100 and not paid"
        spellCheck={false}
        readOnly={form.readOnly}
        value={text}
        onChange={(event) => form.set(place, event.target.value, label, event.target.value.length < text.length ? "delete" : "type")}
        onBlur={() => form.leave(place)}
      />
      <Help id={`${id}-help`} said={said} help={t("It counts as yes or no. Names are variables.")} />
    </div>
  );
}

interface GroupProps {
  path: Path;
  tree: Tree;
  label: string;
  depth: number;
  alone?: boolean; // a single rule that stands without a group in the document
  put: (tree: unknown) => void;
  remove?: () => void;
}

function Group({ path, tree, label, depth, alone = false, put, remove }: GroupProps) {
  const form = useForm();
  const join = joinOf(tree) ?? "all";
  const rows = (tree[join] as readonly unknown[]).filter(isObject);
  const save = (next: readonly unknown[], how: Join = join) => put({ [how]: next });
  const drop = (at: number) => (rows.length > 1 || !remove ? save(rows.toSpliced(at, 1)) : remove());
  return (
    <div className="panel-group" data-depth={depth} role="group" aria-label={join === "all" ? t("All of these hold") : t("Any of these holds")}>
      {(rows.length > 1 || depth > 0) && (
        <div className="panel-group-head">
          <select className="input panel-join" aria-label={t("How the rules are joined")} disabled={form.readOnly} value={join} onChange={(event) => save(rows, event.target.value as Join)}>
            <option value="all">{t("All of these hold")}</option>
            <option value="any">{t("Any of these holds")}</option>
          </select>
          {depth > 0 && remove && !form.readOnly && (
            <button type="button" className="panel-icon-button" aria-label={t("Remove the group")} title={t("Remove the group")} onClick={remove}>
              <X size={14} aria-hidden />
            </button>
          )}
        </div>
      )}
      {rows.map((row, at) => {
        const place = alone ? path : [...path, join, at];
        const inner = { path: place, tree: row, label };
        const replace = (next: unknown) => save(rows.toSpliced(at, 1, next as Tree));
        if (joinOf(row)) return <Group key={at} {...inner} depth={depth + 1} put={replace} remove={() => drop(at)} />;
        if ("expression" in row) return <Formula key={at} {...inner} />;
        return <Rule key={at} {...inner} remove={rows.length > 1 || remove ? () => drop(at) : undefined} />;
      })}
      {!form.readOnly && (
        <div className="panel-group-foot">
          <button type="button" className="panel-add" onClick={() => save([...rows, newRule()])}>
            <Plus size={14} aria-hidden />
            {t("Add a rule")}
          </button>
          {depth < DEEPEST - 1 && (
            <button type="button" className="panel-add" onClick={() => save([...rows, { [join === "all" ? "any" : "all"]: [newRule()] }])}>
              <Plus size={14} aria-hidden />
              {t("Add a group")}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function Rule({ path, tree, label, remove }: { path: Path; tree: Tree; label: string; remove?: () => void }) {
  const form = useForm();
  const texts = form.store.catalogue?.texts ?? {};
  const name = String(tree.variable ?? "");
  const op = String(tree.op ?? "eq");
  const type = typeOfVariable(form, name);
  const fitting = FITTING[type === "time" || type === "datetime" ? "date" : type] ?? ALL;
  const named = useSaid([...path, "variable"]);
  const valued = useSaid([...path, "value"]);
  const whole = useSaid(path);
  const said = named ?? valued ?? whole;
  const id = fieldId(form.key, [...form.base, ...path]);

  const choose = (next: string) => {
    const { value, ...rest } = tree;
    const fits = ALONE.has(next) ? {} : { value: turned(value, next, type) };
    form.set(path, fits.value === undefined ? { ...rest, op: next } : { ...rest, op: next, ...fits }, label);
  };
  return (
    <div className="panel-rule" data-alone={ALONE.has(op) || undefined} role="group" aria-label={t("Rule")}>
      <VariableInput
        path={[...path, "variable"]}
        value={name}
        label={label}
        writable={false}
        placeholder={t("Variable")}
        aria-label={t("Variable")}
        aria-invalid={named ? true : undefined}
        aria-describedby={said ? `${id}-help` : undefined}
      />
      <select className="input" aria-label={t("Comparison")} disabled={form.readOnly} value={op} onChange={(event) => choose(event.target.value)}>
        {(fitting.includes(op) ? fitting : [op, ...fitting]).map((one) => (
          <option key={one} value={one}>
            {texts[`operator.${one}`] ?? one}
          </option>
        ))}
      </select>
      {!ALONE.has(op) && <Against path={[...path, "value"]} op={op} type={type} value={tree.value} label={label} invalid={Boolean(valued)} describedBy={said ? `${id}-help` : undefined} />}
      {remove && !form.readOnly && (
        <button type="button" className="panel-icon-button" aria-label={t("Remove the rule")} title={t("Remove the rule")} onClick={remove}>
          <X size={14} aria-hidden />
        </button>
      )}
      <Help id={`${id}-help`} said={said} />
    </div>
  );
}

interface AgainstProps {
  path: Path;
  op: string;
  type: string;
  value: unknown;
  label: string;
  invalid: boolean;
  describedBy?: string;
}

/** What a rule compares with, by the type of its variable. */
function Against({ path, op, type, value, label, invalid, describedBy }: AgainstProps) {
  const form = useForm();
  if (op === "between") {
    const [low, high] = Array.isArray(value) ? (value as readonly unknown[]) : [];
    const put = (pair: readonly unknown[]) => form.set(path, pair.every((one) => one === undefined) ? undefined : pair.map((one) => one ?? null), label, "type");
    return (
      <span className="panel-between">
        <Plain label={t("Lowest")} value={low} type={type} invalid={invalid} describedBy={describedBy} put={(next) => put([next, high])} leave={() => form.leave(path)} />
        <span aria-hidden>{t("and")}</span>
        <Plain label={t("Highest")} value={high} type={type} invalid={invalid} describedBy={describedBy} put={(next) => put([low, next])} leave={() => form.leave(path)} />
      </span>
    );
  }
  if (op === "in" || op === "not_in") {
    return (
      <Plain
        label={t("Values, with commas between")}
        value={Array.isArray(value) ? value.join(", ") : value}
        type="text"
        invalid={invalid}
        describedBy={describedBy}
        put={(next) => form.set(path, next === undefined ? undefined : listed(String(next), type), label, "type")}
        leave={() => form.leave(path)}
      />
    );
  }
  if (type === "boolean") {
    return (
      <select
        className="input"
        aria-label={t("Value")}
        aria-invalid={invalid || undefined}
        disabled={form.readOnly}
        value={value === undefined ? "" : String(value)}
        onChange={(event) => form.set(path, event.target.value === "" ? undefined : event.target.value === "true", label)}
        onBlur={() => form.leave(path)}
      >
        {typeof value !== "boolean" && <option value={value === undefined ? "" : String(value)}>{value === undefined ? t("Choose") : String(value)}</option>}
        <option value="true">{t("Yes")}</option>
        <option value="false">{t("No")}</option>
      </select>
    );
  }
  if (type === "number" || typeof value === "number") {
    return <Plain label={t("Value")} value={value} type={type} invalid={invalid} describedBy={describedBy} put={(next) => form.set(path, next, label, "type")} leave={() => form.leave(path)} />;
  }
  const id = fieldId(form.key, [...form.base, ...path]);
  return (
    <TemplateField
      id={id}
      path={path}
      value={Array.isArray(value) ? value.join(", ") : value}
      label={t("Value")}
      describedBy={describedBy}
      invalid={invalid}
      shape={{ kind: "template", nullable: true, selector: { kind: "template" }, ui: { placeholder: t("Value") } }}
    />
  );
}

interface PlainProps {
  label: string;
  value: unknown;
  type: string;
  invalid: boolean;
  describedBy?: string;
  put: (value: unknown) => void;
  leave: () => void;
}

/** One line; what is typed stays as it is until the field is left. */
function Plain({ label, value, type, invalid, describedBy, put, leave }: PlainProps) {
  const form = useForm();
  const [draft, setDraft] = useState<string | null>(null);
  const shown = value === undefined || value === null ? "" : String(value);
  return (
    <input
      className="input"
      aria-label={label}
      aria-invalid={invalid || undefined}
      aria-describedby={describedBy}
      inputMode={type === "number" ? "decimal" : undefined}
      placeholder={type === "date" ? "2027-01-31" : label}
      autoComplete="off"
      readOnly={form.readOnly}
      value={draft ?? shown}
      onChange={(event) => {
        setDraft(event.target.value);
        put(event.target.value === "" ? undefined : typed(event.target.value, type));
      }}
      onBlur={() => {
        setDraft(null);
        leave();
      }}
    />
  );
}

function typed(text: string, type: string): unknown {
  return type === "number" ? asNumber(text) : text;
}

function listed(text: string, type: string): readonly unknown[] {
  return text.split(",").map((one) => typed(one.trim(), type)).filter((one) => one !== "");
}

/** The value as another comparison takes it. */
function turned(value: unknown, op: string, type: string): unknown {
  const several = op === "in" || op === "not_in";
  const first = Array.isArray(value) ? (value as readonly unknown[])[0] : value;
  if (several) return Array.isArray(value) ? value : value === undefined ? undefined : listed(String(value), type);
  if (op === "between") return Array.isArray(value) && value.length === 2 ? value : first === undefined ? undefined : [first, null];
  return first ?? undefined;
}

function typeOfVariable(form: ReturnType<typeof useForm>, name: string): string {
  return variables(form.store).find((one) => one.name === name)?.type ?? "any";
}
