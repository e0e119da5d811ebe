/** A value that comes from the API, with its waiting and its failure. */

import { useCallback, useEffect, useState } from "react";

export interface Fetched<T> {
  value: T | undefined;
  failure: string | undefined;
  again: () => void;
}

export function useFetched<T>(load: () => Promise<T>, key: string): Fetched<T> {
  const [state, set] = useState<{ key: string; value?: T; failure?: string }>({ key });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let current = true;
    load().then(
      (value) => current && set({ key, value }),
      (failure: unknown) => current && set({ key, failure: String(failure instanceof Error ? failure.message : failure) }),
    );
    return () => {
      current = false;
    };
    // `load` is made anew at each render; `key` names what it loads.
  }, [key, round]);
  const again = useCallback(() => setRound((n) => n + 1), []);
  const mine = state.key === key ? state : { key };
  return { value: mine.value, failure: mine.failure, again };
}
