/** Below the transcript: who has the word, how to take it or give it back, and the box to answer in. */

import { Paperclip, SendHorizontal } from "lucide-react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type ClipboardEvent, type FormEvent, type KeyboardEvent } from "react";

import { Attachments, inMegabytes, useAttaching, useDropping } from "./attaching";
import { useKeyboard } from "./keyboard";
import type { Outbox } from "./outbox";
import { send, Unanswered, type Conversation } from "./wire";
import { t } from "./words";

const LONGEST = 16_384; // bytes that the server takes
const TELL_EVERY = 3_000; // milliseconds between two signs that one is writing; each lasts six seconds

type Act = "take-over" | "hand-back" | "end";

interface Props {
  me: string;
  conversation: Conversation;
  outbox: Outbox;
  last: number;
  /** Bytes that one file may have. */
  largest: number;
  onHeard: (conversation: Conversation) => void;
}

export function Composer({ me, conversation, outbox, last, largest, onHeard }: Props) {
  const { doing, problem, act } = useActs(conversation.id, onHeard);
  const box = useRef<HTMLTextAreaElement>(null);
  const whose = hasTheWord(conversation, me);
  useKeyboard();

  const took = useRef(false);
  const press = (what: Act) => {
    took.current = what === "take-over";
    void act(what);
  };
  useLayoutEffect(() => {
    if (whose === "me" && took.current) box.current?.focus();
  }, [whose]);

  return (
    <section className={`inbox-answer ${whose}`} aria-label={t("Answer")}>
      <div className="inbox-word">
        <p role="status">{sentence(whose, conversation)}</p>
        <div className="inbox-acts">
          {ACTS[whose].map((each) => (
            <button key={each} type="button" className={whose === "bot" ? "button primary" : "button"} disabled={doing !== null} onClick={() => press(each)}>
              {doing === each ? t("One moment…") : actWord(each)}
            </button>
          ))}
        </div>
      </div>
      {problem && <p className="field-error" role="alert">{problem}</p>}
      {whose !== "bot" && <Box key={conversation.id} box={box} conversation={conversation} outbox={outbox} last={last} largest={largest} />}
    </section>
  );
}

interface BoxProps extends Pick<Props, "conversation" | "outbox" | "last" | "largest"> {
  box: React.RefObject<HTMLTextAreaElement | null>;
}

function Box({ box, conversation, outbox, last, largest }: BoxProps) {
  const [text, setText] = useState(outbox.draft);
  const form = useRef<HTMLFormElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const attaching = useAttaching(conversation.id, outbox, largest);
  const dropping = useDropping(form, attaching.add);
  const tellWriting = useWriting(conversation.id);
  useEffect(() => () => tellWriting(false), [tellWriting]);
  const said = text.trim();
  const long = said.length > LONGEST / 4 && new TextEncoder().encode(said).length > LONGEST;

  useLayoutEffect(() => {
    const area = box.current;
    if (!area) return;
    area.style.height = "auto"; // grows with what is written
    area.style.height = `${area.scrollHeight + 2}px`;
  }, [box, text]);

  const ready = !long && !attaching.uploads.length && Boolean(said || attaching.files.length);
  const keep = (value: string) => {
    setText(value);
    outbox.draft = value;
  };
  const write = (value: string) => {
    keep(value);
    tellWriting(value.trim() !== "");
  };
  const say = (event?: FormEvent) => {
    event?.preventDefault();
    if (!ready) return;
    outbox.put(said, attaching.take(), last);
    keep("");
    tellWriting.said();
    box.current?.focus();
  };
  const pasted = (event: ClipboardEvent) => {
    const { files, types } = event.clipboardData;
    if (!files.length || types.includes("text/plain")) return; // cells of a table come as a picture, too
    event.preventDefault();
    attaching.add(files);
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    say();
  };
  return (
    <form className={dropping ? "inbox-box dropping" : "inbox-box"} ref={form} onSubmit={say}>
      {dropping && <p className="inbox-drop">{t("Drop to attach, up to {size} each", { size: inMegabytes(largest) })}</p>}
      <Attachments attaching={attaching} />
      {long && <p className="field-error" id="inbox-too-long">{t("This is too long to be sent.")}</p>}
      <button type="button" className="button quiet icon" aria-label={t("Attach files")} title={t("Attach files, up to {size} each", { size: inMegabytes(largest) })} onClick={() => chooser.current?.click()}>
        <Paperclip size={18} aria-hidden="true" />
      </button>
      <input ref={chooser} type="file" multiple hidden aria-label={t("Attach files")} onChange={(event) => (attaching.add(event.target.files), (event.target.value = ""))} />
      <textarea
        ref={box}
        className="input"
        rows={1}
        dir="auto"
        value={text}
        aria-label={t("Your answer")}
        aria-invalid={long}
        aria-describedby={long ? "inbox-too-long" : undefined}
        placeholder={t("Write an answer")}
        enterKeyHint="send"
        onChange={(event) => write(event.target.value)}
        onKeyDown={pressed}
        onPaste={pasted}
      />
      <button type="submit" className="button primary icon" disabled={!ready} aria-label={t("Send")} title={t("Send (Enter); Shift+Enter for a new line")}>
        <SendHorizontal size={18} aria-hidden="true" />
      </button>
    </form>
  );
}

interface TellWriting {
  (writing: boolean): void;
  /** What was written is sent, and says so itself. */
  said(): void;
}

/** Lets visitor and colleagues know that one is writing: now and then while it goes on, and when it ends. */
function useWriting(id: string): TellWriting {
  const told = useRef(0);
  return useMemo(() => {
    const tell = (typing: boolean) => {
      told.current = typing ? Date.now() : 0;
      send("POST", `conversations/${id}/typing`, { typing }).catch(() => null); // a passing moment
    };
    const writing = (now: boolean) => {
      if (now ? Date.now() - told.current > TELL_EVERY : told.current) tell(now);
    };
    return Object.assign(writing, { said: () => void (told.current = 0) });
  }, [id]);
}

function useActs(id: string, onHeard: (conversation: Conversation) => void) {
  const [doing, setDoing] = useState<Act | null>(null);
  const [problem, setProblem] = useState("");
  const act = async (what: Act) => {
    setDoing(what);
    setProblem("");
    try {
      onHeard(await send<Conversation>("POST", `conversations/${id}/${what}`));
    } catch (error) {
      const why = error instanceof Unanswered ? error.why : "";
      setProblem(why || t("Flyt did not answer. Check the connection and try again."));
    } finally {
      setDoing(null);
    }
  };
  return { doing, problem, act };
}

type Whose = "bot" | "nobody" | "me" | "colleague" | "over";

const ACTS: Record<Whose, readonly Act[]> = {
  bot: ["take-over"],
  nobody: ["hand-back", "end"],
  me: ["hand-back", "end"],
  colleague: ["take-over", "hand-back"],
  over: [],
};

function hasTheWord({ status, owner }: Conversation, me: string): Whose {
  if (status === "bot") return "bot";
  if (status !== "human") return "over";
  if (!owner) return "nobody";
  return owner.id === me ? "me" : "colleague";
}

function sentence(whose: Whose, { status, owner }: Conversation): string {
  switch (whose) {
    case "bot":
      return t("The bot is talking. Take over to answer.");
    case "nobody":
      return t("The visitor waits for a person. Whoever answers takes over.");
    case "me":
      return t("You are talking; the bot is silent.");
    case "colleague":
      return t("{name} is talking. You may help out, or take over.", { name: owner?.name || t("A colleague") });
    case "over":
      return status === "failed"
        ? t("The bot could not go on. You can, by answering.")
        : t("This conversation has ended. An answer opens it again.");
  }
}

function actWord(act: Act): string {
  return { "take-over": t("Take over"), "hand-back": t("Hand back to the bot"), end: t("End") }[act];
}
