// roving.ts moves the focus among the options of a group by arrows, Home and
// End, as the patterns for radio groups say.

export function moveFocus(e: KeyboardEvent): void {
  const group = e.currentTarget as HTMLElement;
  const options = Array.from(group.querySelectorAll<HTMLElement>("[data-testid=option]"));
  const at = options.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  const to = target(e.key, at, options.length);
  if (to === null) return;
  e.preventDefault();
  options[to]?.focus();
}

function target(key: string, at: number, n: number): number | null {
  switch (key) {
    case "ArrowDown":
    case "ArrowRight":
      return (at + 1) % n;
    case "ArrowUp":
    case "ArrowLeft":
      return (at + n - 1) % n;
    case "Home":
      return 0;
    case "End":
      return n - 1;
  }
  return null;
}
