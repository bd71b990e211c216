import { parseRate, PER_MILLION } from '@app/kernel';
import type { PartViews } from './part-views.js';

/** The data of each template. Every field is present (null for nothing), so a misspelt field in a template throws. */
export interface Views extends OrderViews, PartViews, AccountViews, PaymentViews, StaffViews {}

interface OrderViews {
  'order-confirmation': OrderView;
  'order-paid': OrderView;
  'order-shipped': OrderView;
  'order-completed': OrderView;
  'order-cancelled': OrderView;
}

export interface AccountViews {
  'verify-email': LinkView;
  'password-reset': LinkView;
  'password-changed': AccountView;
  'email-change-requested': AccountView;
  'email-changed': AccountView;
}

export interface PaymentViews {
  'payment-failed': PaymentFailedView;
  'refund-made': RefundMadeView;
}

export interface StaffViews {
  'low-stock': LowStockView;
  'refund-failed': RefundFailedView;
  'dispute-opened': DisputeOpenedView;
  'payment-mismatch': PaymentMismatchView;
}

export type TemplateName = keyof Views;

/** What an order costs besides its lines. Null for nothing of it. */
export interface OrderCharges {
  /** Of the lines; null if the order costs nothing else. */
  subtotal: string | null;
  discount: string | null;
  shipping: { name: string | null; total: string } | null;
  taxes: { name: string; percent: string; amount: string }[];
  /** Whether the prices include the taxes; otherwise they are added. */
  taxes_included: boolean;
}

export interface OrderView extends OrderCharges {
  order_id: string;
  ordered_at: string | null;
  customer_name: string | null;
  lines: { name: string; sku: string | null; quantity: number; price: string; total: string }[];
  order_total: string;
  currency: string;
  address_lines: string[];
  carrier: string | null;
  tracking_number: string | null;
  cancel_reason: string | null;
  /** The address is not verified and may be a stranger's, so no text of the customer is shown. */
  brief: boolean;
  /** There is nothing to pay. */
  free: boolean;
}

export interface AccountView {
  customer_name: string | null;
}

export interface LinkView extends AccountView {
  link: string;
  token: string;
  expires_at: string;
}

export interface LowStockView {
  sku: string;
  product_name: string;
  available_quantity: number;
  low_stock_threshold: number;
}

/** A payment for its customer. */
interface PaymentView {
  order_id: string;
  customer_name: string | null;
  amount: string;
  currency: string;
  /** As in `OrderView`. */
  brief: boolean;
}

export interface PaymentFailedView extends PaymentView {
  /** In the provider's words. */
  reason: string | null;
  /** Where the order can be paid. */
  link: string;
}

export interface RefundMadeView extends PaymentView {
  by_card: boolean;
}

/** A payment for staff, who need no word about the customer. */
interface StaffPaymentView {
  order_id: string;
  payment_id: string;
  amount: string;
  currency: string;
}

export interface RefundFailedView extends StaffPaymentView {
  refund_id: string;
  failure_code: string;
}

export interface DisputeOpenedView extends StaffPaymentView {
  dispute_ref: string;
  status: string;
}

export interface PaymentMismatchView extends StaffPaymentView {
  paid_amount: string;
  paid_currency: string;
}

/** Line breaks, other control characters, and marks that reverse the text direction. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;

/** Converts user text to one safe line for a subject or a plain-text part. */
export function oneLine(text: string): string {
  return text.replace(UNPRINTABLE, ' ').trim();
}

/** As `oneLine`; null if the text is missing or blank. */
export function oneLineOrNull(text: string | null | undefined): string | null {
  return oneLine(text ?? '') || null;
}

/** A scheme, a domain, an address or a phone number: mail programs turn these into links. */
const LINK_LIKE = /\/\/|[@:]|[\p{L}\p{N}]\.[\p{L}\p{N}-]*\p{L}[\p{L}\p{N}-]|\bwww\b|\d([\s().-]*\d){5}/iu;

/** Returns the name for the greeting; null if it is blank or looks like a link, since names are not checked. */
export function greetingName(name: string | null | undefined): string | null {
  const line = oneLineOrNull(name);
  // Some mail programs also turn compatibility forms (a full-width dot) into links.
  return line === null || LINK_LIKE.test(line.normalize('NFKC').replaceAll('\u3002', '.')) ? null : line;
}

export function manyLines(text: string | null | undefined): string[] {
  return (text ?? '')
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map(oneLine)
    .filter((line) => line !== '');
}

/** Formats a rate such as `0.0625` as `6.25%`. */
export function percent(rate: string): string {
  return `${(parseRate(rate) ?? 0) / (PER_MILLION / 100)}%`;
}

const COUNTRIES = new Intl.DisplayNames('en', { type: 'region' });

/** Returns the English name of a country of ISO 3166-1 alpha-2. */
export function countryName(country: string): string {
  return COUNTRIES.of(country) ?? country;
}

const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/** Formats an RFC 3339 time as `22 November 2026 at 14:22 UTC`. */
export function readableTime(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? oneLine(time) : `${TIME.format(date)} UTC`;
}
