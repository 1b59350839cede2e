// The one strip under the bar. Several things may be wrong at once; the worst of those not put away is shown. Pure.

import type { AccountView, AppState, ErrorCode } from "../ipc";

export type BannerKind =
  | { type: "notice"; code: ErrorCode }
  | { type: "paused"; account: AccountView }
  | { type: "memory" }
  | { type: "offline" }
  | { type: "demo" }
  | { type: "first_sync"; account: AccountView };

/** What identifies a banner, to remember that it was put away for as long as it lasts. */
export function bannerKey(banner: BannerKind): string {
  switch (banner.type) {
    case "notice":
      return `notice/${banner.code}`;
    case "paused":
    case "first_sync":
      return `${banner.type}/${banner.account.id}`;
    default:
      return banner.type;
  }
}

function isFirst(account: AccountView): boolean {
  return (account.sync.type === "discovering" || account.sync.type === "fetching") && account.sync.is_first;
}

export function worstBanner(state: AppState, dismissed: ReadonlySet<string>): BannerKind | null {
  const all: BannerKind[] = [
    ...state.notices.map((code) => ({ type: "notice" as const, code })),
    ...state.accounts.filter((account) => account.sync.type === "needs_sign_in").map((account) => ({ type: "paused" as const, account })),
    ...(state.profile === "personal" && state.secrets === "memory" ? [{ type: "memory" as const }] : []),
    ...(state.connectivity.type === "offline" ? [{ type: "offline" as const }] : []),
    ...(state.profile === "demo" ? [{ type: "demo" as const }] : []),
    ...state.accounts.filter(isFirst).map((account) => ({ type: "first_sync" as const, account })),
  ];
  return all.find((banner) => !dismissed.has(bannerKey(banner))) ?? null;
}
