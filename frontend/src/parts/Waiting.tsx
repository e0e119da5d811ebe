import type { Fetched } from "../useFetched";

/** What stands in place of a value that is not there yet, or did not come. */
export function Waiting({ of, what }: { of: Fetched<unknown>; what: string }) {
  if (of.failure) {
    return (
      <div role="alert" className="card">
        <p className="failure">{of.failure}</p>
        <button className="plain" onClick={of.again}>Try again</button>
      </div>
    );
  }
  return <p className="waiting" role="status">Loading {what} …</p>;
}
