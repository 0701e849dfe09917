/** Where one is on the page; the address says it, so that it can be shared and gone back from. */

import { useMemo } from "react";
import { useSearchParams } from "react-router";

export type View = "sources" | "reviewed" | "collections" | "try" | "new" | "source" | "document";

export interface Place {
  view: View;
  collection: string;
  status: string;
  /** What is being written: `faq` or `article`. */
  made: "faq" | "article";
  source: string;
  document: string;
  /** A reviewed answer to begin with. */
  answer: string;
  /** A document's part that is shown. */
  part: "text" | "versions" | "edit";
}

export function usePlace(): { place: Place; go: (to: string) => void } {
  const [address, setAddress] = useSearchParams();
  const place = useMemo(() => read(address), [address]);
  return { place, go: (to) => setAddress(new URLSearchParams(to.slice(1))) };
}

function read(address: URLSearchParams): Place {
  const part = address.get("part") ?? "";
  const made = address.get("new");
  return {
    view: viewOf(address),
    collection: address.get("collection") ?? "",
    status: address.get("status") ?? "",
    made: made === "faq" ? "faq" : "article",
    source: address.get("source") ?? "",
    document: address.get("document") ?? "",
    answer: address.get("answer") ?? "",
    part: part === "versions" || part === "edit" ? part : "text",
  };
}

function viewOf(address: URLSearchParams): View {
  if (address.get("document")) return "document";
  if (address.get("source")) return "source";
  if (address.get("new")) return "new";
  const view = address.get("view");
  return view === "collections" || view === "try" || view === "reviewed" ? view : "sources";
}

function to(values: Record<string, string>): string {
  return `?${new URLSearchParams(Object.entries(values).filter(([, value]) => value))}`;
}

export const toSources = (collection = "", status = "") => to({ collection, status });
export const toReviewed = (answer = "") => to({ view: "reviewed", answer });
export const toCollections = () => to({ view: "collections" });
export const toTry = () => to({ view: "try" });
export const toNew = (made: "faq" | "article") => to({ new: made });
export const toSource = (source: string) => to({ source });
export const toDocument = (document: string, part: "" | "versions" | "edit" = "") => to({ document, part });
