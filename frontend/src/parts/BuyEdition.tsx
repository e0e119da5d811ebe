import { useEffect, useState } from "react";
import { purchase, wallets } from "../api";
import type { Edition, Purchase, Wallet } from "../api";
import { ether, short } from "../format";
import { useFetched } from "../useFetched";

const STEPS = ["Summary", "Sign", "Pending", "Confirmed"] as const;

type State =
  | { is: "choosing" }
  | { is: "summary"; edition: Edition; wallet: Wallet }
  | { is: "pending"; edition: Edition; wallet: Wallet; key: string }
  | { is: "confirmed"; edition: Edition; receipt: Purchase }
  | { is: "failed"; failure: string };

/** What tells an edition from others of the work: the name of its tier, or its number. */
function nameOf(edition: Edition): string {
  return edition.tier || `Edition ${edition.index}`;
}

const KEPT = "partbook:purchase";

/** Buy a copy: summary, sign, pending, confirmed. A purchase under way survives a reload: its key is kept and asked for again. */
export function BuyEdition({ editions, onBought }: { editions: Edition[]; onBought: () => void }) {
  const [state, set] = useState<State>({ is: "choosing" });
  const purses = useFetched(wallets, "wallets");
  const [chosen, choose] = useState("");
  const wallet = purses.value?.find((each) => each.name === chosen) ?? purses.value?.[0];

  const settle = async (edition: Edition, from: Wallet, key: string) => {
    set({ is: "pending", edition, wallet: from, key });
    sessionStorage.setItem(KEPT, JSON.stringify({ edition, wallet: from, key }));
    try {
      const receipt = await purchase(edition.edition_id, from.name, key);
      set({ is: "confirmed", edition, receipt });
      onBought();
    } catch (failure) {
      set({ is: "failed", failure: failure instanceof Error ? failure.message : String(failure) });
    }
    sessionStorage.removeItem(KEPT);
  };
  useEffect(() => {
    const kept = sessionStorage.getItem(KEPT);
    if (!kept) return;
    const { edition, wallet: from, key } = JSON.parse(kept) as { edition: Edition; wallet: Wallet; key: string };
    if (editions.some((each) => each.edition_id === edition.edition_id)) void settle(edition, from, key);
    // Only once, when the page opens.
  }, []);

  return (
    <section className="card" aria-labelledby="buy">
      <h2 id="buy">Editions</h2>
      {editions.length === 0 && <p>Nothing is for sale yet.</p>}
      {state.is === "choosing" && (
        <>
          {purses.value && purses.value.length > 0 && (
            <label>
              Demo wallet
              <select value={wallet?.name ?? ""} onChange={(event) => choose(event.target.value)}>
                {purses.value.map((each) => <option key={each.address} value={each.name}>{each.name} ({short(each.address)})</option>)}
              </select>
            </label>
          )}
          <ul className="stack" style={{ listStyle: "none", padding: 0 }}>
            {editions.map((edition) => {
              const left = edition.cap - edition.sold;
              return (
                <li key={edition.edition_id} className="row" style={{ justifyContent: "space-between" }}>
                  <div>
                    <h3>{nameOf(edition)}</h3>
                    <p className="soft small">{ether(edition.price)} ether, {left} of {edition.cap} left</p>
                  </div>
                  <button disabled={!wallet || left === 0} onClick={() => wallet && set({ is: "summary", edition, wallet })}>
                    {left === 0 ? "Sold out" : <>Buy<span className="skip"> {nameOf(edition)}</span></>}
                  </button>
                </li>
              );
            })}
          </ul>
          {purses.value?.length === 0 && <p className="soft small">This chain has no demo wallets; buy from the command line: <code>partbook edition buy</code>.</p>}
        </>
      )}
      {state.is !== "choosing" && state.is !== "failed" && (
        <ol className="steps">
          {STEPS.map((step, index) => (
            <li key={step} className={index < reached(state) ? "done" : undefined} aria-current={index === reached(state) ? "step" : undefined}>{step}</li>
          ))}
        </ol>
      )}
      {state.is === "summary" && (
        <>
          <dl>
            <dt>You buy</dt><dd>one copy of {nameOf(state.edition)}, marked as yours</dd>
            <dt>You pay</dt><dd>{ether(state.edition.price)} ether, from {state.wallet.name}</dd>
            <dt>It goes to</dt><dd>{state.edition.master_bps / 100} % recording, {100 - state.edition.master_bps / 100} % composition, by the signed sheet</dd>
          </dl>
          <div className="row">
            <button onClick={() => void settle(state.edition, state.wallet, crypto.randomUUID())}>Sign and pay</button>
            <button className="plain" onClick={() => set({ is: "choosing" })}>Back</button>
          </div>
        </>
      )}
      <div aria-live="polite">
        {state.is === "pending" && <p role="status">Signed by {state.wallet.name}. Waiting for the block, then your copy is marked …</p>}
        {state.is === "confirmed" && (
          <>
            <p><strong>Copy {state.receipt.serial} of {nameOf(state.edition)} is yours.</strong></p>
            <p className="soft small">Transaction <code title={state.receipt.transaction}>{short(state.receipt.transaction)}</code></p>
            <div className="row">
              <a className="button" href={`/api/editions/${state.edition.edition_id}/copies/${state.receipt.serial}/file`} download>Download your copy</a>
              <button className="plain" onClick={() => set({ is: "choosing" })}>Done</button>
            </div>
          </>
        )}
        {state.is === "failed" && (
          <>
            <p className="failure">{state.failure}</p>
            <button className="plain" onClick={() => set({ is: "choosing" })}>Back</button>
          </>
        )}
      </div>
    </section>
  );
}

function reached(state: State): number {
  return { choosing: 0, summary: 0, pending: 2, confirmed: 4, failed: 0 }[state.is];
}
