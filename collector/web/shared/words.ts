// words.ts is every sentence of the pages that is not an instrument's, in the
// languages of the field. A component reads words.value, so that a change of
// language redraws it and nothing else.

import { computed, signal } from "@preact/signals";
import { en } from "./words/en";
import { es, type Words } from "./words/es";
import { fr } from "./words/fr";
import { pt } from "./words/pt";

const catalogue: Record<string, Words> = { es, en, pt, fr };

/** The languages the pages speak, the source language first. */
export const languages = ["es", "en", "pt", "fr"];

/** The language the pages speak now. */
export const language = signal("es");

export const words = computed<Words>(() => catalogue[language.value] ?? es);

/** The name a language has in itself. */
export function nameOf(code: string): string {
  return catalogue[code]?.language ?? code;
}

/** The words of a disposition, by its AAPOR number. */
export function outcome(code: number): string {
  const w = words.value;
  return w.outcome[code] ?? w.outcomeOther(code);
}
