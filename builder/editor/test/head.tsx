/** The circumstances of the talk: its clock, language, channel and where it begins. */

import { BookmarkPlus, Clock3, RotateCcw, X } from "lucide-react";
import { useSelection, type Store } from "../store.ts";
import { language, t } from "../words.ts";
import { stepName } from "./names.ts";
import type { Place, Rehearsal } from "./rehearsal.ts";

type Props = { store: Store; rehearsal: Rehearsal; onSave: () => void };

export function Head({ store, rehearsal, onSave }: Props) {
  return (
    <div className="test-head">
      <div className="test-head-row">
        <Clock rehearsal={rehearsal} />
        <span className="test-space" />
        {!store.readOnly && <SaveButton rehearsal={rehearsal} onSave={onSave} />}
        <button type="button" className="button quiet icon" aria-label={t("Restart")} title={t("Restart")} onClick={() => void rehearsal.restart()}>
          <RotateCcw size={16} aria-hidden="true" />
        </button>
      </div>
      <div className="test-head-row">
        <LanguageSwitch store={store} rehearsal={rehearsal} />
        <ChannelSwitch rehearsal={rehearsal} />
      </div>
      <Beginning store={store} rehearsal={rehearsal} />
    </div>
  );
}

const LATER: readonly (readonly [duration: string, label: string])[] = [
  ["PT10M", "10 minutes later"],
  ["PT1H", "1 hour later"],
  ["P1D", "1 day later"],
  ["P7D", "1 week later"],
];

/** The simulation's own clock. Choosing a span moves it; whatever is due on the way happens. */
function Clock({ rehearsal }: { rehearsal: Rehearsal }) {
  const { result } = rehearsal;
  const format = new Intl.DateTimeFormat(language(), { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
  const now = result ? format.format(new Date(result.now)) : t("Clock");
  return (
    <label className="test-clock" title={t("Move the clock")}>
      <Clock3 size={14} aria-hidden="true" />
      <span className="visually-hidden">{t("Move the clock")}</span>
      <select className="test-select" value="" disabled={!result} onChange={(event) => void rehearsal.act({ wait: event.target.value })}>
        <option value="">{now}</option>
        {LATER.map(([duration, label]) => (
          <option key={duration} value={duration}>
            {t(label)}
          </option>
        ))}
      </select>
    </label>
  );
}

function SaveButton({ rehearsal, onSave }: { rehearsal: Rehearsal; onSave: () => void }) {
  const why = whyNotSaved(rehearsal);
  return (
    <button type="button" className="button quiet icon" aria-label={t("Save as test")} title={why || t("Save as test")} disabled={why !== ""} onClick={onSave}>
      <BookmarkPlus size={16} aria-hidden="true" />
    </button>
  );
}

function whyNotSaved({ result, talk, setting, misfit, hindrance }: Rehearsal): string {
  if (setting.from) return t("A test begins where conversations begin: start there to save one");
  if (misfit || hindrance) return t("The talk must run to its end before it can be a test");
  return result && talk.length ? "" : t("Talk to the bot first, then keep the talk as a test");
}

function LanguageSwitch({ store, rehearsal }: { store: Store; rehearsal: Rehearsal }) {
  const own = store.get<string>("s:language") ?? "en";
  const all = [own, ...Object.keys(store.get<object>("s:languages") ?? {}).filter((code) => code !== own)];
  const names = new Intl.DisplayNames(language(), { type: "language" });
  return (
    <label className="test-switch">
      <span>{t("Language")}</span>
      <select className="test-select" value={rehearsal.setting.language ?? own} onChange={(event) => void rehearsal.change({ language: event.target.value === own ? null : event.target.value })}>
        {all.map((code) => (
          <option key={code} value={code}>
            {names.of(code) ?? code}
          </option>
        ))}
      </select>
    </label>
  );
}

const CHANNELS: Readonly<Record<string, string>> = {
  web: "Web",
  telegram: "Telegram",
  whatsapp: "WhatsApp",
  messenger: "Messenger",
  instagram: "Instagram",
  slack: "Slack",
  sms: "SMS",
  text: "Plain text",
  email: "E-mail",
  voice: "Voice",
};

function ChannelSwitch({ rehearsal }: { rehearsal: Rehearsal }) {
  return (
    <label className="test-switch">
      <span>{t("Channel")}</span>
      <select className="test-select" value={rehearsal.setting.channel} onChange={(event) => void rehearsal.change({ channel: event.target.value })}>
        {Object.entries(CHANNELS).map(([kind, label]) => (
          <option key={kind} value={kind}>
            {t(label)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Where the talk begins, and the offer to begin at the step that is selected. */
function Beginning({ store, rehearsal }: { store: Store; rehearsal: Rehearsal }) {
  const selected = placeOf(useSelection(store));
  const { from } = rehearsal.setting;
  const offered = selected && (selected.flow !== from?.flow || selected.node !== from.node) ? selected : null;
  if (!from && !offered) return null;
  return (
    <div className="test-head-row">
      {from && (
        <span className="test-from">
          <span>{t("From “{step}”", { step: stepName(store, from.flow, from.node) })}</span>
          <button type="button" aria-label={t("Begin where conversations begin")} title={t("Begin where conversations begin")} onClick={() => void rehearsal.beginAt(null)}>
            <X size={12} aria-hidden="true" />
          </button>
        </span>
      )}
      {offered && (
        <button type="button" className="button quiet test-from-here" title={t("Begins there with what the variables hold now")} onClick={() => void rehearsal.beginAt(offered)}>
          {t("Test from “{step}”", { step: stepName(store, offered.flow, offered.node) })}
        </button>
      )}
    </div>
  );
}

/** The step behind a selection of exactly one. */
function placeOf(selection: readonly string[]): Place | null {
  const [, flow, node] = (selection.length === 1 && /^n:([^/]+)\/(.+)$/.exec(selection[0] ?? "")) || [];
  return flow && node ? { flow, node } : null;
}
