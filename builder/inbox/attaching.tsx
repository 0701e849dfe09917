/** Files that go with an answer: chosen, pasted or dropped; each shows how far it is. */

import { CircleAlert, FileText, X } from "lucide-react";
import { useEffect, useRef, useState, type RefObject } from "react";

import { size } from "./bubble";
import type { Outbox } from "./outbox";
import { send, Unanswered, type FileOf } from "./wire";
import { t } from "./words";

const MOST = 10; // files of one answer

interface Upload {
  key: number;
  file: File;
  part: number; // 0 to 1
  failure: string;
  /** Whether it would fail again. */
  refused: boolean;
  stop: AbortController;
}

export interface Attaching {
  /** Those the server has; they go with the next answer. */
  files: readonly FileOf[];
  uploads: readonly Upload[];
  problem: string;
  add: (files: Iterable<File> | null | undefined) => void;
  again: (upload: Upload) => void;
  drop: (upload: Upload) => void;
  remove: (file: FileOf) => void;
  /** Answers the files, which are somebody else's from now on. */
  take: () => readonly FileOf[];
}

/** `largest`: bytes that one file may have. */
export function useAttaching(conversation: string, outbox: Outbox, largest: number): Attaching {
  const [files, setFiles] = useState(outbox.attached);
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [problem, setProblem] = useState("");
  const count = useRef(0);
  const chosen = useRef(new Map<string, number>()); // the order in which they were chosen, by id
  const place = ({ id }: FileOf) => chosen.current.get(id) ?? 0;
  const going = useRef(uploads);
  going.current = uploads;
  useEffect(() => () => going.current.forEach(({ stop }) => stop.abort()), []);

  const keep = (kept: readonly FileOf[]) => {
    outbox.attached = kept;
    setFiles(kept);
  };
  const change = (key: number, changes: Partial<Upload>) => setUploads((before) => before.map((each) => (each.key === key ? { ...each, ...changes } : each)));
  const drop = (upload: Upload) => {
    upload.stop.abort();
    setUploads((before) => before.filter(({ key }) => key !== upload.key));
  };
  const begin = async (upload: Upload) => {
    const { key, file, stop } = upload;
    if (file.size > largest) return change(key, { refused: true, failure: t("Too large: at most {size}.", { size: inMegabytes(largest) }) });
    change(key, { failure: "", part: 0 });
    try {
      const kept = await uploaded(conversation, file, (part) => change(key, { part }), stop.signal);
      chosen.current.set(kept.id, key);
      keep([...outbox.attached, kept].sort((one, other) => place(one) - place(other)));
      drop(upload);
    } catch (error) {
      if (stop.signal.aborted) return;
      const { why, refused } = error instanceof Unanswered ? error : { why: "", refused: false };
      change(key, { refused, failure: why || t("Flyt did not answer. Check the connection and try again.") });
    }
  };
  const add = (given: Iterable<File> | null | undefined) => {
    const all = [...(given ?? [])];
    const room = MOST - files.length - uploads.length;
    setProblem(all.length > room ? t("At most {count} files go with one answer.", { count: MOST }) : "");
    const fresh = all.slice(0, Math.max(room, 0)).map((file) => ({ key: ++count.current, file, part: 0, failure: "", refused: false, stop: new AbortController() }));
    setUploads((before) => [...before, ...fresh]);
    fresh.forEach((upload) => void begin(upload));
  };
  const remove = (file: FileOf) => {
    keep(files.filter(({ id }) => id !== file.id));
    setProblem("");
    send("DELETE", `conversations/${conversation}/files/${file.id}`).catch(() => null); // it goes by itself after a day
  };
  const take = () => {
    const taken = files;
    keep([]);
    setProblem("");
    return taken;
  };
  return { files, uploads, problem, add, again: (upload) => void begin(upload), drop, remove, take };
}

/** A limit as the server tells it: its megabytes are those of computers. */
export function inMegabytes(bytes: number): string {
  return size(Math.floor(bytes / 1024 ** 2) * 1e6);
}

/** The file as the server keeps it; `progress` is told the part that has gone. Throws `Unanswered`. */
function uploaded(conversation: string, file: File, progress: (part: number) => void, signal: AbortSignal): Promise<FileOf> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not tell how far an upload is
    request.open("POST", `/api/v1/conversations/${conversation}/files`);
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onloadend = () => {
      if (request.status === 201) resolve(request.response as FileOf);
      else reject(new Unanswered(request.status, request.response));
    };
    signal.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}

export function Attachments({ attaching }: { attaching: Attaching }) {
  const { files, uploads, problem } = attaching;
  if (!files.length && !uploads.length && !problem) return null;
  return (
    <div className="inbox-attached">
      {problem && <p className="field-error" role="alert">{problem}</p>}
      <ul aria-label={t("Files to be sent")}>
        {files.map((file) => (
          <li key={file.id}>
            <Row name={file.name} bytes={file.size} onRemove={() => attaching.remove(file)} />
          </li>
        ))}
        {uploads.map((upload) => (
          <li key={`u${upload.key}`} className={upload.failure ? "failed" : ""}>
            <Row name={upload.file.name} bytes={upload.file.size} failed={Boolean(upload.failure)} onRemove={() => attaching.drop(upload)} />
            {upload.failure ? (
              <p className="inbox-refused" role="alert">
                <span>{upload.failure}</span>
                {!upload.refused && <button type="button" className="button" onClick={() => attaching.again(upload)}>{t("Try again")}</button>}
              </p>
            ) : (
              <progress value={upload.part} max={1} aria-label={t("Uploading {name}", { name: upload.file.name })} />
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Row({ name, bytes, failed = false, onRemove }: { name: string; bytes: number; failed?: boolean; onRemove: () => void }) {
  const Icon = failed ? CircleAlert : FileText;
  return (
    <div className="inbox-attachment">
      <Icon size={16} aria-hidden="true" />
      <span className="inbox-attachment-name" dir="auto" title={name}>{name}</span>
      <span className="inbox-size">{size(bytes)}</span>
      <button type="button" className="button quiet icon" aria-label={t("Remove {name}", { name })} title={t("Remove")} onClick={onRemove}>
        <X size={14} aria-hidden="true" />
      </button>
    </div>
  );
}

/** Takes what is dropped anywhere on the conversation; whether something is held over it. */
export function useDropping(inside: RefObject<HTMLElement | null>, add: Attaching["add"]): boolean {
  const [over, setOver] = useState(false);
  const taking = useRef(add);
  taking.current = add;
  useEffect(() => {
    const place = inside.current?.closest<HTMLElement>(".inbox-main");
    if (!place) return;
    const done = new AbortController();
    const { signal } = done;
    const held = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    place.addEventListener("dragover", (event) => held(event) && (event.preventDefault(), setOver(true)), { signal });
    place.addEventListener("dragleave", (event) => place.contains(event.relatedTarget as Node | null) || setOver(false), { signal });
    place.addEventListener("drop", (event) => held(event) && (event.preventDefault(), setOver(false), taking.current(event.dataTransfer?.files)), { signal });
    return () => done.abort();
  }, [inside]);
  return over;
}
