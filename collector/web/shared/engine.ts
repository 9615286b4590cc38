// engine.ts loads the interview engine and calls it. The contract is
// engine.d.ts beside the Go program; this file only turns objects into the
// JSON text that crosses, and errors into exceptions.

import "go/wasm_exec";
import type { Decide, Decided, Functions, Go, Open, Overview, Reply, View } from "../../../questionnaire/wasm/engine";
import { raw, type EventText } from "./event";

interface GoProgram {
  importObject: WebAssembly.Imports;
  run(instance: WebAssembly.Instance): Promise<void>;
}

declare global {
  var Go: new () => GoProgram;
  var cifra: Functions | undefined;
}

/** What the engine refused, and why. A blocked step carries the view that says so. */
export class EngineError extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly view: View | null,
  ) {
    super(message);
  }
}

/** The interview engine. It holds one interview at a time. */
export class Engine {
  /** Settles when the program has stopped, which it should never do. */
  readonly stopped: Promise<void>;

  private constructor(
    private readonly functions: Functions,
    stopped: Promise<void>,
  ) {
    this.stopped = stopped;
  }

  /** Fetches, compiles and starts the engine at url. */
  static async load(url: string): Promise<Engine> {
    const program = new globalThis.Go();
    const { instance } = await WebAssembly.instantiateStreaming(fetch(url), program.importObject);
    const stopped = program.run(instance);
    if (!globalThis.cifra) throw new EngineError("the engine started without its functions", "defect", null);
    return new Engine(globalThis.cifra, stopped);
  }

  /** Opens an interview by replaying its events; none opens a new one. */
  open(arg: Omit<Open, "events">, events: EventText[]): View {
    const rest = JSON.stringify(arg);
    return call<View>(this.functions.open, `${rest.slice(0, -1)},"events":[${events.map(raw).join(",")}]}`);
  }

  /** Makes the event of an act. Nothing changes until it is applied. */
  decide(arg: Decide): Decided {
    return call<Decided>(this.functions.decide, JSON.stringify(arg));
  }

  /** Changes the interview by an event. What it returns is shown once the event is stored. */
  apply(event: EventText): View {
    return call<View>(this.functions.apply, `{"event":${raw(event)}}`);
  }

  /** Moves to another screen. A step that is not allowed throws code "blocked". */
  go(arg: Go): View {
    return call<View>(this.functions.go, JSON.stringify(arg));
  }

  /** The screen as it stands. */
  view(): View {
    return call<View>(this.functions.view, "{}");
  }

  /** Every screen on the path, with what is still open. */
  overview(): Overview {
    return call<Overview>(this.functions.overview, "{}");
  }
}

function call<T>(f: (arg: string) => string, arg: string): T {
  const reply = JSON.parse(f(arg)) as Reply<T>;
  if (reply.error !== undefined) {
    const view = reply.code === "blocked" && reply.value ? (reply.value as unknown as View) : null;
    throw new EngineError(reply.error, reply.code ?? "", view);
  }
  return reply.value as T;
}
