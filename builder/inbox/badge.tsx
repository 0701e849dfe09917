import { t } from "./words";
import type { Status } from "./wire";

/** The word carries the meaning, the colour repeats it. `answered`: a person said the last words. */
export function StatusBadge({ status, answered }: { status: Status; answered: boolean }) {
  if (status === "human" && answered) return <span className="badge green">{t("With a person")}</span>;
  return <span className={`badge ${TONES[status]}`.trim()}>{statusWord(status)}</span>;
}

export function statusWord(status: Status): string {
  return { bot: t("Bot"), human: t("Needs a person"), ended: t("Ended"), failed: t("Failed") }[status];
}

const TONES: Record<Status, string> = { bot: "blue", human: "amber", ended: "", failed: "red" };
