// The outbox as groups, and what may be done with an item in each state. Pure.

import { m } from "../i18n";
import type { OutboxCounts, OutboxItem, OutboxState, WaitingFor } from "../ipc";
import type { IconName } from "../kit/icons";

export type OutboxGroupId = "needs_you" | "sending" | "waiting" | "sent" | "discarded";
export type OutboxGroup = { id: OutboxGroupId; label: string; note: string | null; items: OutboxItem[] };

const ORDER: readonly OutboxGroupId[] = ["needs_you", "sending", "waiting", "sent", "discarded"];

export function groupOf(state: OutboxState): OutboxGroupId {
  switch (state.type) {
    case "needs_you":
      return "needs_you";
    case "sending":
    case "checking":
      return "sending";
    case "waiting":
      return "waiting";
    case "sent":
      return "sent";
    case "discarded":
      return "discarded";
  }
}

/** Groups that have something, in the order of urgency; within a group the order of the core. */
export function outboxGroups(items: readonly OutboxItem[]): OutboxGroup[] {
  const labels: Record<OutboxGroupId, string> = {
    needs_you: m.outbox_group_needs_you(),
    sending: m.outbox_group_sending(),
    waiting: m.outbox_group_waiting(),
    sent: m.outbox_group_sent(),
    discarded: m.outbox_group_discarded(),
  };
  return ORDER.map((id) => ({
    id,
    label: labels[id],
    note: id === "sent" || id === "discarded" ? m.outbox_cleared() : null,
    items: items.filter((item) => groupOf(item.state) === id),
  })).filter((group) => group.items.length > 0);
}

/** What can be done now; nothing else is offered. */
export type Possible = { retry: boolean; discard: boolean; edit: boolean; redirect: boolean; restore: boolean; openInNotion: string | null };

export function possible(item: OutboxItem): Possible {
  const { state } = item;
  const isIdle = state.type === "waiting" || state.type === "needs_you";
  return {
    retry: isIdle,
    discard: isIdle,
    // A comment is edited where it stands, on its page; only notes go back to the capture window.
    edit: isIdle && item.kind !== "comment",
    // A comment belongs to its page; a new page to the one it was made under.
    redirect: isIdle && (item.kind === "append" || item.kind === "row"),
    restore: state.type === "discarded",
    openInNotion: state.type === "sent" ? state.url : null,
  };
}

export function iconOf(item: OutboxItem): IconName {
  switch (item.state.type) {
    case "needs_you":
      return "warn";
    case "sent":
      return "okcircle";
    case "discarded":
      return "trash";
    case "sending":
      return "outbox";
    case "checking":
      return "sync";
    case "waiting":
      return item.kind === "comment" ? "comment" : "edit";
  }
}

/** The words at the end of a row. */
export function stateWords(state: OutboxState): string {
  switch (state.type) {
    case "waiting":
      return {
        turn: m.outbox_waiting_turn(),
        network: m.outbox_waiting_network(),
        sign_in: m.outbox_waiting_sign_in(),
        notion: m.outbox_waiting_notion(),
        owner: m.outbox_waiting_owner(),
      }[state.reason];
    case "sending":
      return m.outbox_sending();
    case "checking":
      return m.outbox_checking();
    case "needs_you":
      return m.outbox_needs_you();
    case "sent":
      return m.outbox_sent();
    case "discarded":
      return m.outbox_discarded();
  }
}

/** What an item waits for, as a sentence: what happens next, and whether anybody must do something. */
export function waitingDetail(reason: WaitingFor): string {
  return {
    turn: m.outbox_waiting_turn_detail(),
    network: m.outbox_waiting_network_detail(),
    sign_in: m.outbox_waiting_sign_in_detail(),
    notion: m.outbox_waiting_notion_detail(),
    owner: m.outbox_waiting_owner_detail(),
  }[reason];
}

/** “5 waiting, 1 needs you”. */
export function countWords(counts: OutboxCounts): string {
  if (counts.waiting === 0 && counts.needs_you === 0) return m.outbox_counts_none();
  if (counts.needs_you === 0) return m.outbox_counts_waiting({ count: counts.waiting });
  return m.outbox_counts({ waiting: counts.waiting, count: counts.needs_you });
}
