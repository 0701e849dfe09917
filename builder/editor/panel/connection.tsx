/** A connection: from which way out of which step, to which step. */

import { ArrowDown, Trash2 } from "lucide-react";
import { typeOf, type Catalogue } from "../catalogue.ts";
import { waysOut } from "../graph.ts";
import { StepIcon } from "../icons.tsx";
import { remove } from "../keys.ts";
import { useItem, type EdgeItem, type Key, type StepItem, type Store } from "../store.ts";
import { t } from "../words.ts";
import { stepName } from "./reference.tsx";

interface Props {
  store: Store;
  itemKey: Key;
  catalogue: Catalogue;
}

export function ConnectionPanel({ store, itemKey, catalogue }: Props) {
  const edge = useItem<EdgeItem>(store, itemKey);
  const flow = /^e:([^/]+)\//.exec(itemKey)?.[1] ?? "";
  const sourceKey = `n:${flow}/${edge?.source}`;
  const source = useItem<StepItem>(store, sourceKey);
  if (!edge) return null;
  const ways = source ? waysOut(typeOf(catalogue, source.type), source.config ?? {}) : [];
  const port = edge.port ?? "next";
  return (
    <section className="panel-section" aria-label={t("Properties of the connection")}>
      <h2>{t("Connection")}</h2>
      <div className="panel-ends">
        <End store={store} itemKey={sourceKey} catalogue={catalogue} />
        <p className="panel-way">
          <ArrowDown size={14} aria-hidden />
          {ways.find((way) => way.id === port)?.label || port}
        </p>
        <End store={store} itemKey={`n:${flow}/${edge.target}`} catalogue={catalogue} />
      </div>
      {!store.isFixed(itemKey) && (
        <div className="panel-buttons">
          <button type="button" className="button danger" onClick={() => remove(store)}>
            <Trash2 size={14} aria-hidden />
            {t("Delete the connection")}
          </button>
        </div>
      )}
    </section>
  );
}

function End({ store, itemKey, catalogue }: Props) {
  const step = useItem<StepItem>(store, itemKey);
  const type = typeOf(catalogue, step?.type ?? "");
  if (!step) return <p className="panel-quiet">{t("{id} (not there)", { id: itemKey.split("/").at(-1) ?? "" })}</p>;
  return (
    <button type="button" className="panel-end" data-group={type?.group} onClick={() => store.select([itemKey])}>
      <span className="panel-tile small" aria-hidden>
        <StepIcon name={type?.icon ?? ""} />
      </span>
      <span className="menu-text">{stepName(store, itemKey)}</span>
    </button>
  );
}
