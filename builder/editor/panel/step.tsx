/** The properties of one step: its title, what is wrong with it, its fields. */

import { Copy, Ellipsis, Trash2 } from "lucide-react";
import { useMemo } from "react";
import { typeOf, type Catalogue, type NodeType } from "../catalogue.ts";
import { waysOut } from "../graph.ts";
import { StepIcon } from "../icons.tsx";
import { duplicate, remove } from "../keys.ts";
import { useFixed, useItem, useProblems, type Key, type StepItem, type Store } from "../store.ts";
import { t } from "../words.ts";
import { ObjectFields } from "./fields.tsx";
import { Form, FormProvider, problemsOf } from "./form.ts";
import { Menu } from "./menu.tsx";
import { Notices } from "./notices.tsx";
import { insideItem } from "./path.ts";
import { shapeOf } from "./schema.ts";

interface Props {
  store: Store;
  itemKey: Key;
  catalogue: Catalogue;
}

export function StepPanel({ store, itemKey, catalogue }: Props) {
  const step = useItem<StepItem>(store, itemKey);
  const type = typeOf(catalogue, step?.type ?? "");
  const form = useMemo(() => type && stepForm(store, itemKey, type), [store, itemKey, type]);
  if (!step) return null;
  return (
    <section className="panel-section" aria-label={t("Properties of the step")}>
      <Head store={store} itemKey={itemKey} step={step} type={type} />
      <StepProblems store={store} itemKey={itemKey} type={type} />
      {form && type ? (
        <FormProvider value={form}>
          <ObjectFields path={[]} shape={shapeOf(type.schema, type.schema)} value={step.config} />
        </FormProvider>
      ) : (
        <p className="notice amber">{t('This Flyt has no step of the type "{type}". It can be kept, moved and deleted, but not changed here.', { type: step.type })}</p>
      )}
    </section>
  );
}

/** A connection from a way out that is removed goes with it. */
function stepForm(store: Store, itemKey: Key, type: NodeType): Form {
  const form = new Form(store, itemKey, ["config"], type.schema, type.oneOf);
  const edges = `e:${itemKey.slice(2)}/`;
  form.consequences = (next) => {
    const before = waysOut(type, form.value).map((way) => way.id);
    const left = new Set(waysOut(type, next).map((way) => way.id));
    const gone = before.filter((id) => !left.has(id)).map((id) => edges + id);
    return gone.filter((key) => store.get(key)).map((key) => ({ key, value: null }));
  };
  return form;
}

interface HeadProps {
  store: Store;
  itemKey: Key;
  step: StepItem;
  type?: NodeType;
}

function Head({ store, itemKey, step, type }: HeadProps) {
  const name = type?.label ?? step.type;
  return (
    <header className="panel-head" data-group={type?.group}>
      <span className="panel-tile" aria-hidden>
        <StepIcon name={type?.icon ?? ""} size={16} />
      </span>
      <div className="panel-head-text">
        <Title store={store} itemKey={itemKey} value={step.title ?? ""} placeholder={name} />
        {step.title && <p className="panel-type">{name}</p>}
      </div>
      {!store.isFixed(itemKey) && (
        <Menu
          label={t("Actions for this step")}
          face={<Ellipsis size={16} aria-hidden />}
          actions={[
            { label: t("Duplicate"), icon: <Copy size={14} aria-hidden />, pick: () => duplicate(store) },
            { label: t("Delete"), icon: <Trash2 size={14} aria-hidden />, pick: () => remove(store), danger: true },
          ]}
        />
      )}
      {type?.help && <p className="panel-help">{type.help}</p>}
    </header>
  );
}

interface TitleProps {
  store: Store;
  itemKey: Key;
  value: string;
  placeholder: string;
}

function Title({ store, itemKey, value, placeholder }: TitleProps) {
  const put = (title: string) => {
    const step = store.get<StepItem>(itemKey);
    if (!step) return;
    const { title: _, ...rest } = step;
    store.change(t("Change {field}", { field: t("Title") }), [{ key: itemKey, value: title ? { ...step, title } : rest }], {
      join: `${itemKey} title`,
      focus: { key: itemKey, path: "title" },
    });
  };
  return (
    <div data-path="title">
      <input
        className="panel-title"
        aria-label={t("Title of the step")}
        placeholder={placeholder}
        value={value}
        readOnly={store.isFixed(itemKey)}
        maxLength={200}
        autoComplete="off"
        onChange={(event) => put(event.target.value)}
        onBlur={() => store.seal()}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
        }}
      />
    </div>
  );
}

/** What is said of the step as a whole, or of something that has no field here. */
function StepProblems({ store, itemKey, type }: { store: Store; itemKey: Key; type?: NodeType }) {
  useProblems(store);
  const fields = Object.keys(type?.schema.properties ?? {});
  const choices = new Set(type?.oneOf.length ? ["config"] : []); // said at the fields themselves
  const whole = problemsOf(store, itemKey).filter(({ path }) => {
    const [first, field] = insideItem(path);
    return first !== "config" || (field === undefined ? !choices.has(first) : !fields.includes(String(field)));
  });
  return <Notices problems={whole} />;
}

export function SeveralPanel({ store, keys }: { store: Store; keys: readonly Key[] }) {
  const steps = keys.filter((key) => key.startsWith("n:")).length;
  const fixed = useFixed(store);
  return (
    <section className="panel-section" aria-label={t("Properties")}>
      <h2>{steps === 1 ? t("1 step chosen") : t("{count} steps chosen", { count: steps })}</h2>
      <p className="help">{fixed ? t("Choose a single one to see what it does.") : t("Choose a single one to change what it does.")}</p>
      {!fixed && (
        <div className="panel-buttons">
          <button type="button" className="button" onClick={() => duplicate(store)}>
            <Copy size={14} aria-hidden />
            {t("Duplicate")}
          </button>
          <button type="button" className="button danger" onClick={() => remove(store)}>
            <Trash2 size={14} aria-hidden />
            {t("Delete")}
          </button>
        </div>
      )}
    </section>
  );
}
