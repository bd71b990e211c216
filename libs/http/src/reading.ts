/** How values are read. */
export interface Reading {
  /** Whether every value arrives as text (queries), where `"20"` means 20. */
  isText: boolean;
  /** ISO 4217, of all amounts; required by a contract with amounts. */
  currency?: string | undefined;
}
