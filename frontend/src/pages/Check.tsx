import { useRef, useState } from "react";
import type { DragEvent } from "react";
import { identify } from "../api";
import type { Identification } from "../api";
import { Verdict } from "../parts/Verdict";

type State =
  | { is: "idle" }
  | { is: "reading"; name: string }
  | { is: "done"; answer: Identification }
  | { is: "failed"; name: string; failure: string };

/** Drop a file, see whose it is. */
export function Check() {
  const [state, set] = useState<State>({ is: "idle" });
  const [over, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);

  const check = async (file: File | undefined) => {
    if (!file) return;
    set({ is: "reading", name: file.name });
    try {
      set({ is: "done", answer: await identify(file) });
    } catch (failure) {
      set({ is: "failed", name: file.name, failure: failure instanceof Error ? failure.message : String(failure) });
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void check(event.dataTransfer.files[0]);
  };
  return (
    <>
      <h1>Whose is this file?</h1>
      <p className="promise">The mark names the work, the fingerprint confirms the sound, and the registry says who owns it. The file stays on this server only while it is read.</p>
      <div className={over ? "drop over" : "drop"} onDrop={drop} onDragLeave={() => setOver(false)}
        onDragOver={(event) => { event.preventDefault(); setOver(true); }}>
        <p>Drop a WAV, FLAC, MP3, OGG or M4A file here</p>
        <label className="row">
          <span className="soft">or choose one</span>
          <input ref={picker} type="file" accept="audio/*,.flac,.ogg,.m4a,.mp3,.wav,.opus" disabled={state.is === "reading"}
            onChange={(event) => void check(event.target.files?.[0])} />
        </label>
      </div>
      <div aria-live="polite" className="stack" style={{ marginTop: "1rem" }}>
        {state.is === "reading" && <p className="waiting">Reading {state.name} …</p>}
        {state.is === "failed" && <p className="card failure"><strong>{state.name}:</strong> {state.failure}</p>}
        {state.is === "done" && <Verdict of={state.answer} />}
      </div>
    </>
  );
}
