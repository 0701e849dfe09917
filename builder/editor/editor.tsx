/** The editor of a bot: bar, flows, palette, canvas and side over one store. */

import { ReactFlowProvider } from "@xyflow/react";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { Bar } from "./bar.tsx";
import { Canvas } from "./canvas.tsx";
import type { Catalogue } from "./catalogue.ts";
import { connect } from "./connect.ts";
import { press, SHORTCUTS } from "./keys.ts";
import { Notices } from "./notices.tsx";
import { Palette } from "./palette.tsx";
import { Side, type SideTab } from "./side.tsx";
import { StandardBar } from "./standard_bar.tsx";
import { Store, useFlow, useLoaded, useShape } from "./store.ts";
import { Tabs } from "./tabs.tsx";
import { Tools, useAdding } from "./tools.tsx";
import { call } from "./wire.ts";
import { speak, t } from "./words.ts";

type Props = {
  botId: string;
  name: string;
  email: string;
  readOnly: boolean;
  locale: string;
  words: Record<string, string>;
};

/** While the server starts again the page knows neither bot nor person: the editor stays as it was. */
export function Editor(props: Props) {
  const known = useRef(props);
  if (props.botId) known.current = props;
  return known.current.botId ? <Opened {...known.current} /> : null;
}

function Opened({ botId, name, email, readOnly, locale, words }: Props) {
  speak(words);
  const store = useMemo(() => new Store(botId, readOnly), [botId, readOnly]);
  useEffect(() => connect(store, email), [store, email]);
  useEffect(() => readCatalogue(store, locale), [store, locale]);
  return (
    <ReactFlowProvider key={botId}>
      <Desk store={store} name={name} />
    </ReactFlowProvider>
  );
}

function Desk({ store, name }: { store: Store; name: string }) {
  const phone = useMedia("(max-width: 720px)");
  const narrow = useMedia("(max-width: 1180px)");
  const [steps, setSteps] = useState(!narrow);
  const [side, setSide] = useState(!phone);
  const [tab, setTab] = useState<SideTab>("step");
  const [map, setMap] = useState(true);
  const [help, setHelp] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const { addBeside } = useAdding(store);
  const loaded = useLoaded(store);
  useEffect(() => {
    setSteps(!narrow);
    setSide(!phone);
  }, [narrow, phone]);
  const show = (which: SideTab) => {
    setTab(which);
    setSide(true);
  };
  useKeys(store, root, () => show("step"), () => setHelp(true));
  useFieldWanted(store, () => show("step"));
  return (
    <div ref={root} className="editor" data-palette={steps && !phone} data-side={side && !phone}>
      <Bar store={store} name={name} onShow={show} />
      {!store.readOnly && (
        <Palette
          store={store}
          open={steps}
          sheet={phone}
          onOpen={setSteps}
          onAdd={(type) => {
            addBeside(type);
            if (phone) setSteps(false);
          }}
        />
      )}
      <div className="editor-middle">
        <Tabs store={store} />
        <StandardBar store={store} />
        <div id="editor-canvas" className="editor-canvas" role="tabpanel" aria-label={t("Canvas")}>
          {loaded && <Canvas store={store} map={map && !phone} onOpen={() => show("step")} />}
          {loaded ? <Empty store={store} /> : <Waiting />}
          <Tools store={store} map={map} onMap={() => setMap(!map)} onHelp={() => setHelp(true)} onAdd={phone ? () => setSteps(true) : undefined} />
        </div>
      </div>
      <Side store={store} tab={tab} open={side} sheet={phone} onTab={setTab} onOpen={setSide} />
      <Notices store={store} />
      {help && <Help onClose={() => setHelp(false)} />}
    </div>
  );
}

/** A problem, or an undo, leads to a field: the panel with the fields must be in sight then. */
function useFieldWanted(store: Store, open: () => void): void {
  const latest = useRef(open);
  latest.current = open;
  useEffect(() => store.subscribe("selection", () => store.focus?.path && latest.current()), [store]);
}

/** Keys that are pressed anywhere in the editor, but not those meant for a field. */
function useKeys(store: Store, root: React.RefObject<HTMLDivElement | null>, openPanel: () => void, openHelp: () => void): void {
  const hands = useRef({ store, openPanel, openHelp });
  hands.current = { store, openPanel, openHelp };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const inside = target === document.body || root.current?.contains(target);
      if (!inside || event.defaultPrevented || target.closest("dialog") || isForAField(event, target)) return;
      if (press(event, hands.current)) event.preventDefault();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [root]);
}

/** Undo and redo are the store's even within fields: the browser's would undo behind its back. */
function isForAField(event: KeyboardEvent, target: HTMLElement): boolean {
  if (target.closest(".editor-side, .editor-palette, .editor-flows, .editor-bar")) {
    const control = event.ctrlKey || event.metaKey;
    return !(control && ["z", "y"].includes(event.key.toLowerCase())) || target.matches("[type=search], .editor-flow-name, [data-drafted]");
  }
  return target.matches("input, textarea, select") || target.isContentEditable;
}

function Empty({ store }: { store: Store }) {
  useShape(store);
  const flow = useFlow(store);
  if (!flow || store.keys(`n:${flow}/`).length) return null;
  return (
    <div className="editor-empty">
      <h2>{t("This flow is empty")}</h2>
      <p>{store.readOnly ? t("Nobody has added a step yet.") : t("Add a message to begin with: drag it here, or click it in the list of steps.")}</p>
    </div>
  );
}

function Waiting() {
  return (
    <div className="editor-waiting" role="status">
      <span className="editor-unseen">{t("The flow is being read")}</span>
      <span className="editor-ghost" />
      <span className="editor-ghost" />
      <span className="editor-ghost" />
    </div>
  );
}

function Help({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="editor-help" onClose={onClose} onMouseDown={(event) => event.target === dialog.current && onClose()}>
      <div className="dialog-head">
        <h2 id="editor-help">{t("Short-cuts")}</h2>
        <button type="button" className="button" onClick={onClose}>
          {t("Close")}
        </button>
      </div>
      <dl className="dialog-body editor-shortcuts">
        {SHORTCUTS.map(([keys, what]) => (
          <div key={keys}>
            <dt>{t(keys)}</dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}

function readCatalogue(store: Store, locale: string): () => void {
  let ended = false;
  let timer = 0;
  const read = () =>
    call<Catalogue>("GET", `/api/v1/catalogue/${locale}`).then(
      (catalogue) => ended || store.setCatalogue(catalogue),
      () => {
        if (!ended) timer = window.setTimeout(read, 3_000);
      },
    );
  void read();
  return () => {
    ended = true;
    window.clearTimeout(timer);
  };
}

function useMedia(query: string): boolean {
  const list = useMemo(() => window.matchMedia(query), [query]);
  return useSyncExternalStore(
    (listener) => {
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    () => list.matches,
    () => false,
  );
}
