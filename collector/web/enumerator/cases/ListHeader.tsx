// ListHeader says what of the tablet's work is at the office and whether there
// is a connection, in words.

import { words } from "../../shared/words";
import { Icon } from "../Icon";
import type { Tablet } from "../tablet";

interface Props {
  tablet: Tablet;
  onPanel: () => void;
}

export function ListHeader({ tablet, onPanel }: Props) {
  const w = words.value;
  const unsent = tablet.toSend.value;
  const connection = tablet.link?.connection.value ?? "offline";
  const line = { online: w.online, connecting: w.connecting, offline: w.offline, refused: w.refusedDevice }[connection];
  return (
    <header class="bar">
      <div class="bar-row">
        <div class="where where-list">
          <h1>{w.cases}</h1>
          <p class="small num" role="status" data-testid="sync" data-connection={connection} data-unsent={unsent}>
            {unsent > 0 ? w.toSend(unsent) : w.allSent} · {line}
          </p>
        </div>
        <button type="button" class="plain" aria-label={w.tablet} onClick={onPanel} data-testid="tablet">
          <Icon name="menu" />
        </button>
      </div>
    </header>
  );
}
