import { useEffect, useState } from "react";

type Props = { at: string };

const MINUTE = 60;
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 24 * 60 * MINUTE],
  ["month", 30 * 24 * 60 * MINUTE],
  ["day", 24 * 60 * MINUTE],
  ["hour", 60 * MINUTE],
  ["minute", MINUTE],
];

/** "2 hours ago" in the language of the interface; the exact time stands in the title. */
export function RelativeTime({ at }: Props) {
  const [, tick] = useState(0);

  useEffect(() => {
    const timer = window.setInterval(() => tick((n) => n + 1), MINUTE * 1000);
    return () => window.clearInterval(timer);
  }, []);

  if (!at) return null;
  const moment = new Date(at);
  const locale = document.documentElement.lang || "en";
  const exact = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "medium" });
  return (
    <time dateTime={at} title={exact.format(moment)} suppressHydrationWarning>
      {relative((moment.getTime() - Date.now()) / 1000, locale)}
    </time>
  );
}

function relative(seconds: number, locale: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  }
  return format.format(0, "second");
}
