/** What a colour needs, so that it can be read: WCAG's contrast of two colours, 1 to 21. */

const HEX = /^#[0-9a-f]{6}$/;

export function isColour(text: string): boolean {
  return HEX.test(text);
}

/** White where it can be read on `accent`, else near black, else black, which then always can. */
export function inkOn(accent: string): string {
  return ["#ffffff", "#1c2024"].find((ink) => contrast(accent, ink) >= 4.5) ?? "#000000";
}

export function contrast(one: string, other: string): number {
  const lights = [luminance(one), luminance(other)];
  return (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
}

function luminance(hex: string): number {
  const light = (start: number) => {
    const part = parseInt(hex.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * light(1) + 0.7152 * light(3) + 0.0722 * light(5);
}
