/** A channel's look, read from whatever was stored: what makes no sense falls back. */

export interface Look {
  accent: string;
  onAccent: string;
  title: string;
  subtitle: string;
  avatar: string;
  mode: "light" | "dark" | "auto";
  position: "right" | "left" | "";
  label: string;
  greeting: string;
  radius: string;
}

const ACCENT = "#3e63dd";
const DARK = "#1c2024";

export function readLook(given: unknown, name: string): Look {
  const look = record(given);
  const launcher = record(look.launcher);
  const accent = colour(look.accent) || ACCENT;
  const mode = look.mode;
  const position = look.position;
  return {
    accent,
    onAccent: ["#ffffff", DARK].find((ink) => contrast(accent, ink) >= 4.5) ?? "#000000",
    title: words(look.title) || name,
    subtitle: words(look.subtitle),
    avatar: picture(look.avatar),
    mode: mode === "light" || mode === "dark" ? mode : "auto",
    position: position === "right" || position === "left" ? position : "",
    label: words(launcher.text).slice(0, 40),
    greeting: words(look.greeting),
    radius: length(look.radius),
  };
}

/** `#rrggbb` in small letters; empty for anything else. */
export function colour(value: unknown): string {
  const text = words(value).toLowerCase();
  return /^#[0-9a-f]{6}$/.test(text) ? text : "";
}

/** The contrast of two `#rrggbb` colours as WCAG reckons it, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** The accent for lines and rings: where it would hardly be seen, darker or lighter. */
export function ring(accent: string, dark: boolean): string {
  if (contrast(accent, dark ? "#18191b" : "#ffffff") >= 3) return `var(--accent)`;
  return `color-mix(in srgb, var(--accent) 55%, ${dark ? "#fff" : "#000"})`;
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const part = parseInt(hex.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function length(value: unknown): string {
  const number = typeof value === "number" ? value : parseFloat(words(value));
  return number >= 0 && number <= 40 ? `${number}px` : "16px";
}

function picture(value: unknown): string {
  const text = words(value);
  return /^(https?:\/\/|\/(?!\/)|data:image\/)/i.test(text) ? text : "";
}

function words(value: unknown): string {
  return typeof value === "string" ? value.trim().slice(0, 500) : "";
}

function record(value: unknown): Record<string, unknown> {
  return value && typeof value === "object" ? (value as Record<string, unknown>) : {};
}
