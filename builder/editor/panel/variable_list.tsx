/** The bot's variables: their types, and where they are used. */

import { ChevronRight, Ellipsis, Plus, Trash2 } from "lucide-react";
import { useId, useMemo, useState } from "react";
import type { JsonSchema } from "../catalogue.ts";
import { useItem, type Store } from "../store.ts";
import { t } from "../words.ts";
import { variableIssue, worded } from "./check.ts";
import { ObjectFields } from "./fields.tsx";
import { Form, FormProvider } from "./form.ts";
import { Menu } from "./menu.tsx";
import { stepName } from "./reference.tsx";
import { shapeOf } from "./schema.ts";
import { declarations, TYPES, typeWord, usesOf, type Declaration } from "./variables.ts";

const KEY = "s:variables";

function schema(): JsonSchema {
  return {
    type: "object",
    properties: {
      type: {
        type: "string",
        title: t("Type"),
        enum: TYPES,
        default: "text",
        "x-selector": { kind: "select", labels: Object.fromEntries(TYPES.map((type) => [type, typeWord(type)])) },
      },
      default: { title: t("Begins with"), "x-selector": { kind: "value" } },
      personal: {
        type: "boolean",
        title: t("Personal"),
        description: t("Its value goes when a customer is erased."),
        default: false,
        "x-selector": { kind: "toggle" },
      },
      confidential: {
        type: "boolean",
        title: t("Confidential"),
        description: t("Only language models that are marked local may see it."),
        default: false,
        "x-selector": { kind: "toggle" },
      },
    },
  };
}

export function VariablesSection({ store }: { store: Store }) {
  useItem(store, KEY);
  const list = declarations(store);
  const put = (next: readonly Declaration[]) => store.change(t("Change {field}", { field: t("the variables") }), [{ key: KEY, value: next }]);
  return (
    <section className="panel-section" aria-labelledby="panel-variables">
      <h2 id="panel-variables">{t("Variables of the bot")}</h2>
      <p className="help">{t("What the bot remembers in a conversation.")}</p>
      {list.length > 0 && (
        <ul className="panel-rows">
          {list.map((variable, at) => (
            <VariableRow key={variable.name} store={store} variable={variable} at={at} remove={() => put(list.toSpliced(at, 1))} />
          ))}
        </ul>
      )}
      {!store.readOnly && <AddVariable store={store} names={list.map((one) => one.name)} add={(name) => put([...list, { name, type: "text" }])} />}
    </section>
  );
}

interface RowProps {
  store: Store;
  variable: Declaration;
  at: number;
  remove: () => void;
}

function VariableRow({ store, variable, at, remove }: RowProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const form = useMemo(() => new Form(store, KEY, [at], schema()), [store, at]);
  const { name, type = "text" } = variable;
  return (
    <li className="panel-row" aria-label={name}>
      <div className="panel-row-head fixed">
        <button type="button" className="panel-unfold wide" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
          <ChevronRight size={14} aria-hidden />
          <span className="panel-name">{name}</span>
          <span className="panel-note">{typeWord(type)}</span>
        </button>
        {!store.readOnly && (
          <Menu
            label={t("Actions for {name}", { name })}
            face={<Ellipsis size={14} aria-hidden />}
            actions={[{ label: t("Remove"), icon: <Trash2 size={14} aria-hidden />, pick: remove, danger: true }]}
          />
        )}
      </div>
      {open && (
        <div id={id} className="panel-row-body">
          <FormProvider value={form}>
            <ObjectFields path={[]} shape={shapeOf(form.schema, form.schema)} value={{ type, ...variable }} />
          </FormProvider>
          <Uses store={store} name={name} />
        </div>
      )}
    </li>
  );
}

function Uses({ store, name }: { store: Store; name: string }) {
  const uses = usesOf(store, name);
  return (
    <div className="panel-field">
      <span className="panel-label">{t("Used in")}</span>
      {uses.length ? (
        <ul className="panel-uses">
          {uses.map((key) => (
            <li key={key}>
              <button type="button" className="panel-link" onClick={() => store.select([key])}>
                {stepName(store, key)}
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <p className="panel-quiet">{t("No step uses it yet.")}</p>
      )}
    </div>
  );
}

function AddVariable({ store, names, add }: { store: Store; names: readonly string[]; add: (name: string) => void }) {
  const [name, setName] = useState("");
  const id = useId();
  const wanted = name.trim();
  const wrong = wanted && (variableIssue(wanted, true) ?? (names.includes(wanted) ? (["variable_taken"] as const) : null));
  return (
    <form
      className="panel-new"
      onSubmit={(event) => {
        event.preventDefault();
        if (!wanted || wrong) return;
        add(wanted);
        setName("");
      }}
    >
      <div className="panel-with-button">
        <input
          className="input"
          aria-label={t("Name of a new variable")}
          aria-invalid={Boolean(wrong) || undefined}
          aria-describedby={wrong ? id : undefined}
          placeholder={t("New variable")}
          autoComplete="off"
          spellCheck={false}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <button type="submit" className="button" disabled={!wanted || Boolean(wrong)}>
          <Plus size={14} aria-hidden />
          {t("Add")}
        </button>
      </div>
      {wrong && (
        <p id={id} className="field-error" role="status">
          {worded({ path: [], type: wrong[0], values: {}, unfinished: false }, store.catalogue?.texts ?? {})}
        </p>
      )}
    </form>
  );
}
