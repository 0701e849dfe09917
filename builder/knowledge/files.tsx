/** Adding files: chosen or dropped, each with what it is, how far it has gone, or why it has not. */

import { CircleCheck, FileText, RotateCw, Table, X } from "lucide-react";
import { useEffect, useId, useRef, useState, type FormEvent, type RefObject } from "react";

import { Dialog } from "$/public/external/builder/design/sources/dialog.tsx";

import type { Adding } from "./adding";
import { CollectionField } from "./collection_field";
import { Bar } from "./kinds";
import { ACCEPTED, type Upload, type Uploads } from "./uploads";
import { number, size, t } from "./words";

export function FilesDialog({ adding }: { adding: Adding }) {
  const { uploads } = adding;
  const { lines } = uploads;
  const [collection, setCollection] = useState("");
  const [unnamed, setUnnamed] = useState(false);
  const chosen = lines.filter(({ state }) => state === "chosen");
  const done = lines.length > 0 && lines.every(({ state }) => state === "added");
  const open = adding.open === "files";
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (open && !lines.length) button.current?.focus();
  }, [open]);

  useEffect(() => {
    if (!done) return;
    adding.say(lines.length === 1 ? t("The file is added. It is being read now.") : t("{count} files are added. They are being read now.", { count: lines.length }));
    uploads.clear();
    if (open) adding.close();
  }, [done]);

  const send = (event: FormEvent) => {
    event.preventDefault();
    const unsaid = chosen.some(({ kind }) => kind === null);
    setUnnamed(unsaid);
    if (!unsaid && chosen.length) uploads.send(collection.trim());
  };
  const close = () => {
    adding.close();
    uploads.dropUnfit();
    setUnnamed(false);
    if (uploads.going) adding.say(t("The files go on being sent. Stay on this page until they are there."));
  };
  return (
    <Dialog open={open} title={t("Add files")} closeLabel={t("Close")} wide onClose={close}>
      <form className="form" onSubmit={send}>
        <Chooser uploads={uploads} button={button} />
        {lines.length > 0 && (
          <ul className="knowledge-files" aria-label={t("Files")}>
            {lines.map((line) => (
              <Row key={line.key} line={line} uploads={uploads} unnamed={unnamed} />
            ))}
          </ul>
        )}
        <CollectionField value={collection} onChange={setCollection} />
        <div className="form-actions">
          <button type="button" className="button" onClick={close}>
            {uploads.going ? t("Close") : t("Cancel")}
          </button>
          <button type="submit" className="button primary" disabled={!chosen.length}>
            {chosen.length > 1 ? t("Add {count} files", { count: chosen.length }) : t("Add the file")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Chooser({ uploads, button }: { uploads: Uploads; button: RefObject<HTMLButtonElement | null> }) {
  const input = useRef<HTMLInputElement>(null);
  const help = useId();
  return (
    <div className="drop knowledge-drop">
      <p id={help}>{t("PDF, DOCX, HTML, Markdown, TXT, CSV or XLSX. Drop files anywhere on this page, or choose them.")}</p>
      <button ref={button} type="button" className="button" aria-describedby={help} onClick={() => input.current?.click()}>
        {t("Choose files")}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={ACCEPTED.join(",")}
        aria-label={t("Choose files")}
        onChange={(event) => {
          uploads.take(event.target.files ?? []);
          event.target.value = ""; // the same file, mended, may be chosen again
        }}
      />
    </div>
  );
}

interface RowProps {
  line: Upload;
  uploads: Uploads;
  /** Whether one has tried to go on without saying what a table is. */
  unnamed: boolean;
}

function Row({ line, uploads, unnamed }: RowProps) {
  const { key, file, state, share, why } = line;
  const Icon = line.isTable ? Table : FileText;
  const asks = line.isTable && state === "chosen";
  return (
    <li className={`knowledge-file ${state}`}>
      <Icon size={16} aria-hidden="true" />
      <div className="knowledge-file-body">
        <p>
          <span className="knowledge-file-name" dir="auto">
            {file.name}
          </span>{" "}
          <span className="knowledge-quiet">{size(file.size)}</span>
        </p>
        {asks && <TableKind line={line} uploads={uploads} missing={unnamed && line.kind === null} />}
        {state === "waiting" && <p className="knowledge-quiet">{t("Waits for the one before it")}</p>}
        {state === "sending" && <Bar label={t("Sending {name}", { name: file.name })} said={t("{share} % sent", { share: number(share * 100) })} done={share * 100} total={100} />}
        {state === "added" && (
          <p className="knowledge-done">
            <CircleCheck size={16} aria-hidden="true" />
            {t("Added")}
          </p>
        )}
        {state === "refused" && (
          <p className="field-error" role="alert">
            {why}
          </p>
        )}
      </div>
      {state === "refused" && line.mendable && (
        <button type="button" className="button" onClick={() => uploads.again(key)}>
          <RotateCw size={16} aria-hidden="true" />
          {t("Try again")}
        </button>
      )}
      {(state === "chosen" || state === "refused") && (
        <button type="button" className="button quiet icon" aria-label={t("Remove {name}", { name: file.name })} onClick={() => uploads.drop(key)}>
          <X size={16} aria-hidden="true" />
        </button>
      )}
    </li>
  );
}

/** A table is either prices, found row by row and quoted exactly, or a text in rows. */
function TableKind({ line, uploads, missing }: { line: Upload; uploads: Uploads; missing: boolean }) {
  const name = useId();
  const choice = (kind: "file" | "pricelist", label: string, help: string) => (
    <label className="knowledge-choice">
      <input type="radio" name={name} checked={line.kind === kind} onChange={() => uploads.name(line.key, kind)} />
      <span>
        {label}
        <span className="help">{help}</span>
      </span>
    </label>
  );
  return (
    <fieldset className="knowledge-asks" aria-describedby={`${name}-error`}>
      <legend>{t("What is this table?")}</legend>
      {choice("pricelist", t("Price list"), t("One thing for sale in each row. Prices are quoted exactly as they stand."))}
      {choice("file", t("Plain table"), t("Anything else, such as opening hours or sizes."))}
      <p className="field-error" id={`${name}-error`} role="alert">
        {missing && t("Choose one of the two.")}
      </p>
    </fieldset>
  );
}
