import { type Faults, MOST_MS } from '../stripe/settings.js';
import { BUYER, MOVE_NAMES } from './buyer.js';
import { html, type Html, page, table } from './html.js';

/** A payment; the amounts are decimal texts in its currency. */
export interface ShownPayment {
  payment_id: number;
  order_id: number;
  method: string;
  status: string;
  amount: string;
  currency: string;
  captured: string;
  refunded: string;
  disputed: string;
  provider_ref: string | null;
  /** Why the last attempt failed, for the customer. */
  failure: string | null;
  /** The status of an open payment at the embedded Stripe; undefined if that does not know it. */
  at_stripe: string | undefined;
  awaits_buyer: boolean;
}

export interface PaymentsView {
  /** The newest ones first; undefined if the payments service is another process. */
  payments: ShownPayment[] | undefined;
  /** The order that they are of, if they are of one. */
  order_id: number | undefined;
  faults: Readonly<Faults>;
}

export function paymentsPage({ payments, order_id, faults }: PaymentsView): string {
  return page(
    order_id === undefined ? 'Payments' : `Payments of order ${order_id}`,
    html`${order_id === undefined ? undefined : html`<p><a href="/dev/payments">All payments</a></p>`}
    ${payments === undefined ? html`<p>The payments service is another process.</p>` : list(payments)}
    ${payments?.filter(({ awaits_buyer }) => awaits_buyer).map(buyer)} ${faultsForm(faults)}`,
  );
}

function list(payments: readonly ShownPayment[]): Html {
  if (payments.length === 0) return html`<p>No payment yet: place an order and begin to pay it.</p>`;
  return table(
    'The newest payments',
    ['Payment', 'Order', 'Status', 'Amount', 'Captured', 'Refunded', 'Disputed', 'At the provider'],
    payments.map((payment) => [
      payment.payment_id,
      html`<a href="/dev/orders/${payment.order_id}">order ${payment.order_id}</a>`,
      payment.status,
      `${payment.amount} ${payment.currency}`,
      payment.captured,
      payment.refunded,
      payment.disputed,
      [payment.provider_ref ?? payment.method, payment.at_stripe].filter((each) => each !== undefined).join(': '),
    ]),
  );
}

/** The buttons of whoever plays the buyer. */
function buyer({ payment_id, order_id, amount, currency, failure }: ShownPayment): Html {
  return html`<section aria-label="Payment ${payment_id}">
    <h2>Payment ${payment_id} waits for its buyer</h2>
    <p>${amount} ${currency} for order ${order_id}.${failure === null ? '' : ` The last attempt: ${failure}`}</p>
    <form method="post" action="/dev/payments/${payment_id}/buyer">
      ${MOVE_NAMES.map((name) => html`<button name="move" value="${name}">${BUYER[name].says}</button> `)}
    </form>
  </section>`;
}

function faultsForm(faults: Readonly<Faults>): Html {
  const share = (name: keyof Faults, label: string) =>
    html`<p>
      <label
        >${label} <input name="${name}" type="number" min="0" max="1" step="any" value="${faults[name]}" required
      /></label>
    </p> `;
  return html`<h2>Faults of the embedded Stripe</h2>
    <form method="post" action="/dev/payments/faults">
      ${share('lose_answers', 'Share of answers that are lost')}
      ${share('drop_events', 'Share of events that are lost')}
      ${share('duplicate_events', 'Share of events that come several times')}
      ${share('shuffle_events', 'Share of events that others overtake')}
      <p>
        <label
          >Delay of events in milliseconds
          <input
            name="delay_events_ms"
            type="number"
            min="0"
            max="${MOST_MS}"
            value="${faults.delay_events_ms}"
            required
          />
        </label>
      </p>
      <button>Switch</button>
    </form>`;
}
