/** Stands for what was erased. */
export const REDACTED = '[redacted]';

/** Consumers need these once and nobody may keep them: single-use tokens, who and where a person is, free text. */
const PERSONAL_FIELDS = [
  'token',
  'cart_token',
  'order_token',
  'email',
  'former_email',
  'full_name',
  'customer_email',
  'customer_name',
  'shipping_address',
  'ship_to',
  'bill_to',
  'note',
  'cancel_reason',
  'rejection_reason',
  'return_url',
];

/** The envelope as a publisher may keep it after delivery: enough to count and trace events, useless to a thief. */
export function withoutPersonalData(envelope: { payload: object }): object {
  const kept = Object.entries(envelope.payload).map(([name, value]) => [
    name,
    PERSONAL_FIELDS.includes(name) && value !== null ? REDACTED : (value as unknown),
  ]);
  return { ...envelope, payload: Object.fromEntries(kept) as object };
}

/** The end of a key in any spelling, such as `user_email`, `accessToken` or `addresses`. */
const PERSONAL_KEY =
  /(token|password|secret|authorization|cookie|email|address|phone|(full|first|last|customer|user|person|recipient)name|shipto|billto|note|cancelreason|rejectionreason)(s|es)?$/i;
/** E-mail addresses, signed tokens (JWT), and our other tokens of 43 characters. */
const PERSONAL_TEXT =
  /[^\s"'<>()[\],;:=@]{1,64}@[^\s"'<>()[\],;:@]{1,255}|(?<![\w-])(eyJ[\w-]+\.[\w-]+\.[\w-]*|[\w-]{43})(?![\w-])/g;
const MAX_DEPTH = 50;

/** Redacts a message of any shape for an operator: like `withoutPersonalData`, at any depth and inside texts. */
export function redacted(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.replace(PERSONAL_TEXT, REDACTED);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((each) => redacted(each, depth + 1));
  const isProduct = 'product_id' in value || 'sku' in value;
  const kept = Object.entries(value).map(([name, each]: [string, unknown]) => {
    const isPersonal = PERSONAL_KEY.test(name.replace(/[_-]/g, '')) || (name === 'name' && !isProduct);
    return [name, isPersonal && each !== null ? REDACTED : redacted(each, depth + 1)];
  });
  return Object.fromEntries(kept);
}
