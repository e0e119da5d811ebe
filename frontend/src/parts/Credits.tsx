import type { SheetLine } from "../api";
import { percent, short } from "../format";

/** Who made it and who is paid, as everyone signed it. */
export function Credits({ master, composition, version }: { master: SheetLine[]; composition: SheetLine[]; version: number }) {
  const disputes = [...new Set([...master, ...composition].flatMap((line) => line.dispute ?? []))];
  return (
    <section className="card stack" aria-labelledby="credits">
      <h2 id="credits">Credits and shares</h2>
      <p className="soft small">Split sheet version {version}, agreed by every person named here. No money moves by any other rule.</p>
      {disputes.map((dispute) => <p key={dispute}>A share is disputed: what goes to dispute {dispute} waits until it ends, all other money is paid.</p>)}
      <Lines caption="Recording (master)" lines={master} />
      <Lines caption="Composition" lines={composition} />
    </section>
  );
}

function Lines({ caption, lines }: { caption: string; lines: SheetLine[] }) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr><th scope="col">Name</th><th scope="col">Role</th><th scope="col" className="number">Credit</th><th scope="col" className="number">of it AI</th><th scope="col" className="number">Paid</th></tr>
        </thead>
        <tbody>
          {lines.map((line, index) => (
            <tr key={index}>
              <td>{line.ai_pct === 100 ? `the machine; ${line.name || short(line.payee)} answers for it` : line.name || short(line.payee)}<br /><span className="mono soft">{short(line.payee)}</span></td>
              <td>{line.role}</td>
              <td className="number">{percent(line.credit_bps)}</td>
              <td className="number">{percent(line.ai_pct * 100)}</td>
              <td className="number">{percent(line.payout_bps)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
