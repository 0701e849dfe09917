/** Server-sent events, read from the bytes of a stream. */

export interface StreamEvent {
  name: string;
  data: string;
}

/** Cuts text into events, wherever the pieces break. */
export class Cutter {
  #rest = "";

  push(piece: string): StreamEvent[] {
    const text = this.#rest + piece;
    const half = text.endsWith("\r") ? "\r" : ""; // of a line end, perhaps
    const blocks = text.slice(0, text.length - half.length).replace(/\r\n?/g, "\n").split("\n\n");
    this.#rest = (blocks.pop() ?? "") + half;
    return blocks.map(read).filter((event) => event.data !== "");
  }
}

/** Hands on each event until the stream ends. */
export async function each(
  body: ReadableStream<Uint8Array>,
  heard: (event: StreamEvent) => void,
  alive: () => void,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const cutter = new Cutter();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    cutter.push(decoder.decode(value, { stream: true })).forEach(heard);
  }
}

function read(block: string): StreamEvent {
  const event = { name: "message", data: "" };
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) event.name = line.slice(6).trim();
    else if (line.startsWith("data:")) event.data += (event.data && "\n") + line.slice(5).replace(/^ /, "");
  }
  return event;
}
