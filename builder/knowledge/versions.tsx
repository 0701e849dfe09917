/** The versions of a document: who made them and when, what differs between two, and back to one. */

import { Minus, Plus, RotateCcw } from "lucide-react";
import { useCallback, useState } from "react";

import { RelativeTime } from "$/public/external/builder/design/sources/relative_time.tsx";

import type { Reader } from "./knowledge";
import type { Say } from "./notices";
import { useReading } from "./reading";
import { Failed, Waiting } from "./states";
import { ask, askAll, change, reason, type Document, type Line, type Version } from "./wire";
import { joined, t } from "./words";

interface Props {
  reader: Reader;
  document: Document;
  say: Say;
}

export function Versions({ reader, document, say }: Props) {
  const path = `documents/${document.id}/versions`;
  const read = useCallback((signal: AbortSignal) => askAll<Version>(path, signal), [path]);
  const { value: versions, failed, again } = useReading(read);
  const [chosen, setChosen] = useState<[number, number] | null>(null);
  if (failed) return <Failed onRetry={again} />;
  if (!versions) return <Waiting />;
  if (!versions.length) return <p className="knowledge-none">{t("There is no version yet: nothing could be read.")}</p>;
  const sorted = [...versions].sort((one, other) => other.number - one.number);
  const [newest, before] = sorted;
  const compared = chosen ?? (newest && before ? [before.number, newest.number] : null);

  const restore = async (number: number) => {
    const current = versions.find((version) => version.current)?.number;
    try {
      await change("POST", `${path}/${number}/restore`);
      const back = current === undefined ? undefined : () => void restore(current);
      say(t("Version {number} is in use again, as a new version.", { number }), back);
      setChosen(null);
    } catch (error) {
      say(reason(error));
    }
  };
  return (
    <div className="knowledge-columns aside-first">
      <section className="knowledge-main" aria-label={t("Difference")}>
        {compared ? <Difference path={path} versions={sorted} compared={compared} onChoose={setChosen} /> : <p className="knowledge-none">{t("There is one version only, so nothing to compare. The next change makes a second one.")}</p>}
      </section>
      <aside className="knowledge-aside" aria-label={t("Versions")}>
        <ol className="table-wrap knowledge-versions">
          {sorted.map((version) => (
            <li key={version.number}>
              <div>
                <strong>{t("Version {version}", { version: version.number })}</strong> {version.current && <span className="badge green">{t("In use")}</span>}
                <p className="knowledge-quiet">
                  {author(version.author, reader.me)} · <RelativeTime at={version.created_at} />
                </p>
                {version.note && (
                  <p className="knowledge-wrap" dir="auto">
                    {version.note}
                  </p>
                )}
              </div>
              {reader.edits && !version.current && (
                <button type="button" className="button" aria-label={t("Restore version {number}", { number: version.number })} onClick={() => void restore(version.number)}>
                  <RotateCcw size={16} aria-hidden="true" />
                  {t("Restore")}
                </button>
              )}
            </li>
          ))}
        </ol>
      </aside>
    </div>
  );
}

/** `user:<id>`, `key:<id>` or `system`, as far as a reader cares. */
function author(written: string, me: string): string {
  if (written === me) return t("You");
  if (written === "system") return t("Read by Flyt");
  if (written.startsWith("user:")) return t("A colleague");
  return written.startsWith("key:") ? t("By an API key") : written;
}

interface DifferenceProps {
  path: string;
  versions: readonly Version[];
  compared: [number, number];
  onChoose: (compared: [number, number]) => void;
}

function Difference({ path, versions, compared: [from, to], onChoose }: DifferenceProps) {
  const read = useCallback((signal: AbortSignal) => ask<{ lines: Line[] }>(`${path}/${from}/diff/${to}`, signal), [path, from, to]);
  const { value: difference, failed, again } = useReading(read);
  const choice = (label: string, value: number, onChange: (value: number) => void) => (
    <label className="field">
      <span className="label">{label}</span>
      <select className="input" value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {versions.map(({ number, current }) => (
          <option key={number} value={number}>
            {current ? t("Version {version}, in use", { version: number }) : t("Version {version}", { version: number })}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <>
      <div className="form-row">
        {choice(t("From"), from, (value) => onChoose([value, to]))}
        {choice(t("To"), to, (value) => onChoose([from, value]))}
      </div>
      {failed && <Failed onRetry={again} />}
      {!difference && !failed && <Waiting />}
      {difference && <Lines lines={difference.lines} />}
    </>
  );
}

const AROUND = 2; // unchanged lines shown before and after a change

type Run = { same: Line[] } | { line: Line };

function Lines({ lines }: { lines: readonly Line[] }) {
  const added = lines.filter(({ op }) => op === "added").length;
  const removed = lines.filter(({ op }) => op === "removed").length;
  if (!added && !removed) return <p className="knowledge-none">{t("These two versions say the same.")}</p>;
  return (
    <>
      <p className="knowledge-quiet" role="status">
        {joined([added === 1 ? t("1 line added") : t("{count} lines added", { count: added }), removed === 1 ? t("1 line removed") : t("{count} lines removed", { count: removed })])}
      </p>
      <div className="card knowledge-diff" role="region" aria-label={t("Lines that differ")} tabIndex={0}>
        {runs(lines).map((run, at) => ("same" in run ? <Same key={at} lines={run.same} /> : <One key={at} line={run.line} />))}
      </div>
    </>
  );
}

function One({ line: { op, text } }: { line: Line }) {
  const Sign = op === "added" ? Plus : Minus;
  const Mark = op === "added" ? "ins" : op === "removed" ? "del" : "span";
  return (
    <Mark className={`knowledge-line ${op}`}>
      <span className="knowledge-sign">{op !== "same" && <Sign size={14} aria-label={op === "added" ? t("Added") : t("Removed")} />}</span>
      <span dir="auto">{text || "\u00a0"}</span>
    </Mark>
  );
}

function Same({ lines }: { lines: readonly Line[] }) {
  const [open, setOpen] = useState(false);
  if (open) return lines.map((line, at) => <One key={at} line={line} />);
  return (
    <button type="button" className="knowledge-fold" onClick={() => setOpen(true)}>
      {t("{count} lines that are the same", { count: lines.length })}
    </button>
  );
}

/** The lines with long stretches of unchanged ones folded. */
function runs(lines: readonly Line[]): Run[] {
  const near = (at: number) => lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ op }) => op !== "same");
  const found: Run[] = [];
  lines.forEach((line, at) => {
    const last = found.at(-1);
    if (line.op !== "same" || near(at)) found.push({ line });
    else if (last && "same" in last) last.same.push(line);
    else found.push({ same: [line] });
  });
  return found.flatMap((run) => ("same" in run && run.same.length < 3 ? run.same.map((line) => ({ line })) : [run]));
}
