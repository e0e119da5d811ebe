import type { Identification } from "../api";
import { percent, short } from "../format";
import { AiShare } from "./AiShare";
import { Link } from "./Link";

const SAID: Record<Identification["verdict"], { headline: string; tone: "" | "good" | "bad" }> = {
  match: { headline: "This is a registered recording", tone: "good" },
  transplanted: { headline: "The mark was lifted from another song", tone: "bad" },
  conflict: { headline: "Two works are named; the earlier registration wins", tone: "bad" },
  unregistered: { headline: "Marked, but not registered here", tone: "" },
  content_only: { headline: "No mark, but the sound is known", tone: "" },
  unconfirmed: { headline: "The mark names a work, and the sound could not be compared", tone: "" },
  none: { headline: "No mark was found", tone: "" },
};

/** The verdict on a file, with its reasons and what is known of the work. */
export function Verdict({ of: answer }: { of: Identification }) {
  const { headline, tone } = SAID[answer.verdict];
  return (
    <>
      <section className={`card verdict ${tone}`} aria-labelledby="verdict" data-verdict={answer.verdict}>
        <h2 id="verdict">{headline}</h2>
        <p className="soft">{answer.file}</p>
        {answer.reasons.map((reason) => <p key={reason}>{reason}</p>)}
        <dl>
          {answer.work && <><dt>Work</dt><dd><Link href={`/works/${answer.work.work_id}`}>{answer.work.title}</Link> (number {answer.work.work_id})</dd></>}
          {answer.payload && <><dt>Mark</dt><dd><code>{answer.payload}</code></dd></>}
          {answer.found && <><dt>Confidence</dt><dd>{percent(Math.round(answer.confidence * 10_000))}; a false name has a chance below {answer.false_name_bound.toExponential(0)}</dd></>}
          {answer.fingerprint && <><dt>Fingerprint</dt><dd>{percent(Math.round(answer.fingerprint.score * 10_000))} alike{answer.fingerprint.same ? `, from ${answer.fingerprint.offset_seconds.toFixed(1)} s into the recording` : ": another sound"}</dd></>}
        </dl>
      </section>
      {answer.owners.length > 0 && (
        <section className="card" aria-labelledby="owners">
          <h2 id="owners">Owners</h2>
          <div className="scroll" tabIndex={0} role="region" aria-label="Table of owners">
            <table>
              <thead><tr><th scope="col">Name</th><th scope="col">Side</th><th scope="col">Role</th><th scope="col" className="number">Paid</th></tr></thead>
              <tbody>
                {answer.owners.filter((owner) => owner.payout_bps > 0).map((owner, index) => (
                  <tr key={index}>
                    <td>{owner.name || short(owner.payee)}</td><td>{owner.side}</td><td>{owner.role}</td>
                    <td className="number">{percent(owner.payout_bps)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
      {answer.ai && <AiShare share={answer.ai} />}
    </>
  );
}
