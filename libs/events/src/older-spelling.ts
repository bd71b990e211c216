import { createHash } from 'node:crypto';
import { CURRENCIES, currencyDigits, formatMoney, parseMoney } from '@app/kernel';
import { MalformedMessageError } from './malformed-message-error.js';

type Flat = Record<string, unknown>;

/** Also used as the version of an order, which older messages lack: an order's steps only go forward. */
const STEPS = { created: 1, paid: 2, shipped: 3, completed: 4, cancelled: 5 } as const;
type Step = keyof typeof STEPS;

const STEP_OF_STATUS: Record<string, Step | undefined> = {
  // No prototype: otherwise a status named `constructor` would be found.
  __proto__: null as never,
  paid: 'paid',
  processing: 'paid',
  confirmed: 'paid',
  shipped: 'shipped',
  delivered: 'completed',
  completed: 'completed',
  cancelled: 'cancelled',
  canceled: 'cancelled',
};

/** Even older: names with a dot, although the message is flat. */
const FLAT = /^order[._](created|updated|paid|shipped|completed|cancelled)$/;

export function isOlderSpelling(message: Flat): boolean {
  return (
    typeof message['event_type'] === 'string' && FLAT.test(message['event_type']) && message['payload'] === undefined
  );
}

/**
 * Translates a flat message (`order_created`, `order_updated`, `order.created` …) into today's envelope without
 * validating it. A missing id is derived from the text, so that a redelivery is recognised.
 */
export function fromOlderSpelling(message: Flat, text: string): Flat {
  const step = stepOf(message);
  const occurredAt = time(message['timestamp'] ?? message['occurred_at'] ?? message['updated_at']);
  const payload = orderOf(message, step, occurredAt);
  return {
    event_id: typeof message['event_id'] === 'string' ? message['event_id'] : uuidFrom(text),
    event_type: `order.${step}`,
    event_version: 1,
    occurred_at: occurredAt,
    produced_by: 'orders',
    aggregate_id: String(payload['order_id']),
    aggregate_version: message['version'] ?? STEPS[step],
    request_id: message['request_id'] ?? uuidFrom(`request:${text}`),
    traceparent: message['traceparent'] ?? traceFrom(text),
    payload,
  };
}

function stepOf(message: Flat): Step {
  const named = String(message['event_type']).slice('order.'.length);
  if (named !== 'updated') return named as Step;
  const step = STEP_OF_STATUS[String(message['status']).toLowerCase()];
  if (!step) throw new MalformedMessageError(['status must be a step that an order can take'], 'order_updated');
  return step;
}

function orderOf(message: Flat, step: Step, occurredAt: string): Flat {
  const currency = message['currency'] ?? 'USD';
  const money = new Amounts(currency);
  const items: Flat[] = Array.isArray(message['items']) ? message['items'].map((item) => itemOf(item, money)) : [];
  const total = money.written(message['order_total'] ?? message['total_amount'] ?? message['total']);
  const previous = message['previous_status'];
  return {
    order_id: wholeNumber(message['order_id']),
    order_ref: message['order_ref'] ?? uuidFrom(`order:${String(message['order_id'])}`),
    user_id: wholeNumber(message['user_id'] ?? message['customer_id']),
    customer_email: message['customer_email'] ?? message['user_email'] ?? message['email'],
    ...(typeof message['customer_name'] === 'string' && { customer_name: message['customer_name'] }),
    status: step === 'created' ? 'pending' : step,
    previous_status: previous === 'pending' ? previous : (STEP_OF_STATUS[String(previous)] ?? null),
    order_total: total,
    currency,
    items,
    shipping_address: message['shipping_address'] ?? null,
    carrier: message['carrier'] ?? null,
    tracking_number: message['tracking_number'] ?? null,
    cancel_reason: message['cancel_reason'] ?? null,
    created_at: time(message['created_at'] ?? occurredAt),
  };
}

function itemOf(item: unknown, money: Amounts): Flat {
  const line = (typeof item === 'object' && item !== null ? item : {}) as Flat;
  const price = money.written(line['price_at_order'] ?? line['unit_price'] ?? line['price']);
  const productId = wholeNumber(line['product_id']);
  const quantity = wholeNumber(line['quantity']);
  return {
    product_id: productId,
    sku: line['sku'] ?? '',
    name: line['name'] ?? line['product_name'] ?? `Product ${String(productId)}`,
    quantity,
    price_at_order: price,
    line_total: line['line_total'] === undefined ? money.times(price, quantity) : money.written(line['line_total']),
  };
}

/** Older publishers sometimes wrote ids as text. */
function wholeNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
}

/** A message's amounts (text or number) in its currency; an invalid one stays as it is, for validation to reject. */
class Amounts {
  private readonly currency: string | undefined;

  constructor(currency: unknown) {
    this.currency = CURRENCIES.find((code) => code === currency);
  }

  written(value: unknown): unknown {
    if (this.currency === undefined) return value;
    // The older publishers used floating point: 0.1 + 0.2.
    const text = typeof value === 'number' ? value.toFixed(currencyDigits(this.currency)) : value;
    const minor = parseMoney(text, this.currency);
    return minor === undefined ? value : formatMoney(minor, this.currency);
  }

  times(price: unknown, quantity: unknown): unknown {
    const minor = this.currency === undefined ? undefined : parseMoney(price, this.currency);
    if (this.currency === undefined || minor === undefined || typeof quantity !== 'number') return undefined;
    return formatMoney(minor * quantity, this.currency);
  }
}

function time(value: unknown): string {
  const date = typeof value === 'string' || typeof value === 'number' ? new Date(value) : new Date();
  return Number.isNaN(date.getTime()) ? new Date().toISOString() : date.toISOString();
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A UUID of version 8 (RFC 9562: vendor-defined) from the text's hash. */
function uuidFrom(text: string): string {
  const hex = hash(text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function traceFrom(text: string): string {
  const hex = hash(`trace:${text}`);
  return `00-${hex.slice(0, 32)}-${hex.slice(32, 48)}-01`;
}
