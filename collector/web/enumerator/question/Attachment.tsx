// Attachment asks for a photo or a recording. The tablet's own camera or
// recorder makes it; here it is kept and named by its hash. It does not leave
// the tablet with the answers.

import { useContext, useEffect, useState } from "preact/hooks";
import { words } from "../../shared/words";
import { HeldContext } from "../held";
import type { AnswerProps } from "./Question";

export function Attachment({ question, labelledBy, onAnswer }: AnswerProps) {
  const w = words.value;
  const held = useContext(HeldContext);
  const photo = question.kind === "photo";
  const hash = question.value?.attachment?.hash;
  const [address, setAddress] = useState<string | null | undefined>(undefined); // null: not on this tablet
  const [fault, setFault] = useState("");

  useEffect(() => {
    let url = "";
    let here = true;
    setAddress(undefined);
    if (hash && held) {
      void held.attachment(hash).then((file) => {
        if (!here) return;
        url = file ? URL.createObjectURL(file) : "";
        setAddress(url || null);
      });
    }
    return () => {
      here = false;
      if (url) URL.revokeObjectURL(url);
    };
  }, [hash, held]);

  const take = async (file: File | undefined) => {
    if (!file || !held) return;
    setFault("");
    try {
      onAnswer(await held.keep(file));
    } catch {
      setFault(w.attachmentFailed);
    }
  };
  return (
    <div class="lookup" data-testid="attachment" data-held={address ? "true" : "false"}>
      {address && (photo ? <img class="photo" src={address} alt={w.photoTaken} /> : <audio controls src={address} />)}
      {hash && address === null && <p class="hint" data-testid="attachment-absent">{w.attachmentAbsent}</p>}
      <label class="button-line file">
        {photo ? w.photoTake : w.audioTake}
        <input
          type="file"
          accept={photo ? "image/*" : "audio/*"}
          capture={photo ? "environment" : undefined}
          aria-labelledby={labelledBy}
          onChange={(e) => void take(e.currentTarget.files?.[0])}
          data-testid="file"
        />
      </label>
      {fault && <p class="fault">{fault}</p>}
    </div>
  );
}
