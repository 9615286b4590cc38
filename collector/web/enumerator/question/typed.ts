// typed.ts is the life of an answer that is typed: it is a draft while the
// finger is on it and becomes an answer when the field is left. The engine's
// value is shown again whenever nothing is being typed.

import { useEffect, useState } from "preact/hooks";
import type { TargetedInputEvent } from "preact";
import type { Value } from "../../../../questionnaire/wasm/engine";
import type { Draft } from "../session";

/** What typed text comes to: an answer, no answer, or what is wrong with it. */
export type Read = { value: Value | null } | string;

interface Wiring {
  path: string;
  shown: string; // the engine's value as text
  read: (text: string) => Read;
  onAnswer: (value: Value | null) => void;
  onDraft: (draft: Draft | undefined) => void;
}

interface Typed {
  text: string;
  fault: string;
  field: {
    value: string;
    "aria-invalid": boolean;
    onInput: (e: TargetedInputEvent<HTMLInputElement | HTMLTextAreaElement>) => void;
    onBlur: () => void;
  };
}

export function useTyped({ path, shown, read, onAnswer, onDraft }: Wiring): Typed {
  const [text, setText] = useState<string | null>(null);
  useEffect(() => setText(null), [path, shown]);
  const result = text === null ? null : read(text);
  const fault = typeof result === "string" ? result : "";

  return {
    text: text ?? shown,
    fault,
    field: {
      value: text ?? shown,
      "aria-invalid": fault !== "",
      onInput: (e) => {
        const typed = e.currentTarget.value;
        setText(typed);
        onDraft(typed === shown ? undefined : draftOf(path, read(typed)));
      },
      onBlur: () => {
        if (result === null || typeof result === "string") return;
        if (text === shown) return setText(null);
        onAnswer(result.value);
      },
    },
  };
}

/** The act that typed text would be, null while it is none. */
export function draftOf(path: string, read: Read): Draft {
  if (typeof read === "string") return null;
  return read.value === null ? { act: "clear", path } : { act: "answer", path, value: read.value };
}
