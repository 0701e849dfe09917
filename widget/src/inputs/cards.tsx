/** Cards side by side; the row is scrolled where they are too many. */

import { safeAddress } from "../markdown.ts";
import { Markdown } from "../markdown-view.tsx";
import { useSetting } from "../surroundings.ts";
import type { Card } from "../types.ts";
import { storedIn, useStored } from "./extras.tsx";

export function Cards({ cards }: { cards: Card[] }) {
  return (
    <div class="cards" role="list" tabIndex={0}>
      {cards.map((card) => (
        <div class="card" role="listitem" key={card.id ?? card.title}>
          {card.image && <Image url={card.image} />}
          <div class="words" dir="auto">
            {card.title && <strong>{card.title}</strong>}
            {card.text && <Markdown text={card.text} />}
          </div>
          {card.buttons?.map((button) => <CardButton button={button} key={button.id} />)}
        </div>
      ))}
    </div>
  );
}

function Image({ url }: { url: string }) {
  const { file } = useStored(storedIn(url), url);
  const address = safeAddress(url) ?? file?.url;
  return address ? <img src={address} alt="" loading="lazy" referrerpolicy="no-referrer" /> : null;
}

function CardButton({ button }: { button: { id: string; label: string; url?: string } }) {
  const { conversation } = useSetting();
  const href = button.url ? safeAddress(button.url) : null;
  if (button.url) {
    return href ? <a class="cardbutton" href={href} target="_blank" rel="noopener noreferrer">{button.label}</a> : null;
  }
  const choose = (event: MouseEvent) => {
    event.stopPropagation();
    if (event.detail > 1) return; // a double click is one wish
    const token = conversation.snapshot.input?.token;
    conversation.say({ choice: button.id, ...(token && { input_token: token }) }, { text: button.label, type: "choice" });
  };
  return <button type="button" class="cardbutton" onClick={choose}>{button.label}</button>;
}
