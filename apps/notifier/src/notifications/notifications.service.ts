import { type Envelope, type PasswordResetRequestedPayload, type VerificationRequestedPayload } from '@app/events';
import { Injectable } from '@nestjs/common';
import { DeliveryService, waitWhile } from './delivery.service.js';
import { EmailLedger } from './email-ledger.js';
import { NotificationSettings } from './notification-settings.js';
import {
  emailsBefore,
  isUnverified,
  needsNoEmail,
  ORDER_TEMPLATES,
  type OrderEventType,
  orderView,
} from './order-mail.js';
import { type Delivery, isLast } from './queue-delivery.js';
import {
  type AccountView,
  type AccountViews,
  greetingName,
  type LinkView,
  oneLine,
  readableTime,
  type Views,
} from './templates/views.js';

/** The recipient of an account e-mail. */
interface Recipient {
  user_id: number;
  email: string;
  email_verified?: boolean | undefined;
}

/** Decides which e-mail an event about an order or an account causes, to whom, and with which content. */
@Injectable()
export class NotificationsService {
  constructor(
    private readonly delivery: DeliveryService,
    private readonly ledger: EmailLedger,
    private readonly settings: NotificationSettings,
  ) {}

  async orderChanged({ event_id, event_type, payload }: Envelope<OrderEventType>, by: Delivery): Promise<void> {
    // Empty once the customer's personal data was erased.
    if (payload.customer_email === '' || needsNoEmail(event_type, payload)) return;
    await this.waitForEarlierEmails(payload.order_id, emailsBefore(event_type, payload));
    await this.delivery.deliver({
      event_id,
      template: ORDER_TEMPLATES[event_type],
      view: orderView(payload),
      to: payload.customer_email,
      user_id: payload.user_id,
      order_id: payload.order_id,
      unverified: isUnverified(payload),
      last_delivery: isLast(by),
    });
  }

  async verificationRequested(envelope: Envelope<'user.verification-requested'>, by: Delivery): Promise<void> {
    await this.sendToUser('verify-email', this.linkView(envelope.payload), envelope, by);
  }

  async passwordResetRequested(envelope: Envelope<'user.password-reset-requested'>, by: Delivery): Promise<void> {
    await this.sendToUser('password-reset', this.linkView(envelope.payload), envelope, by);
  }

  async passwordChanged(envelope: Envelope<'user.password-changed'>, by: Delivery): Promise<void> {
    await this.sendToUser('password-changed', accountView(envelope.payload), envelope, by);
  }

  async emailChangeRequested(envelope: Envelope<'user.email-change-requested'>, by: Delivery): Promise<void> {
    await this.sendToUser('email-change-requested', accountView(envelope.payload), envelope, by);
  }

  /** Notifies only the former address: the owner of the new one has just followed a link. */
  async emailVerified({ event_id, payload }: Envelope<'user.email-verified'>, by: Delivery): Promise<void> {
    const { user_id, former_email: email, former_email_verified: verified } = payload;
    if (email === null) return;
    const former = { user_id, email, email_verified: verified ?? false };
    await this.sendToUser('email-changed', accountView(payload), { event_id, payload: former }, by);
  }

  async userDeleted({ payload }: Envelope<'user.deleted'>): Promise<void> {
    await this.ledger.forgetUser(payload.user_id);
  }

  /**
   * After a cancellation no other e-mail of the order is sent, and concurrent events may arrive in either order. So a
   * cancellation waits a little for an earlier e-mail that arrives just after it.
   */
  private async waitForEarlierEmails(orderId: number, earlier: ReturnType<typeof emailsBefore>): Promise<void> {
    await waitWhile(
      () => this.ledger.allSettled(orderId, earlier),
      (settled) => !settled,
    );
  }

  private async sendToUser<Name extends keyof AccountViews>(
    template: Name,
    view: Views[Name],
    { event_id, payload }: { event_id: string; payload: Recipient },
    by: Delivery,
  ): Promise<void> {
    const { email: to, user_id, email_verified } = payload;
    const unverified = email_verified === false;
    const last_delivery = isLast(by);
    await this.delivery.deliver({ event_id, template, view, to, user_id, order_id: null, unverified, last_delivery });
  }

  /** The token is in the fragment, which no server and no log sees. */
  private linkView(payload: VerificationRequestedPayload | PasswordResetRequestedPayload): LinkView {
    return {
      ...accountView(payload),
      link: `${this.settings.accountUrl}#token=${encodeURIComponent(payload.token)}`,
      token: oneLine(payload.token),
      expires_at: readableTime(payload.expires_at),
    };
  }
}

function accountView({ full_name }: { full_name: string }): AccountView {
  return { customer_name: greetingName(full_name) };
}
