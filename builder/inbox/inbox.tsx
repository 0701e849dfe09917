/** The inbox: the list of conversations and the one that is read. The address says which. */

import { useCallback, useEffect, useMemo, useRef } from "react";
import { useSearchParams } from "react-router";

import { Conversation, Unchosen } from "./conversation";
import { useFeed } from "./feed";
import { List, Nothing, type Named } from "./list";
import { useUnread } from "./unread";
import type { Filters } from "./wire";
import { speak } from "./words";

interface Props {
  workspace: string;
  me: string;
  answers: boolean;
  corrects: boolean;
  largest: number;
  bots: Named[];
  channels: Named[];
  words: Record<string, string>;
}

const FILTERS = ["status", "bot", "channel", "since"] as const;

export function Inbox({ workspace, me, answers, corrects, largest, bots, channels, words }: Props) {
  speak(words);
  const [address, setAddress] = useSearchParams();
  const chosen = address.get("id") ?? "";
  const [status, bot, channel, since] = FILTERS.map((name) => address.get(name) ?? "") as [string, string, string, string];
  const filters: Filters = useMemo(() => ({ status, bot, channel, since }), [status, bot, channel, since]);
  const feed = useFeed(filters);
  const unread = useUnread(workspace);

  const addressOf = useCallback((id: string) => `?${new URLSearchParams(present({ ...filters, id }))}`, [filters]);
  const asked = useRef(filters); // the address follows a little later, and the next filter must not undo this one
  useEffect(() => void (asked.current = filters), [filters]);
  const onFilter = (change: Partial<Filters>) => {
    asked.current = { ...asked.current, ...change };
    setAddress(present({ ...asked.current, id: chosen }), { replace: true });
  };
  const empty = feed.lines?.length === 0 && !FILTERS.some((name) => filters[name]) && !chosen;

  if (empty) return <div className="inbox"><Nothing /></div>;
  return (
    <div className={chosen ? "inbox chosen" : "inbox"}>
      <List feed={feed} unread={unread} filters={filters} bots={bots} channels={channels} chosen={chosen} onFilter={onFilter} addressOf={addressOf} />
      {chosen ? <Conversation key={chosen} id={chosen} back={addressOf("")} me={me} answers={answers} corrects={corrects} largest={largest} onSeen={unread.see} /> : <Unchosen />}
    </div>
  );
}

function present(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value));
}
