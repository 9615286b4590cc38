// main starts the enumerator's page: the tablet's state, then the page over it,
// then the worker that makes both open without a network.

import { render } from "preact";
import { effect } from "@preact/signals";
import { language } from "../shared/words";
import { App } from "./App";
import { LoadFailed } from "./LoadFailed";
import { Tablet } from "./tablet";
import { keepUpdated } from "./update";
import { followHistory } from "./history";

function fact(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="cifra-${name}"]`)?.content ?? "";
}

async function main(page: HTMLElement): Promise<void> {
  effect(() => {
    document.documentElement.lang = language.value;
  });
  const tablet = await Tablet.start({ hash: fact("build"), engine: fact("engine") });
  await tablet.reopen().catch(() => undefined); // the list is the way to it, then
  followHistory(tablet);
  void keepUpdated(tablet);
  render(<App tablet={tablet} />, page);
  page.removeAttribute("aria-busy");
}

const page = document.getElementById("page");
if (page) main(page).catch(() => render(<LoadFailed />, page));
