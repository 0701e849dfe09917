/** Adding what lies on the web: one page, a page with what it links to, or a sitemap. */

import { useEffect, useRef, useState, type FormEvent } from "react";

import { Dialog } from "$/public/external/builder/design/sources/dialog.tsx";

import type { Adding } from "./adding";
import { CollectionField } from "./collection_field";
import { useDraft } from "./draft";
import type { Reader } from "./knowledge";
import { Field, Problem, Segments } from "./states";
import { change, into, reason, type Every, type Source } from "./wire";
import { t } from "./words";

const MOST_PAGES = 500;
const DEEPEST = 3;

interface Typed {
  url: string;
  depth: number;
  pages: string;
  every: string;
  collection: string;
}

const NOTHING: Typed = { url: "", depth: 0, pages: "50", every: "", collection: "" };

export function AddressDialog({ adding, reader }: { adding: Adding; reader: Reader }) {
  const kind = adding.open === "sitemap" ? "sitemap" : "url";
  const open = adding.open === "sitemap" || adding.open === "url";
  const title = kind === "url" ? t("Add a web address") : t("Add a sitemap");
  return (
    <Dialog open={open} title={title} closeLabel={t("Close")} onClose={adding.close}>
      <AddressForm key={kind} kind={kind} adding={adding} reader={reader} />
    </Dialog>
  );
}

function AddressForm({ kind, adding, reader }: { kind: "url" | "sitemap"; adding: Adding; reader: Reader }) {
  const draft = useDraft<Typed>(`${reader.drafts}.${kind}`, NOTHING, ({ url, pages }) => typeof url === "string" && typeof pages === "string");
  const typed = draft.value;
  const set = (part: Partial<Typed>) => draft.write({ ...typed, ...part });
  const [tried, setTried] = useState(false);
  const [problem, setProblem] = useState("");
  const [sending, setSending] = useState(false);
  const here = useRef(true);
  useEffect(() => () => void (here.current = false), []);
  const follows = kind === "sitemap" || typed.depth > 0;
  const wrong = tried ? faults(typed, follows) : { url: "", pages: "" };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const { url, pages } = faults(typed, follows);
    if (url || pages) return;
    setSending(true);
    setProblem("");
    const limit = follows ? Number(typed.pages) : 1;
    const settings = kind === "url" ? { depth: typed.depth, pages: limit } : { pages: limit };
    try {
      await change<Source>("POST", "sources", { kind, url: complete(typed.url), settings, every: (typed.every || null) as Every, ...(await into(typed.collection)) });
      draft.forget();
      if (here.current) adding.close();
      adding.say(t("Added. It is being read now."));
    } catch (error) {
      if (!here.current) return adding.say(reason(error)); // it was closed meanwhile; what was typed is kept
      setProblem(reason(error));
      setSending(false);
    }
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <Problem text={problem} />
      <Field label={kind === "url" ? t("Web address") : t("Address of the sitemap")} error={wrong.url} help={kind === "sitemap" ? t("Often at /sitemap.xml of the site.") : undefined}>
        {(control) => (
          <input {...control} type="url" inputMode="url" autoComplete="off" spellCheck={false} value={typed.url} placeholder={kind === "url" ? "https://example.org/help" : "https://example.org/sitemap.xml"} onChange={(event) => set({ url: event.target.value })} />
        )}
      </Field>
      {kind === "url" && (
        <div className="field">
          <span className="label">{t("What is read")}</span>
          <Segments
            label={t("What is read")}
            options={[
              ["0", t("This page only")],
              ["1", t("Follow links")],
            ]}
            value={typed.depth ? "1" : "0"}
            onChange={(value) => set({ depth: Number(value) })}
          />
        </div>
      )}
      {follows && (
        <div className="form-row">
          {kind === "url" && <DepthField value={typed.depth} onChange={(depth) => set({ depth })} />}
          <PagesField value={typed.pages} error={wrong.pages} onChange={(pages) => set({ pages })} />
        </div>
      )}
      <EveryField value={typed.every} onChange={(every) => set({ every })} />
      <CollectionField value={typed.collection} onChange={(collection) => set({ collection })} />
      <div className="form-actions">
        <button type="button" className="button" onClick={adding.close}>
          {t("Cancel")}
        </button>
        <button type="submit" className="button primary" disabled={sending}>
          {sending ? t("One moment…") : t("Add")}
        </button>
      </div>
    </form>
  );
}

/** `none`: that no link is followed is one of the choices. */
export function DepthField({ value, none = false, onChange }: { value: number; none?: boolean; onChange: (depth: number) => void }) {
  return (
    <Field label={t("How many links deep")} help={t("Only pages of the same site are read.")}>
      {(control) => (
        <select {...control} value={value} onChange={(event) => onChange(Number(event.target.value))}>
          {none && <option value={0}>{t("This page only")}</option>}
          {Array.from({ length: DEEPEST }, (_, at) => at + 1).map((depth) => (
            <option key={depth} value={depth}>
              {depth === 1 ? t("1 link") : t("{depth} links", { depth })}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function PagesField({ value, error, onChange }: { value: string; error: string; onChange: (pages: string) => void }) {
  return (
    <Field label={t("At most so many pages")} help={t("From 1 to {most}.", { most: MOST_PAGES })} error={error}>
      {(control) => <input {...control} inputMode="numeric" autoComplete="off" value={value} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}

export function EveryField({ value, onChange }: { value: string; onChange: (every: string) => void }) {
  return (
    <Field label={t("Read it again")} help={t("What has changed there is taken over, what has gone is forgotten.")}>
      {(control) => (
        <select {...control} value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="">{t("Never")}</option>
          <option value="P1D">{t("Every day")}</option>
          <option value="P7D">{t("Every week")}</option>
        </select>
      )}
    </Field>
  );
}

export function faultOfPages(pages: string): string {
  const count = Number(pages);
  const fits = Number.isInteger(count) && count >= 1 && count <= MOST_PAGES;
  return fits ? "" : t("Write a whole number from 1 to {most}.", { most: MOST_PAGES });
}

function faults({ url, pages }: Typed, follows: boolean): { url: string; pages: string } {
  return { url: isAddress(complete(url)) ? "" : t("This is no web address; it should look like https://example.org/help."), pages: follows ? faultOfPages(pages) : "" };
}

/** Nobody writes the scheme. What has no dot either is no address yet. */
function complete(url: string): string {
  const written = url.trim();
  return written.includes(".") && !/^[a-z][a-z0-9+.-]*:/i.test(written) ? `https://${written}` : written;
}

function isAddress(url: string): boolean {
  try {
    const { protocol, hostname } = new URL(url);
    return /^https?:$/.test(protocol) && hostname !== "";
  } catch {
    return false;
  }
}
