/** For which brand's chats a collection is. Where a workspace has no brands, nothing of this shows. */

import { useCallback, useState } from "react";

import { AskDialog } from "./actions";
import { useReading } from "./reading";
import { Field } from "./states";
import { askAll, change, type Brand, type Collection } from "./wire";
import { t } from "./words";

export function useBrands(): readonly Brand[] {
  const read = useCallback((signal: AbortSignal) => askAll<Brand>("/api/v1/brands", signal), []);
  return useReading(read).value ?? [];
}

interface Props {
  collection: Collection;
  brands: readonly Brand[];
  open: boolean;
  onClose: () => void;
}

export function BrandDialog({ collection, brands, open, onClose }: Props) {
  const now = collection.brand?.id ?? "";
  const [chosen, setChosen] = useState(now);
  const act = async () => {
    if (chosen !== now) await change("PATCH", `collections/${collection.id}`, { brand_id: chosen || null });
  };
  return (
    <AskDialog open={open} title={t("Who is told what is in {name}", { name: collection.name })} button={t("Save")} onClose={onClose} act={act}>
      <Field label={t("Brand")} help={t("Chats of other brands never find what is in a brand's collection. Running chats follow from their next answer on.")}>
        {(control) => (
          <select {...control} value={chosen} onChange={(event) => setChosen(event.target.value)}>
            <option value="">{t("The chats of all brands")}</option>
            {brands.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
    </AskDialog>
  );
}
