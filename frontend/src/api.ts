/** The API of this server, as the page uses it. Amounts are strings of wei. */

export interface Credit { name: string; roles: string[] }
export interface SheetLine { payee: string; name: string; role: string; payout_bps: number; credit_bps: number; ai_pct: number; dispute: number | null }
export interface AiShare { policy: string; total_bps: number; layers: Record<string, { ai_bps: number; events: number }> }
export interface Work {
  work_id: number;
  version: number;
  title: string;
  registrant: string;
  payload: string;
  ai_bps: number;
  ai: AiShare;
  credits: Credit[];
  master: SheetLine[];
  composition: SheetLine[];
  cids: Record<string, string>;
  audio_hash: string;
  metadata_hash: string;
}
export interface TimelineEntry { block: number; at: string | null; kind: string; text: string; amount: string | null; account: string | null; tx: string | null }
export interface Edition { edition_id: number; work_id: number; index: number; tier: string; price: string; cap: number; sold: number; master_bps: number }
export interface Purchase { edition_id: number; serial: number; copy_number: number; buyer: string; paid: string; transaction: string }
export interface Wallet { name: string; address: string }
export interface Session { session_id: number; price: string; capacity: number; sold: number; checked_in: number; starts: number; ends: number; zone_offset_minutes: number; policy: string; entrance: string; status: string }
export interface Concert { concert_id: number; title: string; voted_bps: number; sessions: Session[] }
export interface Owner { name: string; payee: string; side: string; role: string; payout_bps: number }
export interface Identification {
  file: string;
  found: boolean;
  payload: string | null;
  confidence: number;
  false_name_bound: number;
  verdict: "match" | "transplanted" | "conflict" | "unregistered" | "content_only" | "unconfirmed" | "none";
  reasons: string[];
  work: { work_id: number; title: string; version: number } | null;
  owners: Owner[];
  ai: AiShare | null;
  fingerprint: { score: number; offset_seconds: number; same: boolean } | null;
}

interface Page<T> { items: T[]; next: string | null }

/** A refusal, in the server's own sentence. */
export class Refused extends Error {}

async function ask<T>(path: string, options?: RequestInit): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(`/api${path}`, options);
  } catch {
    throw new Refused("The server did not answer. Is `partbook serve` still running?");
  }
  if (answer.ok) return (await answer.json()) as T;
  const said = (await answer.json().catch(() => ({}))) as { detail?: string };
  throw new Refused(said.detail ?? `The server answered ${answer.status}.`);
}

async function all<T>(path: string): Promise<T[]> {
  const items: T[] = [];
  let after = "";
  for (;;) {
    const page = await ask<Page<T>>(`${path}${path.includes("?") ? "&" : "?"}limit=100${after && `&after=${after}`}`);
    items.push(...page.items);
    if (!page.next) return items;
    after = encodeURIComponent(page.next);
  }
}

export const works = () => all<Work>("/works");
export const work = (id: number) => ask<Work>(`/works/${id}`);
export const timelineOf = async (id: number) => (await ask<Page<TimelineEntry>>(`/works/${id}/timeline`)).items;
export const waveform = async (id: number, bins: number) => (await ask<{ peaks: number[] }>(`/works/${id}/waveform?bins=${bins}`)).peaks;
export const editionsOf = (id: number) => all<Edition>(`/editions?work=${id}`);
export const concerts = () => all<Concert>("/concerts");
export const wallets = async () => (await ask<{ items: Wallet[] }>("/wallets")).items;

export const purchase = (edition: number, buyer: string, key: string) =>
  ask<Purchase>(`/editions/${edition}/purchases`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body: JSON.stringify({ buyer }),
  });

export const identify = (file: File) => {
  const form = new FormData();
  form.append("file", file);
  return ask<Identification>("/identifications", { method: "POST", body: form });
};
