import type { AiShare as Share } from "../api";
import { percent } from "../format";

/** How much a machine made: one bar for the song, and the table behind it. */
export function AiShare({ share }: { share: Share }) {
  const layers = Object.entries(share.layers);
  return (
    <section className="card" aria-labelledby="ai-share">
      <h2 id="ai-share">AI share: {percent(share.total_bps)}</h2>
      <AiBar bps={share.total_bps} />
      <p className="key"><span><i />made by people</span><span><i className="machine" />made by a machine</span></p>
      {layers.length > 0 && (
        <div className="scroll" tabIndex={0} role="region" aria-label="AI share by layer">
          <table>
            <caption className="small soft">By layer, counted in the events of the finished song</caption>
            <thead>
              <tr><th scope="col">Layer</th><th scope="col" className="number">Events</th><th scope="col" className="number">AI</th><th scope="col"><span className="soft">people / machine</span></th></tr>
            </thead>
            <tbody>
              {layers.map(([name, layer]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td className="number">{layer.events}</td>
                  <td className="number">{percent(layer.ai_bps)}</td>
                  <td><AiBar bps={layer.ai_bps} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p className="soft small">Computed from the song's own files by policy {share.policy}; anyone who has them gets the same number. A measure of contribution, not of legal authorship.</p>
    </section>
  );
}

export function AiBar({ bps }: { bps: number }) {
  return <div className="bar" aria-hidden="true"><span style={{ width: `${bps / 100}%` }} /></div>;
}
