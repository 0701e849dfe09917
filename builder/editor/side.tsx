/** The side of the editor: the chosen step, the test, the problems, what is understood. */

import { ChevronsLeft, ChevronsRight, X } from "lucide-react";
import { useRef, type KeyboardEvent } from "react";
import { Panel } from "./panel/panel.tsx";
import { ProblemsPanel } from "./problems.tsx";
import { useProblems, type Store } from "./store.ts";
import { TestPanel } from "./test/test.tsx";
import { FIELD } from "./understanding/try_out.tsx";
import { UnderstandingPanel } from "./understanding/understanding.tsx";
import { t } from "./words.ts";

export type SideTab = "step" | "test" | "problems" | "understanding";

type Props = {
  store: Store;
  tab: SideTab;
  open: boolean;
  sheet: boolean; // on a phone it rises from below
  onTab: (tab: SideTab) => void;
  onOpen: (open: boolean) => void;
};

const TABS: readonly SideTab[] = ["step", "test", "problems", "understanding"];

export function Side({ store, tab, open, sheet, onTab, onOpen }: Props) {
  const list = useRef<HTMLDivElement>(null);
  if (!open && sheet) return null;
  if (!open) {
    return (
      <aside className="editor-side" data-open={false} aria-label={t("Details")}>
        <Fold icon="open" label={t("Show the details")} onPress={() => onOpen(true)} />
      </aside>
    );
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length] ?? tab;
    onTab(next);
    list.current?.querySelector<HTMLElement>(`[data-tab=${next}]`)?.focus();
  };
  const tryOut = () => {
    onTab("understanding");
    requestAnimationFrame(() => document.getElementById(FIELD)?.focus());
  };
  return (
    <aside
      className={sheet ? "editor-side sheet" : "editor-side"}
      data-open
      aria-label={t("Details")}
      onKeyDown={(event) => {
        if (sheet && event.key === "Escape" && !event.defaultPrevented) onOpen(false);
      }}
    >
      <div className="editor-side-head">
        <div ref={list} className="editor-side-tabs" role="tablist" aria-label={t("Details")} onKeyDown={onKeyDown}>
          {TABS.map((each) => (
            <button key={each} id={`side-${each}`} type="button" role="tab" data-tab={each} aria-selected={each === tab} aria-controls="side-panel" tabIndex={each === tab ? 0 : -1} onClick={() => onTab(each)}>
              <Label store={store} tab={each} />
            </button>
          ))}
        </div>
        <Fold icon={sheet ? "close" : "fold"} label={sheet ? t("Close") : t("Fold the details")} onPress={() => onOpen(false)} />
      </div>
      {TABS.map((each) => (
        <div key={each} id={each === tab ? "side-panel" : undefined} className="editor-side-body" role="tabpanel" aria-labelledby={`side-${each}`} hidden={each !== tab} tabIndex={-1}>
          {each === "step" && <Panel store={store} onTry={tryOut} />}
          {each === "test" && <TestPanel store={store} />}
          {each === "problems" && <ProblemsPanel store={store} />}
          {each === "understanding" && <UnderstandingPanel store={store} />}
        </div>
      ))}
    </aside>
  );
}

function Label({ store, tab }: { store: Store; tab: SideTab }) {
  const count = useProblems(store).length;
  if (tab === "step") return t("Step");
  if (tab === "test") return t("Test");
  if (tab === "understanding") return t("Understanding");
  return count ? (
    <>
      {t("Problems")} <span className="editor-count">{count}</span>
    </>
  ) : (
    t("Problems")
  );
}

function Fold({ icon, label, onPress }: { icon: "open" | "fold" | "close"; label: string; onPress: () => void }) {
  const Icon = { open: ChevronsLeft, fold: ChevronsRight, close: X }[icon];
  return (
    <button type="button" className="button quiet icon" aria-label={label} title={label} onClick={onPress}>
      <Icon size={16} aria-hidden="true" />
    </button>
  );
}
