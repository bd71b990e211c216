/** How an address is stored and written to: trimmed, its domain in lower case (domains know no case, mailboxes may). */
export function canonicalEmail(email: string): string {
  const trimmed = email.trim().normalize('NFC');
  const at = trimmed.lastIndexOf('@');
  return trimmed.slice(0, at + 1) + trimmed.slice(at + 1).toLowerCase();
}

/** Equal for every spelling that counts as the same address. */
export function emailKey(email: string): string {
  return canonicalEmail(email).toLowerCase();
}
