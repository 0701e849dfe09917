/** Files: dropped, pasted or chosen; each shows how far it is; sent together. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Control } from "../dock.tsx";
import { Icon } from "./icons.tsx";
import { sized } from "./extras.tsx";
import { useSetting } from "../surroundings.ts";
import { fill } from "../fill.ts";

interface Upload {
  key: number;
  file: File;
  part: number; // 0 to 1
  id: string; // once it is there
  failure: string;
  stop: AbortController;
}

const MOST = 10; // in one message, where no question says otherwise

const Files: Control = ({ input, done }) => {
  const { words, conversation, host } = useSetting();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [over, setOver] = useState(false);
  const count = useRef(0);
  const chooser = useRef<HTMLInputElement>(null);
  const most = input ? (input.multiple ? (input.maximum ?? MOST) : 1) : MOST;
  const largest = input?.largest ?? Infinity;

  const change = (key: number, changes: Partial<Upload>) =>
    setUploads((before) => before.map((each) => (each.key === key ? { ...each, ...changes } : each)));
  const begin = async (upload: Upload) => {
    if (upload.file.size > largest) {
      const limit = fill(words.largest, { size: sized(largest, host.language) });
      return change(upload.key, { failure: `${fill(words.large, { name: upload.file.name })} ${limit}` });
    }
    change(upload.key, { failure: "", part: 0 });
    try {
      await conversation.open();
      const { id } = await conversation.api.upload(upload.file, (part) => change(upload.key, { part }), upload.stop.signal);
      change(upload.key, { id, part: 1 });
    } catch (error) {
      if (upload.stop.signal.aborted) return;
      const told = (error as Error).message || words.offline; // where nobody answers there are no words
      change(upload.key, { failure: `${fill(words.large, { name: upload.file.name })} ${told}` });
    }
  };
  const add = (files: Iterable<File> | null | undefined) => {
    const room = most - uploads.length;
    const fresh = [...(files ?? [])].slice(0, room).map((file) => ({
      key: ++count.current, file, part: 0, id: "", failure: "", stop: new AbortController(),
    }));
    setUploads((before) => [...before, ...fresh]);
    fresh.forEach((upload) => void begin(upload));
  };
  const remove = (upload: Upload) => {
    upload.stop.abort();
    setUploads((before) => before.filter((each) => each !== upload));
  };
  const going = useRef(uploads);
  going.current = uploads;
  useEffect(() => () => going.current.forEach((each) => each.id || each.stop.abort()), []);

  const ready = uploads.length > 0 && uploads.every((each) => each.id);
  const send = () => {
    const files = uploads.map(({ id, file }) => ({ id, name: file.name, type: file.type, size: file.size }));
    const token = input?.token;
    conversation.say({ files: files.map(({ id }) => id), ...(token && { input_token: token }) }, { text: "", type: "file", files });
    done();
  };
  return (
    <div
      class="files"
      onDragOver={(event) => (event.preventDefault(), setOver(true))} onDragLeave={() => setOver(false)}
      onDrop={(event) => (event.preventDefault(), setOver(false), add(event.dataTransfer?.files))}
      onPaste={(event) => add(event.clipboardData?.files)}
    >
      <button type="button" class={`drop ${over ? "over" : ""}`} onClick={() => chooser.current?.click()}>
        <Icon name="upload" />
        {words.file}
      </button>
      <input ref={chooser} type="file" accept={input?.accept?.join(",")} multiple={most > 1} hidden aria-label={words.choose} onChange={(event) => (add(event.currentTarget.files), (event.currentTarget.value = ""))} />
      {uploads.map((upload) => (
        <div class="upload" key={upload.key}>
          <Icon name={upload.failure ? "alert" : "file"} />
          <span class="filename" dir="auto">{upload.file.name}</span>
          <span class="quiet">{sized(upload.file.size, host.language)}</span>
          <button type="button" class="plain" aria-label={`${words.remove} ${upload.file.name}`} onClick={() => remove(upload)}><Icon name="close" /></button>
          {upload.failure ? (
            <p class="bad" role="alert">
              {upload.failure} <button type="button" onClick={() => void begin(upload)}>{words.again}</button>
            </p>
          ) : (
            !upload.id && <progress value={upload.part} max={1} aria-label={fill(words.uploading, { name: upload.file.name })} />
          )}
        </div>
      ))}
      {uploads.length > 0 && (
        <button type="button" class="primary" disabled={!ready} onClick={send}>{words.send}</button>
      )}
    </div>
  );
};

export default Files;
