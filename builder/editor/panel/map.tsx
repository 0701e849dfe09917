/** What a called flow is given, or gives back: one row for each of its inputs or outputs. */

import { X } from "lucide-react";
import { useItem } from "../store.ts";
import { t } from "../words.ts";
import { Field } from "./fields.tsx";
import { useForm } from "./form.ts";
import { isObject } from "./path.ts";
import { shapeOf } from "./schema.ts";
import { namedGroup, type WidgetProps } from "./widget.ts";

export function MapField(props: WidgetProps) {
  const form = useForm();
  const { shape, path, value, label } = props;
  useItem(form.store, form.key); // the flow that is called stands in another field
  const called = calledFlow(form);
  const flow = useItem<Record<string, unknown>>(form.store, `f:${called}`);
  const item = typeof shape.additionalProperties === "object" ? shape.additionalProperties : {};
  const given = isObject(value) ? value : {};
  const declared = parameters(flow?.[shape.selector.of === "output" ? "outputs" : "inputs"]);
  const strange = Object.keys(given).filter((name) => !declared.includes(name));

  if (!called) return <p className="panel-quiet">{t("Choose the flow first.")}</p>;
  if (!declared.length && !strange.length) {
    return <p className="panel-quiet">{shape.selector.of === "output" ? t("This flow gives nothing back.") : t("This flow takes nothing.")}</p>;
  }
  return (
    <div className="panel-nested" role="group" {...namedGroup(props)}>
      {declared.map((name) => (
        <Field key={name} path={[...path, name]} schema={item} value={given[name]} label={name} optional />
      ))}
      {strange.map((name) => (
        <div key={name} className="panel-with-button">
          <Field path={[...path, name]} schema={item} value={given[name]} label={t("{name} (not there)", { name })} optional />
          <button
            type="button"
            className="panel-icon-button"
            aria-label={t("Remove {word}", { word: name })}
            onClick={() => form.set([...path, name], undefined, label)}
          >
            <X size={14} aria-hidden />
          </button>
        </div>
      ))}
    </div>
  );
}

/** The flow named in the first field of the form that names one. */
function calledFlow(form: ReturnType<typeof useForm>): string {
  for (const [name, schema] of Object.entries(form.schema.properties ?? {})) {
    if (shapeOf(schema, form.schema).kind === "flow") return String(form.at([name]) ?? "");
  }
  return "";
}

function parameters(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list.map((one) => (isObject(one) ? String(one.name ?? "") : String(one))).filter(Boolean);
}
