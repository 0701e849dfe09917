/** One conversation: the end of its transcript, the paths of its turns, and what happens next. */

import { useCallback, useEffect, useRef, useState } from "react";

import { useVisible } from "./visible";
import { ask, Unanswered, type About, type Body, type Conversation, type Message, type Page, type Sender, type Status, type Trace } from "./wire";

const PAGE = 60;
const PATHS = 100;
const JUDGED = 100; // messages read again at once
const TYPING = 6_000; // milliseconds that a sign of typing lasts
const FRESH = { word: false, since: Infinity };

export interface Followed {
  conversation: Conversation | null;
  about: About | null;
  /** By number, oldest first. */
  messages: readonly Message[];
  traces: readonly Trace[];
  typing: boolean;
  /** What a colleague who is writing an answer goes by, perhaps nothing; null: nobody is. */
  writer: string | null;
  /** Grows whenever what is known of the visitor has changed, or may have. */
  known: number;
  missing: boolean;
  failed: boolean;
  more: boolean;
  loadingMore: boolean;
  earlier: () => Promise<void>;
  retry: () => void;
  /** Takes over how the conversation stands, from an answer that was not asked for here. */
  stands: (conversation: Conversation) => void;
  /** Takes over what somebody here thinks of a message. */
  judged: (seq: number, judged: Partial<Message>) => void;
}

interface Typing {
  typing?: boolean;
  from?: string;
  name?: string;
  /** Of the staff: who it is. */
  by?: string;
}

interface Told {
  event: Message["kind"];
  seq: number;
  at: string;
  from: Sender;
  turn: number | null;
  edited_at?: string;
  deleted?: boolean;
}

export function useConversation(id: string, me: string): Followed {
  const [conversation, setConversation] = useState<Conversation | null>(null);
  const [about, setAbout] = useState<About | null>(null);
  const [messages, setMessages] = useState<readonly Message[]>([]);
  const [traces, setTraces] = useState<readonly Trace[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [typing, setTyping] = useState(false);
  const [writer, setWriter] = useState<string | null>(null);
  const [known, setKnown] = useState(0);
  const [problem, setProblem] = useState<"" | "missing" | "failed">("");
  const [loadingMore, setLoadingMore] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const newest = useRef(0); // number of the last event shown
  const oldest = useRef(0); // that of the first
  const stale = useRef(FRESH); // whether the word went from one to another, and the first turn that happened
  const visible = useVisible();
  const path = `conversations/${id}`;

  const takePaths = useCallback(
    async (after: number, signal?: AbortSignal) => {
      let cursor: string | null = String(Math.max(after, 0));
      while (cursor !== null) {
        const page: Page<Trace> = await ask(`${path}/trace`, { cursor, limit: PATHS }, signal);
        setTraces((shown) => joined(shown, page.items, (trace) => trace.turn));
        cursor = page.next;
      }
    },
    [path],
  );

  /** What colleagues think of the messages shown is told in passing: it is read again once one can hear it. */
  const takeJudgements = useCallback(
    async (signal: AbortSignal) => {
      let cursor: string | null = null;
      do {
        const page: Page<Message> = await ask(`${path}/messages/latest`, { cursor, limit: JUDGED }, signal);
        const seen = page.items.filter(({ seq }) => seq >= oldest.current); // not what is still further up
        setMessages((shown) => joined(shown, seen, (message) => message.seq));
        cursor = seen.length === page.items.length ? page.next : null;
      } while (cursor !== null);
    },
    [path],
  );

  // Everything at once; the paths follow, for they are folded at first.
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    newest.current = 0;
    stale.current = FRESH;
    setConversation(null);
    setAbout(null);
    setMessages([]);
    setTraces([]);
    setProblem("");
    setTyping(false);
    setWriter(null);
    const load = async () => {
      const [found, page, known] = await Promise.all([
        ask<Conversation>(path, {}, signal),
        ask<Page<Message>>(`${path}/messages/latest`, { limit: PAGE }, signal),
        ask<About>(`${path}/about`, {}, signal),
      ]);
      const shown = [...page.items].reverse();
      newest.current = shown.at(-1)?.seq ?? 0;
      oldest.current = shown[0]?.seq ?? 0;
      setMessages(shown);
      setNext(page.next);
      setAbout(known);
      setConversation(found);
      await takePaths(firstTurn(shown) - 1, signal);
    };
    load().catch((error: unknown) => {
      if (signal.aborted) return;
      const refused = error instanceof Unanswered && (error.status === 404 || error.status === 422);
      setProblem(refused ? "missing" : "failed");
    });
    return () => leaving.abort();
  }, [path, takePaths, attempt]);

  const loaded = conversation !== null;
  const tell = useCallback(
    (told: Message) => {
      newest.current = Math.max(newest.current, told.seq);
      if (told.sender === "visitor") setTyping(false);
      if (told.sender === "agent") setWriter(null);
      setMessages((shown) => joined(shown, [told], (message) => message.seq));
      if (told.kind === "status" && told.body.status) {
        const status: Status = told.body.status;
        setConversation((known) => known && { ...known, status, owner: status === "human" ? known.owner : null });
      }
    },
    [],
  );

  useEffect(() => {
    if (!loaded || !visible) return;
    const leaving = new AbortController();
    const stream = new EventSource(`/api/v1/${path}/stream?after=${newest.current}`);
    let soon = 0;
    const refresh = () => {
      const { word, since } = stale.current;
      stale.current = FRESH;
      if (word) ask<Conversation>(path, {}, leaving.signal).then(setConversation).catch(() => null);
      ask<About>(`${path}/about`, {}, leaving.signal).then(setAbout).catch(() => null);
      if (since < Infinity) takePaths(since - 1, leaving.signal).catch(() => null);
    };
    // Read again once the stream stands: what came before it may be in the messages alone.
    stream.addEventListener("open", () => {
      stale.current = { ...stale.current, word: true };
      refresh();
      takeJudgements(leaving.signal).catch(() => null);
      setKnown((count) => count + 1);
    });
    const happened = (event: MessageEvent<string>) => {
      const told = heard(JSON.parse(event.data) as Told & Body);
      if (told.kind === "edited" || told.kind === "deleted") return setAttempt((count) => count + 1);
      tell(told);
      const { word, since } = stale.current;
      stale.current = { word: word || told.kind === "status", since: Math.min(since, told.turn ?? Infinity) };
      window.clearTimeout(soon);
      soon = window.setTimeout(refresh, 150); // a turn tells several things at once
    };
    for (const name of ["message", "status", "edited", "deleted"]) {
      stream.addEventListener(name, happened);
    }
    stream.addEventListener("judged", (event: MessageEvent<string>) => {
      const { seq, ...judged } = JSON.parse(event.data) as { seq: number } & Partial<Message>;
      setMessages((shown) => withJudged(shown, seq, judged));
    });
    stream.addEventListener("known", () => setKnown((count) => count + 1));
    stream.addEventListener("marked", () => {
      stale.current = { ...stale.current, word: true };
      refresh();
    });
    let [quiet, still] = [0, 0];
    stream.addEventListener("typing", (event: MessageEvent<string>) => {
      const { from = "visitor", typing: writes, by, name } = JSON.parse(event.data) as Typing;
      if (from === "visitor") {
        setTyping(writes === true);
        window.clearTimeout(quiet);
        quiet = window.setTimeout(() => setTyping(false), TYPING);
      } else if (from === "agent" && by !== me) {
        setWriter(writes ? (name ?? "") : null);
        window.clearTimeout(still);
        still = window.setTimeout(() => setWriter(null), TYPING);
      }
    });
    return () => {
      stream.close();
      leaving.abort();
      window.clearTimeout(soon);
      window.clearTimeout(quiet);
      window.clearTimeout(still);
      setTyping(false);
      setWriter(null);
    };
  }, [loaded, visible, path, me, tell, takePaths, takeJudgements]);

  const judged = useCallback(
    (seq: number, said: Partial<Message>) => setMessages((shown) => withJudged(shown, seq, said)),
    [],
  );

  const earlier = useCallback(async () => {
    if (!next || loadingMore) return;
    setLoadingMore(true);
    try {
      const query = { limit: PAGE, cursor: next };
      const page = await ask<Page<Message>>(`${path}/messages/latest`, query);
      const turn = firstTurn([...page.items].reverse());
      oldest.current = page.items.at(-1)?.seq ?? oldest.current;
      setMessages((shown) => joined(shown, page.items, (message) => message.seq));
      setNext(page.next);
      await takePaths(turn - 1);
    } finally {
      setLoadingMore(false);
    }
  }, [next, loadingMore, path, takePaths]);

  return {
    conversation,
    about,
    messages,
    traces,
    typing,
    writer,
    known,
    missing: problem === "missing",
    failed: problem === "failed",
    more: next !== null,
    loadingMore,
    earlier,
    retry: () => setAttempt((count) => count + 1),
    stands: setConversation,
    judged,
  };
}

/** Every message there is, for those who take the transcript with them. */
export async function wholeTranscript(id: string): Promise<Message[]> {
  const found: Message[] = [];
  let cursor: string | null = "0";
  while (cursor !== null) {
    const page: Page<Message> = await ask(`conversations/${id}/messages`, { cursor, limit: 100 });
    found.push(...page.items);
    cursor = page.next;
  }
  return found;
}

function heard({ event, seq, at, from, turn, edited_at, deleted, ...body }: Told & Body): Message {
  return { seq, kind: event, sender: from, turn, at, edited_at: edited_at ?? null, deleted_at: deleted ? at : null, body };
}

function firstTurn(messages: readonly Message[]): number {
  return messages.find((message) => message.turn !== null)?.turn ?? 1;
}

function withJudged(shown: readonly Message[], seq: number, judged: Partial<Message>): readonly Message[] {
  return shown.map((message) => (message.seq === seq ? { ...message, ...judged } : message));
}

/** Both lists as one, by number; what is newer takes the place of what was there. */
function joined<Item>(shown: readonly Item[], more: readonly Item[], number: (item: Item) => number): readonly Item[] {
  const all = new Map([...shown, ...more].map((item) => [number(item), item]));
  return [...all.values()].sort((one, other) => number(one) - number(other));
}
