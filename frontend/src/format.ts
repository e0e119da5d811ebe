/** Numbers as people read them. Amounts stay whole numbers of wei until they are written. */

const WEI_PER_ETHER = 10n ** 18n;

/** Wei as ether without loss, at least two decimals: "0.05", "1.00". */
export function ether(wei: string | bigint): string {
  const amount = BigInt(wei);
  const whole = amount / WEI_PER_ETHER;
  const rest = (amount % WEI_PER_ETHER).toString().padStart(18, "0").replace(/0+$/, "");
  return `${whole}.${rest.padEnd(2, "0")}`;
}

/** Basis points as percent, kept on one line: 4150 is "41.5 %". */
export function percent(bps: number): string {
  return `${(bps / 100).toLocaleString("en", { maximumFractionDigits: 2 })}\u00a0%`;
}

/** An address or a hash, shortened in the middle. */
export function short(hex: string): string {
  return hex.length > 14 ? `${hex.slice(0, 6)}…${hex.slice(-4)}` : hex;
}
