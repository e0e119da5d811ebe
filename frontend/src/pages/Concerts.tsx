import { concerts } from "../api";
import type { Session } from "../api";
import { ether, percent } from "../format";
import { Waiting } from "../parts/Waiting";
import { useFetched } from "../useFetched";

const POLICIES: Record<string, string> = {
  "resale-only": "resold under a cap",
  none: "stay with their holder",
  "gift-once": "resold under a cap, given once",
  free: "resold under a cap, or given",
};

/** Every announced concert with its sessions; times are shown in the session's own zone. */
export function Concerts() {
  const fetched = useFetched(concerts, "concerts");
  return (
    <>
      <h1>Concerts</h1>
      <p className="promise">Ticket money waits in escrow until the show has happened; then it goes to the works that are played. If the show is not proven, every ticket is refunded.</p>
      {!fetched.value ? <Waiting of={fetched} what="the concerts" /> : fetched.value.length === 0 ? <p>No concert is announced yet.</p> : (
        <div className="stack">
          {fetched.value.map((concert) => (
            <article className="card" key={concert.concert_id}>
              <h2>{concert.title}</h2>
              {concert.voted_bps > 0 && <p>{percent(concert.voted_bps)} of the works' money follows the votes of the tickets.</p>}
              <div className="scroll" tabIndex={0} role="region" aria-label={`Sessions of ${concert.title}`}>
                <table>
                  <thead><tr><th scope="col">Doors (local time)</th><th scope="col">State</th><th scope="col">Tickets</th><th scope="col">Entrance</th><th scope="col" className="number">Price</th><th scope="col" className="number">Sold</th><th scope="col" className="number">Checked in</th></tr></thead>
                  <tbody>
                    {concert.sessions.map((session) => (
                      <tr key={session.session_id}>
                        <td>{local(session)}</td>
                        <td>{session.status}</td>
                        <td>{POLICIES[session.policy] ?? session.policy}</td>
                        <td>{session.entrance === "open" ? "open: holders come in by themselves" : "staff at the door"}</td>
                        <td className="number">{ether(session.price)}</td>
                        <td className="number">{session.sold} of {session.capacity}</td>
                        <td className="number">{session.checked_in}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </article>
          ))}
        </div>
      )}
    </>
  );
}

function local(session: Session): string {
  const shifted = new Date((session.starts + session.zone_offset_minutes * 60) * 1000);
  const when = shifted.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
  const hours = session.zone_offset_minutes / 60;
  return `${when} (UTC${hours < 0 ? "−" : "+"}${Math.abs(hours)})`;
}
