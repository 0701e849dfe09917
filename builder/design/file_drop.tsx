import { useId, useRef, useState } from "react";

type Props = {
  prompt: string;
  choose: string;
  limit: number;
  tooLarge: string;
  unreadable: string;
  onText: (name: string, text: string) => void;
};

/** Takes one JSON file by choice or by drop and hands over its text. */
export function FileDrop({ prompt, choose, limit, tooLarge, unreadable, onText }: Props) {
  const [over, setOver] = useState(false);
  const [name, setName] = useState("");
  const [error, setError] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const id = useId();

  const take = async (file?: File) => {
    if (!file) return;
    setName(file.name);
    setError(file.size > limit ? tooLarge : "");
    if (file.size > limit) return;
    await file.text().then(
      (text) => onText(file.name, text),
      () => setError(unreadable),
    );
    // The same file, mended, may be chosen again.
    if (input.current) input.current.value = "";
  };

  return (
    <div
      className={over ? "drop over" : "drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer.files[0]);
      }}
    >
      {name && <p className="file-name">{name}</p>}
      <p id={id}>{prompt}</p>
      <button type="button" className="button" aria-describedby={id} onClick={() => input.current?.click()}>
        {choose}
      </button>
      <input ref={input} type="file" accept=".json,application/json" aria-label={choose} hidden onChange={(event) => void take(event.target.files?.[0])} />
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
