import type { ReceivedEmail } from '../../../apps/local/src/embedded/mailbox.js';
import type { ProofPlatform } from './platform.js';

const which = ({ event_id, template }: { event_id?: string; template?: string }) => `${event_id} ${template}`;

/** Counts e-mails sent again, and those among them that the notifier did not record as possible duplicates. */
export async function auditRepeats({
  databases,
  wire,
}: ProofPlatform): Promise<{ repeated: number; uncounted: number }> {
  const rows = await databases.rows<{ event_id: string; template: string; possible_duplicates: number }>(
    'notifier',
    'SELECT event_id, template, possible_duplicates FROM emails',
  );
  const foreseen = new Map(rows.map((row) => [which(row), Number(row.possible_duplicates)]));
  const sent = Map.groupBy(wire.emails(), ({ tags }) => which(tags));
  const audit = { repeated: 0, uncounted: 0 };
  for (const [email, { length }] of sent) {
    audit.repeated += length - 1;
    audit.uncounted += Math.max(0, length - 1 - (foreseen.get(email) ?? 0));
  }
  return audit;
}

/** The e-mails that a customer must have received in each state of an order, apart from those about its parts. */
const DUE: Record<string, readonly string[]> = {
  pending: ['order-confirmation'],
  paid: ['order-confirmation', 'order-paid'],
  shipped: ['order-confirmation', 'order-paid'],
  cancelled: ['order-cancelled'],
};
/** One about each part: of what left, and of what was cancelled unless that is all. */
const PARTS = ['shipment-shipped', 'order-partially-cancelled'] as const;
/** E-mails that may precede a cancellation; if it arrives first, they are not sent. */
const BEFORE_CANCELLATION = ['order-confirmation', 'order-paid', 'order-partially-cancelled'];

interface MailedOrder {
  order_id: number;
  status: string;
  shipments: number;
  cancellations: number;
}

/** Orders whose e-mails do not match their state: one is missing, is wrong, or follows the cancellation. */
export async function ordersMailedWrongly({ databases, wire }: ProofPlatform): Promise<number> {
  const orders = await databases.rows<MailedOrder>(
    'orders',
    `SELECT o.order_id, o.status,
            (SELECT COUNT(*) FROM shipments s WHERE s.order_id = o.order_id AND s.status = 'shipped') AS shipments,
            (SELECT COUNT(*) FROM cancellations c WHERE c.order_id = o.order_id) AS cancellations
       FROM orders o`,
  );
  const events = await databases.rows<{ event_id: string; order_id: string }>(
    'orders',
    "SELECT event_id, JSON_VALUE(envelope, '$.payload.order_id') AS order_id FROM outbox",
  );
  const orderOf = new Map(events.map(({ event_id, order_id }) => [event_id, Number(order_id)]));
  const isAboutOrder = ({ tags }: ReceivedEmail) => /^(order|shipment)-/.test(tags['template'] ?? '');
  const emails = Map.groupBy(
    wire.emails().filter(isAboutOrder),
    ({ tags }) => orderOf.get(tags['event_id'] ?? '') ?? 0,
  );
  const aboutNoOrder = emails.get(0)?.length ?? 0;
  const wrong = orders.filter((order) => {
    // Whatever was sent again counts once.
    const sent = new Map((emails.get(order.order_id) ?? []).map(({ tags }) => [which(tags), tags['template'] ?? '']));
    return !agree([...sent.values()], order);
  });
  return wrong.length + aboutNoOrder;
}

function agree(templates: readonly string[], { status, shipments, cancellations }: MailedOrder): boolean {
  const due = DUE[status] ?? [];
  if (!due.every((template) => templates.includes(template))) return false;
  if (status === 'cancelled') {
    const cancelledAt = templates.indexOf('order-cancelled');
    return templates.every(
      (template, place) => due.includes(template) || (place < cancelledAt && BEFORE_CANCELLATION.includes(template)),
    );
  }
  const count = (wanted: string) => templates.filter((template) => template === wanted).length;
  const [shipped, cancelled] = PARTS.map(count);
  if (shipped !== shipments || cancelled !== cancellations) return false;
  return templates.every((template) => [...due, ...PARTS].includes(template));
}
