// RichText shows an instrument's text: paragraphs, line breaks and **weight**.
// Text stays text; nothing in it can become an element.

import { Fragment } from "preact";

export function RichText({ text }: { text: string }) {
  return (
    <>
      {text.split("\n").map((line, i) => (
        <Fragment key={i}>
          {i > 0 && <br />}
          {line.split("**").map((part, j) => (j % 2 === 1 ? <strong key={j}>{part}</strong> : part))}
        </Fragment>
      ))}
    </>
  );
}
