/** The parts of a page as links in a row; where the row is too narrow, the current one is in sight. */

import { useEffect, useRef } from "react";
import { Link } from "react-router";

export interface Tab {
  name: string;
  label: string;
  to: string;
}

/** `label` names the row to those who don't see it. */
export function Tabs({ label, tabs, current }: { label: string; tabs: readonly Tab[]; current: string }) {
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    row.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [current]);
  return (
    <nav ref={row} className="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Link key={tab.name} to={tab.to} aria-current={tab.name === current ? "page" : undefined}>
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
