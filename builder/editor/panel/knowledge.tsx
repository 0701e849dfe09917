/** Names collections of knowledge: those of the workspace at hand to pick, any other as a word. */

import { Plus } from "lucide-react";
import { useEffect, useState } from "react";
import { call } from "../wire.ts";
import { t } from "../words.ts";
import { useForm } from "./form.ts";
import type { WidgetProps } from "./widget.ts";
import { Words } from "./widgets.tsx";

let latest: readonly string[] = []; // so that nothing moves when the next step is opened

/** None where this person may not read them, or nothing answers: names can be typed then. */
function useCollections(): readonly string[] {
  const [names, setNames] = useState(latest);
  useEffect(() => {
    let wanted = true;
    call<{ items: { name: string }[] }>("GET", "/api/v1/knowledge/collections?limit=100").then(
      ({ items }) => {
        latest = items.map(({ name }) => name);
        if (wanted) setNames(latest);
      },
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, []);
  return names;
}

export function Knowledge(props: WidgetProps) {
  const form = useForm();
  const names = useCollections();
  const { path, label } = props;
  const chosen = Array.isArray(props.value) ? props.value.map(String) : [];
  const open = form.readOnly ? [] : names.filter((name) => !chosen.includes(name));
  return (
    <div className="panel-knowledge">
      <Words {...props} />
      {open.length > 0 && (
        <div className="panel-knowledge-open">
          {open.map((name) => (
            <button key={name} type="button" aria-label={t("Add {name}", { name })} onClick={() => form.set(path, [...chosen, name], label)}>
              <Plus size={12} aria-hidden />
              {name}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
