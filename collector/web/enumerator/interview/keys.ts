// keys.ts lets an interview be conducted without touching the screen: digits
// choose, Enter goes on.

/** Handles a key pressed anywhere on an interview's screen. */
export function handleKey(e: KeyboardEvent, main: HTMLElement, next: () => void): void {
  if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
  const target = e.target as HTMLElement;
  const typing = target.matches("input, textarea, select");
  if (target.matches("[type=search]")) return;
  if (e.key === "Enter" && !e.shiftKey && goesOn(target)) {
    e.preventDefault();
    return next();
  }
  if (typing || !/^[1-9]$/.test(e.key)) return;
  // The group that has the focus; without one, the only group of the screen.
  const groups = Array.from(main.querySelectorAll<HTMLElement>("[role=radiogroup], [role=group]")).filter((g) =>
    g.querySelector("[data-testid=option]"),
  );
  const group = groups.find((g) => g.contains(target)) ?? (groups.length === 1 ? groups[0] : undefined);
  const option = group?.querySelectorAll<HTMLElement>("[data-testid=option]")[Number(e.key) - 1];
  option?.focus();
  option?.click();
}

// goesOn tells whether Enter means "on" where the focus is: not in a form, and
// not on a button that has its own meaning, except an option that is already
// chosen.
function goesOn(target: HTMLElement): boolean {
  if (target.matches("select, a")) return false;
  if (target.closest("form")) return false;
  const button = target.closest("button");
  return button === null || button.getAttribute("aria-checked") === "true";
}
