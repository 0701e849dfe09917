/** What the bot waits for beside an answer, and how to bring it about. */

import { FastForward, Radio, RotateCcw, UserRound } from "lucide-react";
import { inWords, isoDuration } from "../durations.ts";
import { t } from "../words.ts";
import type { Rehearsal } from "./rehearsal.ts";
import type { Simulation, Wait } from "./simulation.ts";
import { between } from "./timeline.ts";

type Props = { result: Simulation; rehearsal: Rehearsal };

export function Pause({ result, rehearsal }: Props) {
  if (result.status === "ended" || result.status === "failed") return <Over result={result} rehearsal={rehearsal} />;
  if (result.status === "human") {
    return (
      <div className="test-note">
        <UserRound size={14} aria-hidden="true" /> <span>{t("A person has the conversation now.")}</span>
        <button type="button" className="button quiet" onClick={() => void rehearsal.act({ colleague: "hand_back" })}>
          {t("Hand back to the bot")}
        </button>
      </div>
    );
  }
  const events = result.waiting.filter((wait) => wait.on === "signal");
  const next = nextMoment(result.waiting);
  if (!events.length && !next) return null;
  return (
    <div className="test-pause">
      {events.map((wait) => (
        <button key={`${wait.flow}/${wait.node}`} type="button" className="button" onClick={() => void rehearsal.act({ signal: signalFor(wait) })}>
          <Radio size={14} aria-hidden="true" />
          {wait.name ? t("Send the event “{name}”", { name: wait.name }) : t("Send the event")}
        </button>
      ))}
      {next && <Jump wait={next} now={result.now} rehearsal={rehearsal} />}
    </div>
  );
}

function Over({ result, rehearsal }: Props) {
  return (
    <div className="test-note">
      <span>{result.status === "ended" ? t("The conversation has ended.") : t("The conversation has failed.")}</span>
      <button type="button" className="button quiet" onClick={() => void rehearsal.restart()}>
        <RotateCcw size={14} aria-hidden="true" />
        {t("Restart")}
      </button>
    </div>
  );
}

function Jump({ wait, now, rehearsal }: { wait: Wait; now: string; rehearsal: Rehearsal }) {
  const span = between(now, wait.until ?? now);
  return (
    <button type="button" className="button" onClick={() => void rehearsal.act({ wait: isoDuration(span) })}>
      <FastForward size={14} aria-hidden="true" />
      {labelOf(wait, inWords(span))}
    </button>
  );
}

function labelOf(wait: Wait, time: string): string {
  if (wait.on === "time" || wait.on === "signal") return t("Jump over the wait ({time})", { time });
  if (wait.on === "reply") return t("Leave it unanswered ({time})", { time });
  return t("Stay silent ({time})", { time });
}

/** The first thing that the clock brings about. */
function nextMoment(waiting: readonly Wait[]): Wait | undefined {
  const timed = waiting.filter((wait) => wait.until !== null);
  return timed.sort((one, other) => Date.parse(one.until ?? "") - Date.parse(other.until ?? ""))[0];
}

function signalFor(wait: Wait): unknown {
  return wait.name ?? (wait.node ? { node: wait.node } : null);
}
