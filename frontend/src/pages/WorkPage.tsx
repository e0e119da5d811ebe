import { useState } from "react";
import { editionsOf, timelineOf, work as loadWork } from "../api";
import type { TimelineEntry, Work } from "../api";
import { short } from "../format";
import { AiShare } from "../parts/AiShare";
import { BuyEdition } from "../parts/BuyEdition";
import { Credits } from "../parts/Credits";
import { Player } from "../parts/Player";
import { Waiting } from "../parts/Waiting";
import { useFetched } from "../useFetched";

/** One work: listen, who made it, how much a machine made, what is for sale, and all that happened to it. */
export function WorkPage({ id }: { id: number }) {
  const fetched = useFetched(() => loadWork(id), `work ${id}`);
  const editions = useFetched(() => editionsOf(id), `editions ${id}`);
  const timeline = useFetched(() => timelineOf(id), `timeline ${id}`);
  if (!fetched.value) return <><h1>Work {id}</h1><Waiting of={fetched} what="the work" /></>;
  const work = fetched.value;
  const bought = () => {
    editions.again();
    timeline.again();
  };
  return (
    <>
      <h1>{work.title}</h1>
      <p className="promise">{work.credits.map((credit) => `${credit.name} (${credit.roles.join(", ")})`).join(" · ")}</p>
      <div className="two">
        <div className="stack">
          <Player id={work.work_id} title={work.title} />
          <AiShare share={work.ai} />
          <Credits master={work.master} composition={work.composition} version={work.version} />
        </div>
        <div className="stack">
          {editions.value ? <BuyEdition editions={editions.value} onBought={bought} /> : <Waiting of={editions} what="editions" />}
          <Proof work={work} />
          {timeline.value ? <Timeline entries={timeline.value} /> : <Waiting of={timeline} what="the timeline" />}
        </div>
      </div>
    </>
  );
}

function Proof({ work }: { work: Work }) {
  return (
    <section className="card" aria-labelledby="proof">
      <h2 id="proof">Proof</h2>
      <dl className="small">
        <dt>Mark</dt><dd><code>{work.payload}</code></dd>
        <dt>Registrant</dt><dd><code title={work.registrant}>{short(work.registrant)}</code></dd>
        <dt>Audio hash</dt><dd><code>{work.audio_hash}</code></dd>
        <dt>Metadata hash</dt><dd><code>{work.metadata_hash}</code></dd>
        {Object.entries(work.cids).map(([name, cid]) => [
          <dt key={name}>{name.replaceAll("_", " ")}</dt>,
          <dd key={`${name} cid`}><code>{cid}</code></dd>,
        ])}
      </dl>
    </section>
  );
}

const SHOWN = 8;

/** What the chain says happened, newest first. */
function Timeline({ entries }: { entries: TimelineEntry[] }) {
  const [all, showAll] = useState(false);
  const newest = entries.toReversed();
  return (
    <section className="card" aria-labelledby="timeline">
      <h2 id="timeline">What happened</h2>
      <ol className="timeline" reversed>
        {newest.slice(0, all ? undefined : SHOWN).map((entry, index) => (
          <li key={index}>
            <p>{entry.text}</p>
            <p className="soft small">
              Block {entry.block}{entry.at ? <>, <time dateTime={entry.at}>{new Date(entry.at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })}</time></> : null}
              {entry.tx ? <>, <code title={entry.tx}>{short(entry.tx)}</code></> : null}
            </p>
          </li>
        ))}
      </ol>
      {!all && newest.length > SHOWN && <p><button className="plain" onClick={() => showAll(true)}>Show all {newest.length}</button></p>}
    </section>
  );
}
