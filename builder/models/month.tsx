/** A calendar month to look at, by UTC as the server counts: the running one at first. */

import { ChevronLeft, ChevronRight } from "lucide-react";

import { monthName, t } from "./words";

/** `of` says what is looked at, where several months stand on one page. */
export function MonthChooser({ month, of, onChange }: { month: string; of: string; onChange: (month: string) => void }) {
  return (
    <div className="row-2" role="group" aria-label={of}>
      <button type="button" className="button icon" aria-label={t("The month before")} onClick={() => onChange(moved(month, -1))}>
        <ChevronLeft size={16} aria-hidden="true" />
      </button>
      <span className="models-month">{monthName(month)}</span>
      <button type="button" className="button icon" aria-label={t("The month after")} disabled={month === thisMonth()} onClick={() => onChange(moved(month, 1))}>
        <ChevronRight size={16} aria-hidden="true" />
      </button>
    </div>
  );
}

export function thisMonth(): string {
  return new Date().toISOString().slice(0, 7);
}

function moved(month: string, by: number): string {
  const [year, number] = month.split("-").map(Number);
  return new Date(Date.UTC(year ?? 0, (number ?? 1) - 1 + by, 1)).toISOString().slice(0, 7);
}
