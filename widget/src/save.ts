/** The conversation as a text file that the visitor keeps. */

import { fill } from "./fill.ts";
import type { Host } from "./host.ts";
import { speaker } from "./speaker.ts";
import type { Line } from "./transcript.ts";
import type { Citation } from "./types.ts";

export function saveTranscript(lines: readonly Line[], host: Host): void {
  const when = new Intl.DateTimeFormat(host.language, { dateStyle: "short", timeStyle: "short" });
  const said = lines
    .filter((line) => line.from !== "system")
    .map((line) => {
      const who = line.from === "visitor" ? host.words.you : speaker(line, host);
      const files = (line.files ?? []).map((file) => file.name);
      const words = [line.text, line.url, ...files].filter(Boolean).join(" ");
      const sources = (line.citations ?? []).map((each) => `\n  ${written(each, host)}`);
      return `${when.format(line.at)}  ${who}: ${words}${sources.join("")}`;
    });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([said.join("\n\n") + "\n"], { type: "text/plain" }));
  link.download = `${host.look.title || "chat"}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function written({ number, title, page, url }: Citation, host: Host): string {
  const place = page === undefined ? title : `${title}, ${fill(host.words.page, { number: page })}`;
  return [`[${number}] ${place}`, url].filter(Boolean).join(" ");
}
