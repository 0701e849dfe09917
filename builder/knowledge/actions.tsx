/** What an editor can do with a source: read it again, call it otherwise, move it, delete it. */

import { Ellipsis, FolderInput, Pencil, RotateCw, Trash2 } from "lucide-react";
import { useState, type FormEvent, type ReactNode } from "react";

import { Dialog } from "$/public/external/builder/design/sources/dialog.tsx";
import { Menu } from "$/public/external/builder/design/sources/menu.tsx";

import { Item } from "./adding";
import { CollectionField } from "./collection_field";
import { isMoving } from "./kinds";
import type { Say } from "./notices";
import { Field, Problem } from "./states";
import { change, GENERAL, into, reason, type Source } from "./wire";
import { documentsIn, passagesIn, t } from "./words";

type Asked = "rename" | "move" | "delete" | null;

interface Props {
  source: Source;
  say: Say;
  onDeleted?: () => void;
}

export function SourceActions({ source, say, onDeleted }: Props) {
  const [asked, setAsked] = useState<Asked>(null);
  const close = () => setAsked(null);
  return (
    <>
      <Menu label={t("Actions for {title}", { title: source.title })} face={<Ellipsis size={16} aria-hidden="true" />}>
        {!isMoving(source) && <Item icon={RotateCw} label={t("Read again")} onClick={() => void readAgain(source, say)} />}
        <Item icon={Pencil} label={t("Rename")} onClick={() => setAsked("rename")} />
        <Item icon={FolderInput} label={t("Move to a collection")} onClick={() => setAsked("move")} />
        <Item icon={Trash2} label={t("Delete")} danger onClick={() => setAsked("delete")} />
      </Menu>
      <Rename key={source.title} source={source} open={asked === "rename"} onClose={close} />
      <Move key={source.collection.name} source={source} open={asked === "move"} say={say} onClose={close} />
      <Delete source={source} open={asked === "delete"} say={say} onClose={close} onDeleted={onDeleted} />
    </>
  );
}

export async function readAgain(source: Source, say: Say) {
  try {
    await change("POST", `sources/${source.id}/read`);
  } catch (error) {
    say(reason(error));
  }
}

/** Asks for one thing and does it; a refusal is told in its place, with what was typed kept. */
export function AskDialog({ open, title, button, danger, onClose, act, children }: AskProps) {
  return (
    <Dialog open={open} title={title} closeLabel={t("Close")} onClose={onClose}>
      <Asking button={button} danger={danger} onClose={onClose} act={act}>
        {children}
      </Asking>
    </Dialog>
  );
}

interface AskProps {
  open: boolean;
  title: string;
  button: string;
  danger?: boolean;
  onClose: () => void;
  /** False where something must be mended first; a refusal is thrown. */
  act: () => Promise<boolean | void>;
  children: ReactNode;
}

function Asking({ button, danger, onClose, act, children }: Omit<AskProps, "open" | "title">) {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    try {
      if ((await act()) !== false) return onClose();
    } catch (error) {
      setProblem(reason(error));
    }
    setBusy(false);
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <Problem text={problem} />
      {children}
      <div className="form-actions">
        <button type="button" className="button" onClick={onClose}>
          {t("Cancel")}
        </button>
        <button type="submit" className={danger ? "button danger" : "button primary"} disabled={busy}>
          {busy ? t("One moment…") : button}
        </button>
      </div>
    </form>
  );
}

function Rename({ source, open, onClose }: { source: Source; open: boolean; onClose: () => void }) {
  const [title, setTitle] = useState(source.title);
  const [error, setError] = useState("");
  const act = async () => {
    setError(title.trim() ? "" : t("Write a title."));
    if (!title.trim()) return false;
    await change("PATCH", `sources/${source.id}`, { title: title.trim() });
    return true;
  };
  return (
    <AskDialog open={open} title={t("Rename source")} button={t("Rename")} onClose={onClose} act={act}>
      <Field label={t("Title")} help={t("Visitors see the titles of documents, not this one.")} error={error}>
        {(control) => <input {...control} value={title} maxLength={300} autoComplete="off" onChange={(event) => setTitle(event.target.value)} />}
      </Field>
    </AskDialog>
  );
}

function Move({ source, open, say, onClose }: { source: Source; open: boolean; say: Say; onClose: () => void }) {
  const [name, setName] = useState(source.collection.name);
  const act = async () => {
    const before = source.collection.name;
    const { collection: wanted = GENERAL } = await into(name);
    await change("PATCH", `sources/${source.id}`, { collection: wanted });
    const back = () => void change("PATCH", `sources/${source.id}`, { collection: before }).catch((error: unknown) => say(reason(error)));
    say(t("“{title}” is in {collection} now.", { title: source.title, collection: wanted }), back);
  };
  return (
    <AskDialog open={open} title={t("Move to a collection")} button={t("Move")} onClose={onClose} act={act}>
      <CollectionField value={name} onChange={setName} />
    </AskDialog>
  );
}

interface DeleteProps extends Props {
  open: boolean;
  onClose: () => void;
}

function Delete({ source, open, say, onClose, onDeleted }: DeleteProps) {
  const act = async () => {
    await change("DELETE", `sources/${source.id}`);
    say(t("“{title}” is deleted.", { title: source.title }));
    onDeleted?.();
  };
  return (
    <AskDialog open={open} title={t("Delete source")} button={t("Delete for good")} danger onClose={onClose} act={act}>
      <div className="stack-4">
        <p>
          <strong className="knowledge-wrap">{source.title}</strong>
          <br />
          <span className="knowledge-quiet">
            {documentsIn(source.documents)}, {passagesIn(source.chunks)}
          </span>
        </p>
        <p>{t("From their next answer on, running bots find nothing of it any more: questions that only it answers will get no answer. What was said in conversations stays as it is.")}</p>
        <p className="help">{t("Its documents and all their versions go with it. This can't be taken back.")}</p>
      </div>
    </AskDialog>
  );
}
