import { t } from "./words";
import type { Status } from "./wire";

/** The word carries the meaning, the colour repeats it. */
export function StatusBadge({ status }: { status: Status }) {
  return <span className={`badge ${TONES[status]}`.trim()}>{statusWord(status)}</span>;
}

export function statusWord(status: Status): string {
  return { bot: t("Bot"), human: t("Needs a person"), ended: t("Ended"), failed: t("Failed") }[status];
}

const TONES: Record<Status, string> = { bot: "blue", human: "amber", ended: "", failed: "red" };
