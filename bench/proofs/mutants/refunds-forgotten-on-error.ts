import 'reflect-metadata';
import { PaymentWriter } from '../../../apps/payments/src/payments/payment-writer.js';
import { Refund } from '../../../apps/payments/src/payments/refund.entity.js';
import { RefundSender } from '../../../apps/payments/src/refunds/refund-sender.js';

/** Deletes a refund that the provider did not answer, as if it had never been made. */
Object.assign(RefundSender.prototype, {
  async keep(this: RefundSender, { refundRef, paymentId }: Refund): Promise<void> {
    const writer = Object.values(this).find((part) => part instanceof PaymentWriter);
    await writer?.change(paymentId, async ({ tx, payment, known }) => {
      const refund = known.refunds.find((each) => each.refundRef === refundRef);
      if (!refund || refund.status === 'succeeded') return null;
      payment.refundingAmount -= refund.amount;
      await tx.getRepository(Refund).delete({ refundRef });
      return {};
    });
  },
});
