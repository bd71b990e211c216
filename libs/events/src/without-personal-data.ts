/** What consumers need once and nobody may keep: single-use tokens, who and where a person is, and what they wrote. */
const PERSONAL_FIELDS = [
  'token',
  'email',
  'former_email',
  'full_name',
  'customer_email',
  'customer_name',
  'shipping_address',
  'cancel_reason',
];

/** The envelope as a publisher may keep it after its delivery: fine for counting and tracing, useless to a thief. */
export function withoutPersonalData(envelope: { payload: object }): object {
  const kept = Object.entries(envelope.payload).map(([name, value]) => [
    name,
    PERSONAL_FIELDS.includes(name) && value !== null ? '[redacted]' : (value as unknown),
  ]);
  return { ...envelope, payload: Object.fromEntries(kept) as object };
}
