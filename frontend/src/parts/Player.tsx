import { useEffect, useRef, useState } from "react";
import type { PointerEvent } from "react";
import { waveform } from "../api";

const BARS = 180;

/** The song, with its waveform as a place to point at; the browser's own controls work without it. */
export function Player({ id, title }: { id: number; title: string }) {
  const audio = useRef<HTMLAudioElement>(null);
  const [peaks, setPeaks] = useState<number[]>([]);
  const [at, setAt] = useState({ now: 0, length: 0 });
  useEffect(() => {
    waveform(id, BARS).then(setPeaks, () => setPeaks([]));
  }, [id]);

  const follow = () => {
    const player = audio.current;
    if (player) setAt({ now: player.currentTime, length: Number.isFinite(player.duration) ? player.duration : 0 });
  };
  const seek = (event: PointerEvent<SVGSVGElement>) => {
    const player = audio.current;
    if (!player || !at.length || (event.type === "pointermove" && !event.buttons)) return;
    const box = event.currentTarget.getBoundingClientRect();
    player.currentTime = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * at.length;
  };
  const played = at.length ? (at.now / at.length) * peaks.length : 0;
  return (
    <section className="card player" aria-labelledby="listen">
      <h2 id="listen">Listen</h2>
      {peaks.length > 0 && (
        <svg className="wave" viewBox={`0 0 ${peaks.length * 4} 100`} preserveAspectRatio="none" aria-hidden="true"
          onPointerDown={seek} onPointerMove={seek}>
          {peaks.map((peak, i) => {
            const tall = Math.max(2, peak * 98);
            return <rect key={i} className={i < played ? "played" : "ahead"} x={i * 4} y={50 - tall / 2} width="2.6" height={tall} rx="1" />;
          })}
        </svg>
      )}
      <audio ref={audio} controls preload="metadata" src={`/api/works/${id}/audio`} aria-label={`Listen to ${title}`}
        onTimeUpdate={follow} onLoadedMetadata={follow} />
    </section>
  );
}
