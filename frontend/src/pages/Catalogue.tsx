import { works } from "../api";
import { percent } from "../format";
import { AiBar } from "../parts/AiShare";
import { Link } from "../parts/Link";
import { Waiting } from "../parts/Waiting";
import { useFetched } from "../useFetched";

/** Every registered work, newest first. */
export function Catalogue() {
  const fetched = useFetched(works, "works");
  return (
    <>
      <h1>One song, many hands</h1>
      <p className="promise">Every share signed, every copy marked, every coin traced, and any leaked MP3 tells you whose it is and how much of it a machine made.</p>
      {!fetched.value ? <Waiting of={fetched} what="the catalogue" /> : fetched.value.length === 0 ? (
        <p>No work is registered yet. On the command line, <code>partbook compose</code> makes a song and <code>partbook work register</code> registers it.</p>
      ) : (
        <ul className="cards">
          {fetched.value.map((work) => (
            <li key={work.work_id}>
              <article className="card">
                <h2><Link href={`/works/${work.work_id}`}>{work.title}</Link></h2>
                <p className="soft">{work.credits.map((credit) => credit.name).join(", ")}</p>
                <AiBar bps={work.ai_bps} />
                <p className="small">AI share {percent(work.ai_bps)}</p>
                <p className="soft small">Work {work.work_id}, sheet version {work.version}</p>
              </article>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
