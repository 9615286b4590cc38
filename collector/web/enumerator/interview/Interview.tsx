// Interview is the frame around every screen: what case it is and how far, the
// screen, the state of saving and the way on, always in the same place.

import { useEffect, useRef, useState } from "preact/hooks";
import { HeldContext } from "../held";
import type { Session } from "../session";
import type { Tablet } from "../tablet";
import { Footer } from "./Footer";
import { Header } from "./Header";
import { handleKey } from "./keys";
import { LanguageMenu } from "./LanguageMenu";
import { Menu } from "./Menu";
import { Screen } from "./Screen";
import { Trouble } from "./Trouble";

interface Props {
  tablet: Tablet;
  session: Session;
}

export function Interview({ tablet, session }: Props) {
  const [open, setOpen] = useState<"menu" | "language" | null>(null);
  const main = useRef<HTMLElement>(null);
  const view = session.view.value;
  const path = view?.screen.path ?? "";

  // A new screen is read from its beginning: by eye, by keyboard, by ear.
  useEffect(() => {
    const typed = main.current?.querySelectorAll<HTMLElement>("[data-autofocus]");
    const heading = main.current?.querySelector<HTMLElement>("h1");
    (typed?.length === 1 ? typed[0] : heading)?.focus({ preventScroll: true });
    main.current?.scrollTo(0, 0);
  }, [path]);

  // What keeps the screen is brought before the eye.
  const blocked = session.blocked.value;
  useEffect(() => {
    if (blocked === 0) return;
    const what = main.current?.querySelector<HTMLElement>("[data-testid=missing], [data-confirmed=false]");
    what?.closest<HTMLElement>("[data-testid=question], [data-testid=check]")?.scrollIntoView({ block: "center" });
  }, [blocked]);

  // What was typed must not wait for the finger when the page goes away.
  useEffect(() => {
    const settle = () => document.visibilityState === "hidden" && void session.settle();
    document.addEventListener("visibilitychange", settle);
    return () => document.removeEventListener("visibilitychange", settle);
  }, [session]);

  useEffect(() => {
    const onKey = (e: KeyboardEvent) => open === null && main.current && handleKey(e, main.current, () => void session.next());
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [session, open]);

  if (!view) return null;
  return (
    <div class="frame" data-testid="interview" data-sensitive={view.sensitive}>
      <Header
        view={view}
        caseID={session.record.case}
        onMenu={() => setOpen("menu")}
        onLanguage={() => setOpen("language")}
        onHide={() => (tablet.hiding.value = true)}
      />
      <main ref={main} class="sheet" lang={view.language}>
        <div class="column">
          <HeldContext.Provider value={tablet.held}>
            <Screen session={session} view={view} onLeave={() => void tablet.leave()} />
          </HeldContext.Provider>
          <Trouble session={session} />
        </div>
      </main>
      <Footer tablet={tablet} session={session} view={view} />
      {open === "menu" && <Menu tablet={tablet} session={session} view={view} onClose={() => setOpen(null)} />}
      {open === "language" && <LanguageMenu session={session} view={view} onClose={() => setOpen(null)} />}
    </div>
  );
}
