/** Which page is open, kept in the address bar so that back, forward and reload work. */

import { useSyncExternalStore } from "react";

const CHANGED = "partbook:route";

export function go(path: string): void {
  if (path === location.pathname) return;
  history.pushState(null, "", path);
  scrollTo(0, 0);
  dispatchEvent(new Event(CHANGED));
}

function watch(changed: () => void): () => void {
  addEventListener("popstate", changed);
  addEventListener(CHANGED, changed);
  return () => {
    removeEventListener("popstate", changed);
    removeEventListener(CHANGED, changed);
  };
}

export function usePath(): string {
  return useSyncExternalStore(watch, () => location.pathname);
}
