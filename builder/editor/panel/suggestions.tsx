/** The list of variables below a field: filtered by what is typed, worked by arrows and Enter. */

import { Plus } from "lucide-react";
import { useEffect, useRef } from "react";
import { t } from "../words.ts";
import { useFloating, type Box } from "./floating.ts";
import { typeWord, type Variable } from "./variables.ts";

export interface Suggestion {
  name: string;
  label: string;
  note: string;
  create?: boolean;
}

/** Variables that fit what is typed, best first; `create` offers a new one of that name. */
export function suggestions(known: readonly Variable[], typed: string, create = false): readonly Suggestion[] {
  const wanted = typed.trim().toLocaleLowerCase();
  const fitting = known.filter(({ name, label }) => `${name}\n${label}`.toLocaleLowerCase().includes(wanted));
  const rank = (one: Variable) => (one.name.toLocaleLowerCase().startsWith(wanted) ? 0 : 1);
  const found: Suggestion[] = fitting
    .toSorted((one, other) => rank(one) - rank(other))
    .map(({ name, label, type, group }) => ({ name, label, note: group === "declared" ? typeWord(type) : label === name ? "" : name }));
  const exact = known.some(({ name }) => name === typed.trim());
  return create && wanted && !exact ? [...found, { name: typed.trim(), label: t("Create {name}", { name: typed.trim() }), note: "", create: true }] : found;
}

interface Props {
  id: string;
  list: readonly Suggestion[];
  active: number;
  anchor: () => Box | undefined;
  scrollable?: boolean; // by itself: below a text, which is no combobox that would do it
  pick: (one: Suggestion) => void;
  close: () => void;
}

export function SuggestionList({ id, list, active, anchor, scrollable = false, pick, close }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useFloating(true, box, anchor, close);
  useEffect(() => {
    box.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <div ref={box} className="menu-list panel-floating panel-suggestions" popover="manual" onPointerDown={(event) => event.preventDefault()}>
      {list.length ? (
        <div id={id} role="listbox" tabIndex={scrollable ? 0 : undefined} aria-label={t("Variables")}>
          {list.map((one, at) => (
            <div
              key={one.create ? "+" : one.name}
              id={`${id}-${at}`}
              role="option"
              aria-selected={at === active}
              className="menu-item panel-suggestion"
              onClick={() => pick(one)}
            >
              {one.create && <Plus size={14} aria-hidden />}
              <span className="menu-text">{one.label}</span>
              <span className="panel-note">{one.note}</span>
            </div>
          ))}
        </div>
      ) : (
        <p className="panel-none">{t("No variable of this name.")}</p>
      )}
    </div>
  );
}
