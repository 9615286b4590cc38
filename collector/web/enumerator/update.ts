// update.ts registers the service worker and lets a new version in only between
// interviews: never under an interview that is on the screen.

import { effect } from "@preact/signals";
import type { Tablet } from "./tablet";

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): { createScriptURL(url: string): string };
}

const worker = "/worker.js";

export async function keepUpdated(tablet: Tablet): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  // The page's policy lets no text become a script's address but this one.
  const policy = factory?.createPolicy("cifra-worker", { createScriptURL: () => worker });
  const registration = await navigator.serviceWorker.register(policy?.createScriptURL(worker) ?? worker, {
    updateViaCache: "none",
  });

  let asked = false;
  const offer = () => {
    const busy = tablet.place.value.at === "interview" || !tablet.writer;
    if (busy || !registration.waiting) return;
    asked = true;
    registration.waiting.postMessage("activate");
  };
  navigator.serviceWorker.addEventListener("controllerchange", () => asked && location.reload());
  registration.addEventListener("updatefound", () => {
    const incoming = registration.installing;
    incoming?.addEventListener("statechange", () => incoming.state === "installed" && navigator.serviceWorker.controller && offer());
  });
  effect(offer);
}
