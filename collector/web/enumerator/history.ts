// history.ts makes the tablet's back button leave the interview for its case and
// the case for the list, instead of the page. The address never changes, so it
// tells nothing to whoever sees it.

import { effect } from "@preact/signals";
import type { Tablet } from "./tablet";

const depths = { cases: 0, case: 1, interview: 2 };

/** Follows the place from now on; the entries of a page that was loaded again still stand. */
export function followHistory(tablet: Tablet): void {
  let depth = typeof history.state === "number" ? history.state : 0;
  effect(() => {
    const wanted = depths[tablet.place.value.at];
    while (depth < wanted) history.pushState(++depth, "");
    if (depth > wanted) {
      const by = wanted - depth;
      depth = wanted;
      history.go(by);
    }
  });
  addEventListener("popstate", (e) => {
    const to = typeof e.state === "number" ? e.state : 0;
    if (to >= depth) return;
    depth = to;
    void tablet.leave();
  });
}
