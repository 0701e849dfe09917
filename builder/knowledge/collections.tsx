/** The collections: what is in each, how it is searched, its name, and its end. */

import { Ellipsis, Layers, Pencil, Plus, Store, Trash2 } from "lucide-react";
import { useCallback, useState } from "react";
import { Link } from "react-router";

import { Menu } from "$/public/external/builder/design/sources/menu.tsx";

import { AskDialog } from "./actions";
import { Item } from "./adding";
import { BrandDialog, useBrands } from "./brand";
import { Confidential } from "./confidential";
import { SearchedBy, useEmbedders } from "./embedders";
import type { Reader } from "./knowledge";
import type { Say } from "./notices";
import { toSources } from "./place";
import { useReading } from "./reading";
import { Empty, Failed, Field, Header, Late, Tabs, Waiting } from "./states";
import { askAll, change, type Brand, type Collection } from "./wire";
import { documentsIn, passagesIn, sourcesIn, t } from "./words";

interface Props {
  reader: Reader;
  say: Say;
}

export function Collections({ reader, say }: Props) {
  const read = useCallback((signal: AbortSignal) => askAll<Collection>("collections", signal), []);
  const { value: collections, failed, late, again } = useReading(read, (found) => found.some(({ next_embedder }) => next_embedder !== null));
  const embedders = useEmbedders();
  const brands = useBrands();
  const [making, setMaking] = useState(false);
  return (
    <>
      <Header title={t("Knowledge")}>
        {reader.edits && (
          <button type="button" className="button primary" onClick={() => setMaking(true)}>
            <Plus size={16} aria-hidden="true" />
            {t("New collection")}
          </button>
        )}
      </Header>
      <Tabs view="collections" />
      {late && <Late />}
      {failed && <Failed onRetry={again} />}
      {!collections && !failed && <Waiting />}
      {collections?.length === 0 && <Empty icon={Layers} title={t("Collections will be here")} text={t("A collection holds sources that belong together, such as all about one product. The first one is made with the first source.")} />}
      <ul className="knowledge-collections">
        {collections?.map((collection) => (
          <li key={collection.id} className="card padded" data-id={collection.id}>
            <div className="knowledge-card-head">
              <h2 dir="auto">
                <Link className="strong-link" to={toSources(collection.id)}>
                  {collection.name}
                </Link>
              </h2>
              {collection.confidential && <span className="badge amber">{t("Confidential")}</span>}
              {reader.edits && <Actions collection={collection} brands={brands} say={say} />}
            </div>
            {collection.brand && (
              <p>
                <span className="badge">{t("For {brand} only", { brand: collection.brand.name })}</span>
              </p>
            )}
            <p className="knowledge-quiet">{[sourcesIn(collection.sources), documentsIn(collection.documents), passagesIn(collection.chunks)].join(" · ")}</p>
            <SearchedBy key={collection.embedder} collection={collection} embedders={embedders} reader={reader} />
            <Confidential collection={collection} reader={reader} say={say} />
          </li>
        ))}
      </ul>
      <NameDialog open={making} title={t("New collection")} button={t("Make it")} name="" onClose={() => setMaking(false)} onName={(name) => change("POST", "collections", { name })} />
    </>
  );
}

function Actions({ collection, brands, say }: { collection: Collection; brands: readonly Brand[]; say: Say }) {
  const { id, name } = collection;
  const [asked, setAsked] = useState<"rename" | "brand" | "delete" | null>(null);
  const close = () => setAsked(null);
  const remove = async () => {
    await change("DELETE", `collections/${id}`);
    say(t("“{title}” is deleted.", { title: name }));
  };
  return (
    <>
      <Menu label={t("Actions for {title}", { title: name })} face={<Ellipsis size={16} aria-hidden="true" />}>
        <Item icon={Pencil} label={t("Rename")} onClick={() => setAsked("rename")} />
        {brands.length > 0 && <Item icon={Store} label={t("Choose the brand")} onClick={() => setAsked("brand")} />}
        <Item icon={Trash2} label={t("Delete")} danger onClick={() => setAsked("delete")} />
      </Menu>
      <NameDialog key={name} open={asked === "rename"} title={t("Rename collection")} button={t("Rename")} name={name} help={t("Steps of bots name collections. Those that name this one look for the old name until they are changed.")} onClose={close} onName={(wanted) => change("PATCH", `collections/${id}`, { name: wanted })} />
      <BrandDialog key={collection.brand?.id} collection={collection} brands={brands} open={asked === "brand"} onClose={close} />
      <AskDialog open={asked === "delete"} title={t("Delete collection")} button={t("Delete for good")} danger onClose={close} act={remove}>
        <div className="stack-4">
          <p>
            <strong className="knowledge-wrap">{name}</strong>
            <br />
            <span className="knowledge-quiet">{[sourcesIn(collection.sources), documentsIn(collection.documents)].join(", ")}</span>
          </p>
          <p>{t("Its sources, their documents and all versions go with it. From their next answer on, running bots find nothing of it any more.")}</p>
          <p className="help">{t("This can't be taken back. To keep sources, move them to another collection first.")}</p>
        </div>
      </AskDialog>
    </>
  );
}

interface NameProps {
  open: boolean;
  title: string;
  button: string;
  name: string;
  help?: string;
  onClose: () => void;
  onName: (name: string) => Promise<unknown>;
}

function NameDialog({ open, title, button, name, help, onClose, onName }: NameProps) {
  const [typed, setTyped] = useState(name);
  const [error, setError] = useState("");
  const act = async () => {
    setError(typed.trim() ? "" : t("Write a name."));
    if (!typed.trim()) return false;
    await onName(typed.trim());
    setTyped(name);
    return true;
  };
  return (
    <AskDialog open={open} title={title} button={button} onClose={onClose} act={act}>
      <Field label={t("Name")} help={help} error={error}>
        {(control) => <input {...control} value={typed} maxLength={200} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />}
      </Field>
    </AskDialog>
  );
}
