/** Who the other is: a name, and if they have written here too, the contact it belongs to. */

import { useEffect, useState, type KeyboardEvent } from "react";

import { ask } from "./wire";
import { t } from "./words";

const SOON = 200; // milliseconds after the last letter
const MOST = 8;

interface Contact {
  id: string;
  name: string | null;
  email: string | null;
}

interface Props {
  id: string;
  /** Whom it is written of: nobody belongs with themselves. */
  of: string;
  value: string;
  linked: boolean;
  onWrite: (name: string) => void;
  onLink: (contact: string | null) => void;
}

export function Who({ id, of, value, linked, onWrite, onLink }: Props) {
  const [typed, setTyped] = useState(false);
  const found = useContacts(typed && !linked ? value : "", of);
  const [place, setPlace] = useState(-1);
  useEffect(() => setPlace(-1), [found]);
  const close = () => setTyped(false);
  const link = ({ id: contact, name, email }: Contact) => {
    onWrite(name || email || value);
    onLink(contact);
    close();
  };
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      setPlace((now) => (now + step + found.length + (now < 0 && step < 0 ? 1 : 0)) % found.length);
    } else if (event.key === "Enter" && found[place]) {
      event.preventDefault();
      link(found[place]);
    } else if (event.key === "Escape" && found.length) {
      event.stopPropagation(); // it closes the list, and not the form
      close();
    }
  };
  return (
    <div className="field">
      <label htmlFor={id}>{t("Who")}</label>
      <div className="known-who">
        <input
          id={id}
          className="input"
          dir="auto"
          maxLength={100}
          autoComplete="off"
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={found.length > 0}
          aria-controls={`${id}-found`}
          aria-activedescendant={place < 0 ? undefined : `${id}-${place}`}
          value={value}
          placeholder={t("Anna Berg")}
          onChange={(event) => {
            setTyped(true);
            onWrite(event.target.value);
          }}
          onKeyDown={keys}
          onBlur={close}
        />
        <ul id={`${id}-found`} className="known-found" role="listbox" aria-label={t("Contacts")} hidden={!found.length}>
          {found.map((contact, at) => (
            <li
              key={contact.id}
              id={`${id}-${at}`}
              role="option"
              aria-selected={at === place}
              onPointerMove={() => setPlace(at)}
              onMouseDown={(event) => {
                event.preventDefault(); // the field keeps the focus
                link(contact);
              }}
            >
              <bdi>{contact.name || contact.email}</bdi>
              {contact.name && contact.email && <span>{contact.email}</span>}
            </li>
          ))}
        </ul>
      </div>
      {linked ? (
        <p className="known-linked">
          {t("Linked to their contact.")}
          <button type="button" className="button quiet" onClick={() => onLink(null)}>
            {t("Unlink")}
          </button>
        </p>
      ) : (
        <p className="help">{t("If they have written here too, choose them from the list.")}</p>
      )}
    </div>
  );
}

const NOBODY: readonly Contact[] = [];

/** Contacts whose name or e-mail holds these words; nobody for none. */
function useContacts(words: string, but: string): readonly Contact[] {
  const [found, setFound] = useState(NOBODY);
  const search = words.trim();
  useEffect(() => {
    setFound(NOBODY);
    if (search.length < 2) return;
    const leaving = new AbortController();
    const soon = window.setTimeout(() => {
      ask<{ items: Contact[] }>("contacts", { search, limit: MOST + 1 }, leaving.signal)
        .then(({ items }) => setFound(items.filter(({ id }) => id !== but).slice(0, MOST)))
        .catch(() => null); // the name alone will do
    }, SOON);
    return () => {
      window.clearTimeout(soon);
      leaving.abort();
    };
  }, [search, but]);
  return found;
}
