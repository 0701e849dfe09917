/** What a colleague thinks of what the bot said: good, bad, or the right answer instead. */

import { BadgeCheck, PencilLine, ThumbsDown, ThumbsUp } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";

import { CorrectionDialog } from "$/public/external/builder/design/sources/correction.tsx";

import { send, Unanswered, type Message, type Rating } from "./wire";
import { t } from "./words";

/** Who reads, and what they may do here. */
export interface Judge {
  rates: boolean;
  corrects: boolean;
  onJudged: (seq: number, judged: Partial<Message>) => void;
}

interface Props {
  conversation: string;
  message: Message;
  /** Whether an AI step has said it: others are rated as well, but nobody is asked to. */
  answer: boolean;
  judge: Judge;
}

export function Judging({ conversation, message, answer, judge }: Props) {
  const { seq, rating = null, reviewed = null } = message;
  const [problem, setProblem] = useState("");
  const [writing, setWriting] = useState(false);

  const rate = async (wanted: Rating) => {
    const before = rating;
    const next = wanted === before ? null : wanted;
    setProblem("");
    judge.onJudged(seq, { rating: next });
    try {
      await send("PUT", `conversations/${conversation}/messages/${seq}/rating`, { rating: next });
    } catch (error) {
      judge.onJudged(seq, { rating: before });
      setProblem((error instanceof Unanswered && error.why) || t("Flyt did not answer. Check the connection and try again."));
    }
  };
  const marked = rating !== null || reviewed !== null;
  if (!judge.rates && !marked) return null;
  return (
    <div className={`inbox-judging${marked ? " marked" : ""}${answer ? " answer" : ""}`}>
      {judge.rates ? (
        <>
          <Thumb wanted="good" rating={rating} onPress={rate} />
          <Thumb wanted="bad" rating={rating} onPress={rate} />
        </>
      ) : (
        rating && <span className="inbox-judged">{rating === "good" ? t("Rated good") : t("Rated bad")}</span>
      )}
      {judge.corrects && (rating === "bad" || reviewed) && (
        <button type="button" className="button quiet inbox-correct" onClick={() => setWriting(true)}>
          <PencilLine size={14} aria-hidden="true" />
          {reviewed ? t("Change the answer") : t("Correct it")}
        </button>
      )}
      {reviewed && (
        <Link className="inbox-reviewed" to={`/knowledge?view=reviewed&answer=${reviewed}`}>
          <BadgeCheck size={14} aria-hidden="true" />
          {t("Reviewed")}
        </Link>
      )}
      {problem && <span className="field-error" role="alert">{problem}</span>}
      <CorrectionDialog
        open={writing}
        conversation={conversation}
        seq={seq}
        t={t}
        onClose={() => setWriting(false)}
        onDone={({ id }) => {
          judge.onJudged(seq, { reviewed: id, rating: rating ?? "bad" });
          setWriting(false);
        }}
      />
    </div>
  );
}

function Thumb({ wanted, rating, onPress }: { wanted: Rating; rating: Rating | null; onPress: (wanted: Rating) => void }) {
  const Icon = wanted === "good" ? ThumbsUp : ThumbsDown;
  const label = wanted === "good" ? t("Good answer") : t("Bad answer");
  return (
    <button type="button" className="button quiet icon inbox-thumb" aria-pressed={rating === wanted} aria-label={label} title={label} onClick={() => onPress(wanted)}>
      <Icon size={14} aria-hidden="true" />
    </button>
  );
}
