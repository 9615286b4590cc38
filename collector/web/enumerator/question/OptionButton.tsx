// OptionButton is one option of a list, as large as a thumb.

import type { Option } from "../../../../questionnaire/wasm/engine";
import { Icon } from "../Icon";

interface Props {
  option: Option;
  role: "radio" | "checkbox";
  digit: number; // the key that chooses it, 0 if none
  chosen: boolean;
  reachable: boolean; // by Tab; the others by arrows
  disabled?: boolean;
  onChoose: () => void;
}

export function OptionButton({ option, role, digit, chosen, reachable, disabled = false, onChoose }: Props) {
  return (
    <button
      type="button"
      class="option"
      role={role}
      aria-checked={chosen}
      aria-disabled={disabled}
      aria-keyshortcuts={digit > 0 ? String(digit) : undefined}
      tabIndex={reachable ? 0 : -1}
      onClick={() => !disabled && onChoose()}
      data-testid="option"
      data-code={option.code}
    >
      <span class={`mark mark-${role}`}>{role === "checkbox" && chosen && <Icon name="tick" />}</span>
      <span class="option-text">{option.text}</span>
    </button>
  );
}
