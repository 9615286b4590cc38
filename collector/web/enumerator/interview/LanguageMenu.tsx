// LanguageMenu changes the language in the middle of the interview. Every
// answer stays: they are codes and numbers, not words.

import type { View } from "../../../../questionnaire/wasm/engine";
import { language, languages, nameOf, words } from "../../shared/words";
import { Dialog } from "../Dialog";
import type { Session } from "../session";

interface Props {
  session: Session;
  view: View;
  onClose: () => void;
}

export function LanguageMenu({ session, view, onClose }: Props) {
  const choose = async (code: string) => {
    onClose();
    if (code === view.language) return;
    await session.settle();
    if ((await session.act({ act: "language", language: code })) && languages.includes(code)) language.value = code;
  };
  return (
    <Dialog title={words.value.languages} name="language-dialog" onClose={onClose}>
      <div class="choices">
        {view.languages.map((code) => (
          <button
            key={code}
            type="button"
            class="option"
            lang={code}
            aria-pressed={code === view.language}
            onClick={() => void choose(code)}
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
