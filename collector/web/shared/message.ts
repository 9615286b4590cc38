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
  assigned?: string | boolean;
  stratum?: string;
  psu?: string;
  given?: Record<string, unknown>;
  lease?: number;
  disposition?: number;
  interviews?: { interview: string; device?: string; disposition?: number; complete?: boolean }[];
}

export type RefusalReason =
  | "divergent"
  | "gap"
  | "too_large"
  | "malformed"
  | "foreign"
  | "not_yours"
  | "unknown_survey"
  | "busy";

/** What the office says. */
export type FromOffice =
  | {
      type: "welcome";
      protocol: number;
      survey: string;
      store: string;
      instruments: string[];
      time: string;
      have: Have[] | null;
      window?: number;
    }
  | { type: "ack"; id: number; upto: Have[] | null; parked?: { interview: string; device: string; seq: number; reason: string }[] }
  | { type: "refused"; id?: number; reason: RefusalReason; detail?: string; hint?: string }
  | { type: "cases"; id: number; cursor: string | number; cases: Case[] | null; instruments?: string[] }
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
