import { REDACTED } from '@app/events';
import { DomainError } from '@app/kernel';
import { OutboxAdmin } from '@app/outbox';
import { Injectable } from '@nestjs/common';
import { EmailsAdminService } from '../../../notifier/src/operations-app.module.js';
import { OrderAddresseesRepository, OrdersOperationsModule } from '../../../orders/src/operations-app.module.js';
import type { ServiceName } from '../../../manifests.js';
import { DoneInPart, told } from '../context/exit.js';
import { Place } from '../context/place.js';
import { runWith } from '../context/run-with.js';
import { ServiceOperationsModule } from '../context/service-operations.module.js';
import { Notifier } from './notifier.js';

type Message = Awaited<ReturnType<OutboxAdmin['message']>>;

interface Resent {
  template: string;
  eventId: string;
  orderId: number | null;
}

/** Whose event asks for an e-mail that is not about the state of an order or an account. */
const PUBLISHERS: Readonly<Record<string, ServiceName>> = {
  'low-stock': 'products',
  'payment-failed': 'payments',
  'refund-made': 'payments',
  'refund-failed': 'payments',
  'dispute-opened': 'payments',
  'payment-mismatch': 'payments',
};
/** Of a payment's event that is for staff, who are told nothing about the customer. */
const NOBODY = { customer_email: '' };

/**
 * Sends an e-mail again: sends its event, unchanged, to the notifier's queue, and makes the ledger allow one more send.
 * The event comes from the outbox; the personal data that the outbox has erased comes from the order.
 */
@Injectable()
export class Resending {
  constructor(
    private readonly place: Place,
    private readonly notifier: Notifier,
  ) {}

  async resend(emailId: number, operator: string): Promise<{ template: string }> {
    return this.notifier.run(async (app) => {
      const emails = app.get(EmailsAdminService);
      const email = await emails.get(emailId);
      const message = await this.messageOf(email);
      await this.place.withQueues('notifier', async (queues, { queue }) => {
        await emails.requeue(emailId, operator);
        await queues.send(queue, JSON.stringify(message)).catch((cause: unknown) => {
          const sentence = `E-mail ${emailId} may be sent again, but its event is not in the queue; resend it once more: ${told(cause)}`;
          throw new DoneInPart(sentence, { cause });
        });
      });
      return email;
    });
  }

  private async messageOf({ template, eventId, orderId }: Resent): Promise<Message> {
    const publisher = PUBLISHERS[template];
    if (publisher === undefined && orderId === null) {
      const sentence = `The content of a ${template} e-mail is not kept. Ask the person to request a new one.`;
      throw new DomainError('validation-failed', sentence);
    }
    const message = await this.stored(publisher ?? 'orders', eventId);
    if (publisher === 'products') return message;
    const addressee = orderId === null ? NOBODY : await this.addresseeOf(orderId);
    return { ...message, payload: { ...readable(message.payload), ...addressee } };
  }

  private async stored(publisher: ServiceName, eventId: string): Promise<Message> {
    const module = ServiceOperationsModule.forService(publisher, await this.place.database(publisher));
    return runWith(module, (app) => app.get(OutboxAdmin).message(eventId));
  }

  private async addresseeOf(orderId: number): Promise<object> {
    return runWith(OrdersOperationsModule.forDatabase(await this.place.database('orders')), async (app) => {
      const addressee = await app.get(OrderAddresseesRepository).find(orderId);
      if (!addressee) throw new DomainError('validation-failed', `The customer of order ${orderId} was erased.`);
      return addressee;
    });
  }
}

/** Without what the outbox has erased and nobody else knows: an e-mail then says nothing of it. */
function readable(payload: object): object {
  const kept = Object.entries(payload).map(([name, value]: [string, unknown]) => [
    name,
    value === REDACTED ? null : value,
  ]);
  return Object.fromEntries(kept) as object;
}
