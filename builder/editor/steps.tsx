/** The step types by group, found by typing: what palette and menu both list. */

import type { Catalogue, NodeType } from "./catalogue.ts";
import { StepIcon } from "./icons.tsx";
import { t } from "./words.ts";

export interface Found {
  id: string;
  label: string;
  types: NodeType[];
}

/** Groups with the types whose name, help or id holds all words of the query. */
export function found(catalogue: Catalogue | null, query: string): Found[] {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (type: NodeType) => {
    const text = `${type.label} ${type.help} ${type.type}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
  return (catalogue?.groups ?? [])
    .map((group) => ({ ...group, types: (catalogue?.types ?? []).filter((type) => type.group === group.id && fits(type)) }))
    .filter((group) => group.types.length);
}

export function StepFace({ type }: { type: NodeType }) {
  return (
    <>
      <span className="editor-tile" data-group={type.group}>
        <StepIcon name={type.icon} />
      </span>
      <span className="editor-step-name">{type.label}</span>
    </>
  );
}

export function NothingFound({ query }: { query: string }) {
  return <p className="editor-nothing">{t("No step is called “{query}”.", { query })}</p>;
}
