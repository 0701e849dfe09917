import { useEffect, useState } from "react";

type Props = { text: string; label: string; doneLabel: string; failedLabel: string; buttonClass?: string };

/** Copies a text and says so for a moment. Where the browser forbids it, says that instead. */
export function CopyButton({ text, label, doneLabel, failedLabel, buttonClass = "button" }: Props) {
  const [said, setSaid] = useState("");

  useEffect(() => {
    if (!said) return;
    const timer = window.setTimeout(() => setSaid(""), 2_000);
    return () => window.clearTimeout(timer);
  }, [said]);

  const copy = async () => setSaid((await write(text)) ? doneLabel : failedLabel);

  return (
    <button type="button" className={buttonClass} onClick={copy} aria-live="polite">
      {said || label}
    </button>
  );
}

/** The clipboard interface exists on https and localhost only; elsewhere the old command works. */
export async function write(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(() => true, () => false);
  }
  const area = document.createElement("textarea");
  area.value = text;
  const host = document.querySelector("dialog[open]") ?? document.body;
  host.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}
