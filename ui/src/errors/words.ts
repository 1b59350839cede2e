// What to say for each code of the core: what happened, what is safe, what to do. The table is complete by its type: a new code does not compile
// until it has its three sentences.

import { m } from "../i18n";
import type { ErrorCode, Refusal } from "../ipc";

type Sentence = () => string;

const sentences: Record<ErrorCode, { what: Sentence; safe: Sentence; todo: Sentence }> = {
  account_exists: { what: m.error_account_exists_what, safe: m.error_account_exists_safe, todo: m.error_account_exists_todo },
  begun_by_other_version: {
    what: m.error_begun_by_other_version_what,
    safe: m.error_begun_by_other_version_safe,
    todo: m.error_begun_by_other_version_todo,
  },
  block_limit: { what: m.error_block_limit_what, safe: m.error_block_limit_safe, todo: m.error_block_limit_todo },
  cache_damaged: { what: m.error_cache_damaged_what, safe: m.error_cache_damaged_safe, todo: m.error_cache_damaged_todo },
  cancelled: { what: m.error_cancelled_what, safe: m.error_cancelled_safe, todo: m.error_cancelled_todo },
  conflict: { what: m.error_conflict_what, safe: m.error_conflict_safe, todo: m.error_conflict_todo },
  disk_full: { what: m.error_disk_full_what, safe: m.error_disk_full_safe, todo: m.error_disk_full_todo },
  empty_text: { what: m.error_empty_text_what, safe: m.error_empty_text_safe, todo: m.error_empty_text_todo },
  folder_read_only: { what: m.error_folder_read_only_what, safe: m.error_folder_read_only_safe, todo: m.error_folder_read_only_todo },
  internal: { what: m.error_internal_what, safe: m.error_internal_safe, todo: m.error_internal_todo },
  invalid: { what: m.error_invalid_what, safe: m.error_invalid_safe, todo: m.error_invalid_todo },
  journal_damaged: { what: m.error_journal_damaged_what, safe: m.error_journal_damaged_safe, todo: m.error_journal_damaged_todo },
  key_lost: { what: m.error_key_lost_what, safe: m.error_key_lost_safe, todo: m.error_key_lost_todo },
  keychain_locked: { what: m.error_keychain_locked_what, safe: m.error_keychain_locked_safe, todo: m.error_keychain_locked_todo },
  keychain_missing: { what: m.error_keychain_missing_what, safe: m.error_keychain_missing_safe, todo: m.error_keychain_missing_todo },
  newer_version: { what: m.error_newer_version_what, safe: m.error_newer_version_safe, todo: m.error_newer_version_todo },
  not_found: { what: m.error_not_found_what, safe: m.error_not_found_safe, todo: m.error_not_found_todo },
  not_kept: { what: m.error_not_kept_what, safe: m.error_not_kept_safe, todo: m.error_not_kept_todo },
  notion_unavailable: { what: m.error_notion_unavailable_what, safe: m.error_notion_unavailable_safe, todo: m.error_notion_unavailable_todo },
  offline: { what: m.error_offline_what, safe: m.error_offline_safe, todo: m.error_offline_todo },
  rate_limited: { what: m.error_rate_limited_what, safe: m.error_rate_limited_safe, todo: m.error_rate_limited_todo },
  refused_address: { what: m.error_refused_address_what, safe: m.error_refused_address_safe, todo: m.error_refused_address_todo },
  restricted: { what: m.error_restricted_what, safe: m.error_restricted_safe, todo: m.error_restricted_todo },
  shortcut_taken: { what: m.error_shortcut_taken_what, safe: m.error_shortcut_taken_safe, todo: m.error_shortcut_taken_todo },
  sign_in_expired: { what: m.error_sign_in_expired_what, safe: m.error_sign_in_expired_safe, todo: m.error_sign_in_expired_todo },
  token_malformed: { what: m.error_token_malformed_what, safe: m.error_token_malformed_safe, todo: m.error_token_malformed_todo },
  token_refused: { what: m.error_token_refused_what, safe: m.error_token_refused_safe, todo: m.error_token_refused_todo },
  too_late: { what: m.error_too_late_what, safe: m.error_too_late_safe, todo: m.error_too_late_todo },
  unknown_account: { what: m.error_unknown_account_what, safe: m.error_unknown_account_safe, todo: m.error_unknown_account_todo },
  unknown_destination: { what: m.error_unknown_destination_what, safe: m.error_unknown_destination_safe, todo: m.error_unknown_destination_todo },
  unknown_operation: { what: m.error_unknown_operation_what, safe: m.error_unknown_operation_safe, todo: m.error_unknown_operation_todo },
  unreadable_answer: { what: m.error_unreadable_answer_what, safe: m.error_unreadable_answer_safe, todo: m.error_unreadable_answer_todo },
};

export type Words = { what: string; safe: string; todo: string };

function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(sentences, code);
}

/** The three sentences of a code. A code from a newer core gets those of “internal”. */
export function wordsFor(code: string): Words {
  const { what, safe, todo } = sentences[isKnown(code) ? code : "internal"];
  return { what: what(), safe: safe(), todo: todo() };
}

/** All three in a row, for places with one line. */
export function oneLine(refusal: Refusal): string {
  const { what, safe, todo } = wordsFor(refusal.code);
  return `${what} ${safe} ${todo}`;
}
