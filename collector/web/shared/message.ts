// message.ts is the sync dialogue: what a tablet and the office say to each
// other, over a websocket or, where a proxy breaks those, over POST.

export const protocol = 1;

/** One interview's log on a device: how far it goes and what the office has. */
export interface Holding {
  interview: string;
  device: string;
  seq: number;
  acked: number;
}

/** How far the office holds a device's log, with the hash of its last header. */
export interface Have {
  interview: string;
  device: string;
  seq: number;
  head: string;
}

/** A sampled dwelling as the office gives it out. */
export interface Case {
  case: string;
  address?: string;
  assigned?: string; // the device it was given to
  held?: string; // the device that has it, assigned or not
  stratum?: string;
  psu?: string;
  given?: Record<string, unknown>;
  disposition?: number;
  interviews?: { interview: string; device: string; household: number; disposition?: number; complete?: boolean }[];
}

/** An event that the office keeps for a person to look at. */
export interface Parked {
  interview: string;
  device: string;
  seq: number;
  reason: RefusalReason;
}

export type RefusalReason =
  | "divergent"
  | "gap"
  | "too_large"
  | "malformed"
  | "foreign"
  | "not_yours"
  | "unknown_survey"
  | "busy"
  | "protocol";

/** What the office says. */
export type FromOffice =
  | {
      type: "welcome";
      protocol: number;
      survey: string;
      store: string;
      instruments: string[];
      time: string;
      have: Have[];
      window: number;
    }
  | { type: "ack"; id: number; upto: Have[]; parked?: Parked[] }
  | { type: "refused"; id?: number; reason: RefusalReason; detail?: string; hint?: string; upto?: Have[]; parked?: Parked[] }
  | { type: "cases"; id: number; cursor: number; cases: Case[]; instruments: string[] }
  | { type: "slow"; wait_ms: number }
  | { type: "pong" };

/** The first thing a tablet says. */
export interface Hello {
  type: "hello";
  protocol: number;
  token: string;
  device: string;
  engine: string;
  holds: Holding[];
}
