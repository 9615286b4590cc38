// App shows where the enumerator is, and over it what must be seen anywhere.

import { words } from "../shared/words";
import { CaseList } from "./cases/CaseList";
import { CasePage } from "./cases/CasePage";
import { Interview } from "./interview/Interview";
import { QuickHide } from "./QuickHide";
import type { Tablet } from "./tablet";

export function App({ tablet }: { tablet: Tablet }) {
  const w = words.value;
  return (
    <>
      {!tablet.writer && <p class="banner" data-testid="read-only">{w.readOnly}</p>}
      {!tablet.token && <p class="banner banner-stop" data-testid="no-key">{w.noKey}</p>}
      {tablet.engineStopped.value && (
        <p class="banner banner-stop" role="alert" data-testid="engine-stopped">
          {w.engineStopped}{" "}
          <button type="button" class="button-line" onClick={() => location.reload()}>
            {w.reload}
          </button>
        </p>
      )}
      <Page tablet={tablet} />
      {tablet.hiding.value && <QuickHide onContinue={() => (tablet.hiding.value = false)} />}
    </>
  );
}

function Page({ tablet }: { tablet: Tablet }) {
  const place = tablet.place.value;
  if (place.at === "interview") return <Interview tablet={tablet} session={place.session} />;
  const item = place.at === "case" ? tablet.cases.value.find((c) => c.case === place.case) : undefined;
  return item ? <CasePage tablet={tablet} item={item} /> : <CaseList tablet={tablet} />;
}
