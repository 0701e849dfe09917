import { useEffect, useState } from "react";

type PinProps = { pin: string; unpin: string };

const KEY = "flyt.rail";

/** Keeps the labels of the rail open; remembered by this browser. */
export function RailPin({ pin, unpin }: PinProps) {
  const [pinned, setPinned] = useState(false);

  useEffect(() => setPinned(localStorage.getItem(KEY) === "pinned"), []);

  useEffect(() => {
    document.documentElement.dataset.rail = pinned ? "pinned" : "";
  }, [pinned]);

  const toggle = () => {
    localStorage.setItem(KEY, pinned ? "" : "pinned");
    setPinned(!pinned);
  };

  return (
    <button type="button" className="rail-entry rail-pin" aria-pressed={pinned} onClick={toggle}>
      <svg width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
        <rect x="3" y="4" width="18" height="16" rx="2" />
        <path d={pinned ? "M9 4v16M16 9l-3 3 3 3" : "M9 4v16M13 9l3 3-3 3"} />
      </svg>
      <span className="rail-label">{pinned ? unpin : pin}</span>
    </button>
  );
}

type SignOutProps = { label: string };

/** Ends the session, has the tab forget its state on the server, and loads the page anew. */
export function SignOut({ label }: SignOutProps) {
  const leave = async () => {
    await fetch("/auth/logout", { method: "POST" }).catch(() => null);
    sessionStorage.clear();
    window.location.assign("/sign-in");
  };

  return (
    <button type="button" role="menuitem" tabIndex={-1} className="menu-item" onClick={leave}>
      {label}
    </button>
  );
}

type SkipProps = { label: string; target: string };

/** The first stop of the keyboard. A link of the router would not move the focus. */
export function SkipLink({ label, target }: SkipProps) {
  return (
    <a className="skip" href={`#${target}`} onClick={() => document.getElementById(target)?.focus()}>
      {label}
    </a>
  );
}

/** Loads the page anew, for when drawing it failed. */
export function Reload({ label }: { label: string }) {
  return (
    <button type="button" className="button primary wide" onClick={() => window.location.reload()}>
      {label}
    </button>
  );
}
