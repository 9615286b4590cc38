// TabletPanel says how the tablet is: whether it can work without network,
// whether the browser keeps what is stored, which language it speaks.

import { languages, nameOf, words } from "../../shared/words";
import { Dialog } from "../Dialog";
import type { Tablet } from "../tablet";

interface Props {
  tablet: Tablet;
  onClose: () => void;
}

export function TabletPanel({ tablet, onClose }: Props) {
  const w = words.value;
  const ready = tablet.offlineReady.value && tablet.current.value !== "" && tablet.cases.value.length > 0;
  return (
    <Dialog title={w.tablet} name="tablet-dialog" onClose={onClose}>
      <ul class="facts">
        <li class={ready ? "fact-good" : ""} data-testid="offline-ready" data-ready={ready}>
          {ready ? w.tabletReady : w.tabletNotReady}
        </li>
        <li class={tablet.persisted.value ? "fact-good" : "fact-warn"}>
          {tablet.persisted.value ? w.persisted : w.notPersisted}
        </li>
        <li class="num">{w.caseCount(tablet.cases.value.length)}</li>
        <li class="num small">
          {tablet.device} · {tablet.build.hash}
        </li>
      </ul>
      <div class="choices" role="group" aria-label={w.languages}>
        {languages.map((code) => (
          <button
            key={code}
            type="button"
            class="option"
            lang={code}
            aria-pressed={nameOf(code) === w.language}
            onClick={() => void tablet.setLanguage(code)}
            data-testid="language-option"
            data-code={code}
          >
            <span class="mark mark-radio" />
            <span class="option-text">{nameOf(code)}</span>
          </button>
        ))}
      </div>
    </Dialog>
  );
}
