/** A month at a time; arrow keys walk days and weeks, Page Up and Page Down months. */

import { useEffect, useRef, useState } from "preact/hooks";
import { useAnswer } from "../answer.ts";
import { addDays, addMonths, firstWeekday, iso, isPossible, nearest, weeksOf } from "../calendar.ts";
import type { Control } from "../dock.tsx";
import { Icon } from "./icons.tsx";
import { useSetting } from "../surroundings.ts";

const DateInput: Control = ({ input }) => {
  const { words, host } = useSetting();
  const answer = useAnswer(input);
  const today = new Date();
  const limits = input ?? {};
  const [day, setDay] = useState(nearest(today, limits));
  const [walking, setWalking] = useState(false);
  const table = useRef<HTMLTableElement>(null);
  const start = firstWeekday(host.locale);
  const weeks = weeksOf(day, start);
  const month = new Intl.DateTimeFormat(host.language, { month: "long", year: "numeric" }).format(day);
  const full = new Intl.DateTimeFormat(host.language, { dateStyle: "full" });
  const short = new Intl.DateTimeFormat(host.language, { weekday: "narrow" });
  const long = new Intl.DateTimeFormat(host.language, { weekday: "long" });

  useEffect(() => {
    if (walking) table.current?.querySelector<HTMLElement>("[tabindex='0']")?.focus();
  }, [day]);
  const go = (to: Date, byKey = false) => {
    setWalking(byKey);
    setDay(to);
  };
  const pressed = (event: KeyboardEvent) => {
    const ahead = host.frame.dir === "rtl" ? -1 : 1;
    const days = { ArrowRight: ahead, ArrowLeft: -ahead, ArrowDown: 7, ArrowUp: -7 }[event.key];
    const months = { PageDown: 1, PageUp: -1 }[event.key];
    if (!days && !months) return;
    event.preventDefault();
    go(days ? addDays(day, days) : addMonths(day, months as number), true);
  };
  return (
    <div class="calendar" role="group" aria-label={words.date}>
      <div class="month">
        <button type="button" class="plain" aria-label={words.previous} onClick={() => go(addMonths(day, -1))}><Icon name="back" /></button>
        <strong aria-live="polite">{month}</strong>
        <button type="button" class="plain" aria-label={words.following} onClick={() => go(addMonths(day, 1))}><Icon name="forward" /></button>
      </div>
      <table ref={table} onKeyDown={pressed}>
        <thead>
          <tr>{weeks[0]?.map((each) => <th key={each.getDay()} scope="col" abbr={long.format(each)}>{short.format(each)}</th>)}</tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={iso(week[0] as Date)}>
              {week.map((each) => (
                <td key={iso(each)}>
                  <button
                    type="button" tabIndex={iso(each) === iso(day) ? 0 : -1} aria-label={full.format(each)}
                    class={`${each.getMonth() === day.getMonth() ? "" : "other"} ${iso(each) === iso(today) ? "today" : ""}`}
                    aria-current={iso(each) === iso(today) ? "date" : undefined} aria-disabled={!isPossible(each, limits) || undefined}
                    onClick={() => isPossible(each, limits) && answer(iso(each))}
                  >
                    {each.getDate()}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

export default DateInput;
