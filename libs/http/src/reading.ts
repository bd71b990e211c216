/** What a value is read with. */
export interface Reading {
  /** Whether every value arrives as text (queries), where `"20"` means 20. */
  isText: boolean;
  /** Of the amounts, ISO 4217; a contract with amounts cannot be read without. */
  currency?: string | undefined;
}
