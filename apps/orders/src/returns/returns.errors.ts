import { declareErrors, formatMoney, notFound } from '@app/kernel';
import type { LinePieces } from '../orders/order-line.entity.js';

const returnError = declareErrors({
  'quantity-not-returnable': { kind: 'conflict', title: 'The order has fewer pieces that can be returned' },
  'return-window-over': { kind: 'conflict', title: 'The time to return is over' },
  'quantity-exceeds-announced': { kind: 'conflict', title: 'More arrived than was announced' },
  'refund-exceeds-received': { kind: 'conflict', title: 'More would be refunded than what arrived was worth' },
  'refund-exceeds-paid': { kind: 'conflict', title: 'More would be refunded than is left of what was paid' },
});

export const noSuchReturn = () => notFound('return');

export const quantityNotReturnable = (returnable: readonly LinePieces[]) =>
  returnError(
    'quantity-not-returnable',
    returnable.length > 0
      ? 'Fewer pieces than that were shipped and are not coming back already; items says how many.'
      : 'Nothing of this order can be returned: nothing was shipped, or all of it comes back already.',
    { details: { items: returnable } },
  );

export const returnWindowOver = (ended: Date) =>
  returnError('return-window-over', 'The time to return this is over. Ask the shop, which may still take it back.', {
    details: { ended_at: ended.toISOString() },
  });

export const quantityExceedsAnnounced = (announced: readonly LinePieces[]) =>
  returnError(
    'quantity-exceeds-announced',
    'The return announced fewer pieces than that; items says how many. Open another return for the rest.',
    { details: { items: announced.map(({ order_item_id, quantity }) => ({ order_item_id, quantity })) } },
  );

export function refundExceedsReceived(value: number, currency: string) {
  const received_value = formatMoney(value, currency);
  return returnError(
    'refund-exceeds-received',
    `What arrived is worth ${received_value} ${currency}; refund and fee together are at most that.`,
    {
      details: { received_value },
    },
  );
}

export function refundExceedsPaid(left: number, currency: string) {
  const refundable_amount = formatMoney(left, currency);
  return returnError('refund-exceeds-paid', `At most ${refundable_amount} ${currency} is left of what was paid.`, {
    details: { refundable_amount },
  });
}
