/** Names a flow, or a step of this flow. What is named but gone stays to be seen. */

import { typeOf } from "../catalogue.ts";
import { useShape, type Store } from "../store.ts";
import { t } from "../words.ts";
import { useForm } from "./form.ts";
import { named, type WidgetProps } from "./widget.ts";

interface Choice {
  id: string;
  label: string;
}

export function FlowReference(props: WidgetProps) {
  const { store } = useForm();
  useShape(store);
  return <Reference {...props} choices={flows(store)} none={t("Choose a flow")} />;
}

export function NodeReference(props: WidgetProps) {
  const { store, key } = useForm();
  useShape(store);
  const [, flow = ""] = /^n:([^/]+)\//.exec(key) ?? [];
  return <Reference {...props} choices={steps(store, flow, key)} none={t("Choose a step")} />;
}

function Reference({ choices, none, ...props }: WidgetProps & { choices: readonly Choice[]; none: string }) {
  const form = useForm();
  const { path, shape, value, label } = props;
  const current = typeof value === "string" ? value : "";
  const gone = current && !choices.some(({ id }) => id === current);
  return (
    <select
      {...named(props)}
      className="input"
      disabled={form.readOnly}
      value={current}
      onChange={(event) => form.set(path, event.target.value === "" && shape.nullable ? undefined : event.target.value, label)}
      onBlur={() => form.leave(path)}
    >
      <option value="">{none}</option>
      {gone && <option value={current}>{t("{id} (not there)", { id: current })}</option>}
      {choices.map(({ id, label: name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

export function flows(store: Store): readonly Choice[] {
  return store.keys("f:").map((key) => {
    const flow = store.get<{ id: string; name?: string }>(key);
    return { id: key.slice(2), label: flow?.name || key.slice(2) };
  });
}

/** The steps of a flow but for one, by what people call them. */
export function steps(store: Store, flow: string, but = ""): readonly Choice[] {
  const keys = store.keys(`n:${flow}/`).filter((key) => key !== but);
  return keys.map((key) => ({ id: key.slice(`n:${flow}/`.length), label: stepName(store, key) }));
}

/** A step's title, else the kind of step it is. */
export function stepName(store: Store, key: string): string {
  const step = store.get<{ id: string; type: string; title?: string }>(key);
  return step?.title || typeOf(store.catalogue, step?.type ?? "")?.label || step?.id || key;
}
