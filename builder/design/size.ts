/** How large a file is, in a reader's language: "10 bytes", "1.2 MB". */

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

export function sizeIn(language: string, bytes: number): string {
  const place = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const shown = { style: "unit", unit: UNITS[place], unitDisplay: place ? "short" : "long", maximumFractionDigits: place ? 1 : 0 } as const;
  return new Intl.NumberFormat(language, shown).format(bytes / 1000 ** place);
}
