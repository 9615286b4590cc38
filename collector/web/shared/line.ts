// line.ts is what carries messages: a websocket, or POST where a proxy between
// tablet and office breaks websockets. Both carry the same texts.

import type { FromOffice } from "./message";

/** A way to the office. open is called once; onClose is called once, also when it never opened. */
export interface Line {
  onOpen: () => void;
  onMessage: (m: FromOffice) => void;
  onClose: () => void;
  open(): void;
  send(text: string): void;
  close(): void;
}

const pingEvery = 25_000; // milliseconds; under the idle limit of common proxies

/** Milliseconds before the next attempt: from 1 s to 5 min, spread so that a thousand tablets do not return at once. */
export function backoff(failures: number): number {
  const ceiling = Math.min(300_000, 1000 * 2 ** Math.min(failures - 1, 12));
  return ceiling * (0.5 + Math.random() / 2);
}

/** Messages over a websocket. */
export class SocketLine implements Line {
  onOpen = () => {};
  onMessage: (m: FromOffice) => void = () => {};
  onClose = () => {};
  private socket: WebSocket | null = null;
  private ping = 0;

  open(): void {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/socket`);
    this.socket = socket;
    socket.onopen = () => {
      this.ping = window.setInterval(() => this.send('{"type":"ping"}'), pingEvery);
      this.onOpen();
    };
    socket.onmessage = (e) => this.onMessage(JSON.parse(String(e.data)) as FromOffice);
    socket.onclose = () => this.end();
  }

  send(text: string): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(text);
  }

  // A socket without network closes only after a long wait: the line ends now.
  close(): void {
    this.socket?.close();
    this.end();
  }

  private end(): void {
    if (!this.socket) return;
    this.socket = null;
    clearInterval(this.ping);
    this.onClose();
  }
}

/** Messages by POST, one at a time, in order. */
export class PostLine implements Line {
  onOpen = () => {};
  onMessage: (m: FromOffice) => void = () => {};
  onClose = () => {};
  private tail: Promise<void> = Promise.resolve();
  private ended = false;

  constructor(private readonly facts: { token: string; device: string }) {}

  open(): void {
    void Promise.resolve().then(() => this.onOpen());
  }

  send(text: string): void {
    this.tail = this.tail.then(() => this.post(text)).catch(() => this.close());
  }

  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.onClose();
  }

  private async post(text: string): Promise<void> {
    if (this.ended) return;
    const response = await fetch("/v1/messages", {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Authorization: `Bearer ${this.facts.token}`,
        "Cifra-Device": this.facts.device,
      },
      body: text,
    });
    const reply = (await response.json()) as FromOffice | FromOffice[];
    for (const m of Array.isArray(reply) ? reply : [reply]) this.onMessage(m);
  }
}
