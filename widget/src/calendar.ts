/** Days, weeks and months of the visitor's own calendar. */

export function iso(day: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${String(day.getFullYear()).padStart(4, "0")}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

export function addDays(day: Date, days: number): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days);
}

/** The same day of another month, or its last one. */
export function addMonths(day: Date, months: number): Date {
  const last = new Date(day.getFullYear(), day.getMonth() + months + 1, 0);
  return new Date(last.getFullYear(), last.getMonth(), Math.min(day.getDate(), last.getDate()));
}

/** From the first to the last day that may be chosen, as ISO dates; either may be missing. */
export interface Limits {
  earliest?: string | null;
  latest?: string | null;
}

export function isPossible(day: Date, { earliest, latest }: Limits): boolean {
  return (!earliest || iso(day) >= earliest) && (!latest || iso(day) <= latest);
}

/** The possible day nearest to `day`: where a calendar opens. */
export function nearest(day: Date, { earliest, latest }: Limits): Date {
  const limit = earliest && iso(day) < earliest ? earliest : latest && iso(day) > latest ? latest : null;
  const [year, month, date] = limit?.split("-").map(Number) ?? [];
  return limit ? new Date(year as number, (month as number) - 1, date) : day;
}

/** The whole weeks that hold the month of `day`; `start`: the weekday they begin with, 0 is Sunday. */
export function weeksOf(day: Date, start: number): Date[][] {
  const first = new Date(day.getFullYear(), day.getMonth(), 1);
  const begin = addDays(first, -((first.getDay() - start + 7) % 7));
  const days = Math.round((addMonths(first, 1).getTime() - begin.getTime()) / 86_400_000);
  return Array.from({ length: Math.ceil(days / 7) }, (_, week) =>
    Array.from({ length: 7 }, (_, weekday) => addDays(begin, week * 7 + weekday)),
  );
}

/** The weekday that weeks begin with where `locale` is spoken, 0 is Sunday. */
export function firstWeekday(locale: string): number {
  try {
    const known = new Intl.Locale(locale) as Intl.Locale & { weekInfo?: { firstDay: number }; getWeekInfo?: () => { firstDay: number } };
    return ((known.getWeekInfo?.() ?? known.weekInfo)?.firstDay ?? 1) % 7;
  } catch {
    return 1;
  }
}
