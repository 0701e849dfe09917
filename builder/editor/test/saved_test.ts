/** A talk as a test of the document: the visitor's lines, and what the bot answered. Pure. */

import type { Action, Said, Simulation } from "./simulation.ts";

export type TestLine = Action | { bot: string } | { vars: Record<string, unknown> } | { status: string };

export interface SavedTest {
  name: string;
  channel?: string;
  language?: string;
  variables?: Record<string, unknown>;
  talk: readonly TestLine[];
}

export interface Circumstances {
  channel: string;
  language: string | null; // null: the bot's own
  variables: Record<string, unknown>;
}

/** The test that passes as long as the bot answers as it just did. */
export function testOf(name: string, simulation: Simulation, talk: readonly Action[], { channel, language, variables }: Circumstances): SavedTest {
  return {
    name,
    ...(channel === "web" ? {} : { channel }),
    ...(language ? { language } : {}),
    ...(Object.keys(variables).length ? { variables } : {}),
    talk: linesOf(simulation, talk),
  };
}

function linesOf(simulation: Simulation, talk: readonly Action[]): TestLine[] {
  const lines: TestLine[] = answers(simulation.messages, null);
  // A test whose first line is the visitor's begins with their words; this one was opened first.
  if (!lines.length) lines.push({ status: "bot" });
  for (const [line, action] of talk.entries()) lines.push(action, ...answers(simulation.messages, line));
  const kept = learnt(simulation);
  if (Object.keys(kept).length) lines.push({ vars: kept });
  return [...lines, { status: simulation.status }];
}

function answers(messages: readonly Said[], line: number | null): TestLine[] {
  const spoken = messages.filter((message) => message.from === "bot" && message.line === line && message.text.trim());
  return spoken.map((message) => ({ bot: expected(message.text.trim()) }));
}

/** The text itself; where it would be read as a pattern or a part, the part that is the whole. */
function expected(text: string): string {
  return text.startsWith("~") || (text.startsWith("/") && text.endsWith("/")) ? `~${text}` : text;
}

/** What the steps have set, as it stands at the end. */
function learnt({ trace, variables }: Simulation): Record<string, unknown> {
  const names = new Set(trace.flatMap((visit) => Object.keys(visit.changed)));
  return Object.fromEntries(Object.entries(variables).filter(([name, value]) => names.has(name) && value !== null));
}

/** A name that none of the document's tests has yet. */
export function freeName(wanted: string, taken: readonly string[]): string {
  let name = wanted;
  for (let number = 2; taken.includes(name); number += 1) name = `${wanted} ${number}`;
  return name;
}
