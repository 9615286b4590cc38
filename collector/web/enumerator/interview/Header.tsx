// Header says which case this is and how far the interview has come. In a
// sensitive module it tells nothing of the sort.

import type { View } from "../../../../questionnaire/wasm/engine";
import { words } from "../../shared/words";
import { Icon } from "../Icon";

interface Props {
  view: View;
  caseID: string;
  onMenu: () => void;
  onLanguage: () => void;
  onHide: () => void;
}

export function Header({ view, caseID, onMenu, onLanguage, onHide }: Props) {
  const w = words.value;
  const { answered, total } = view.progress;
  return (
    <header class="bar">
      <div class="bar-row">
        <button type="button" class="plain" aria-label={w.menu} onClick={onMenu} data-testid="menu">
          <Icon name="menu" />
        </button>
        <div class="where">
          <b>{w.dwelling(caseID)}</b>
          <span class="small num" data-testid="progress">
            {view.sensitive ? "" : w.progress(answered, Math.max(total, answered))}
          </span>
        </div>
        <button
          type="button"
          class="plain code"
          aria-label={`${view.language.toUpperCase()}: ${w.languages}`}
          onClick={onLanguage}
          data-testid="language"
        >
          {view.language.toUpperCase()}
        </button>
        <button type="button" class="plain" aria-label={w.hide} onClick={onHide} data-testid="hide">
          <Icon name="hide" />
        </button>
      </div>
      <progress
        class="progress"
        aria-hidden={view.sensitive}
        aria-label={w.progress(answered, total)}
        max={Math.max(total, 1)}
        value={view.sensitive ? 0 : answered}
      />
    </header>
  );
}
