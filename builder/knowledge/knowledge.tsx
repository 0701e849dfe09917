/** What bots know: the sources, one of them, one document, collections, and a question to try. */

import { Collections } from "./collections";
import { DocumentView } from "./document";
import { DropAnywhere, useAdding } from "./adding";
import { usePlace } from "./place";
import { SourceView } from "./source";
import { Sources } from "./sources";
import { ReviewedAnswers } from "./reviewed";
import { Notices, useNotices } from "./notices";
import { Try } from "./try";
import { Writing } from "./writing";
import { speak } from "./words";

interface Props {
  workspace: string;
  me: string;
  edits: boolean;
  words: Record<string, string>;
}

/** Whose browser this is and what they may do, for every part of the page. */
export interface Reader {
  me: string;
  edits: boolean;
  /** Where this browser keeps what they have typed and not saved. */
  drafts: string;
}

export function Knowledge({ workspace, me, edits, words }: Props) {
  speak(words);
  const { place, go } = usePlace();
  const notices = useNotices();
  const adding = useAdding(notices.say);
  const reader: Reader = { me, edits, drafts: `flyt.knowledge.${me}.${workspace}` };
  return (
    <div className="knowledge">
      {place.view === "sources" && <Sources reader={reader} place={place} adding={adding} go={go} say={notices.say} />}
      {place.view === "reviewed" && <ReviewedAnswers reader={reader} answer={place.answer} go={go} say={notices.say} />}
      {place.view === "collections" && <Collections reader={reader} say={notices.say} />}
      {place.view === "try" && <Try reader={reader} />}
      {place.view === "new" && <Writing key={place.made} reader={reader} made={place.made} go={go} />}
      {place.view === "source" && <SourceView key={place.source} reader={reader} id={place.source} go={go} say={notices.say} />}
      {place.view === "document" && <DocumentView key={place.document} reader={reader} id={place.document} part={place.part} go={go} say={notices.say} />}
      {edits && <DropAnywhere adding={adding} reader={reader} />}
      <Notices notices={notices} />
    </div>
  );
}
