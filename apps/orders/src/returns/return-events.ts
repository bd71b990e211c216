import type { Tx } from '@app/database';
import type { EventType } from '@app/events';
import { formatMoney } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { mergePieces } from '../orders/line-pieces.js';
import { eventOf, OrderEvents, payloadOf, piecesOf } from '../orders/order-events.js';
import type { Order } from '../orders/order.entity.js';
import { arrivedOf } from './receiving.js';
import type { Return } from './return.entity.js';
import type { ReturnStatus } from './return-status.js';

type ReturnEventType = EventType & `return.${string}`;

/** A cancelled return concerns nobody else. */
const EVENT_OF: Readonly<Partial<Record<ReturnStatus, ReturnEventType>>> = {
  requested: 'return.requested',
  approved: 'return.approved',
  rejected: 'return.rejected',
  received: 'return.received',
  settled: 'return.settled',
};

/** The events about returns, appended to the outbox in the transaction that makes them true. */
@Injectable()
export class ReturnEvents {
  constructor(private readonly events: OrderEvents) {}

  async append(tx: Tx, order: Order, of: Return): Promise<void> {
    const type = EVENT_OF[of.status];
    if (!type) return;
    const money = (minor: number | null) => (minor === null ? null : formatMoney(minor, order.currency));
    const event = eventOf(type, order, {
      ...payloadOf(order, order.status),
      rejection_reason: of.rejectionReason,
      return: {
        return_id: of.returnId,
        return_ref: of.returnRef,
        status: of.status,
        items: mergePieces(order, of.items).flatMap((pieces) => {
          const arrived = arrivedOf(of, pieces.order_item_id);
          const quantities = {
            quantity_received: arrived?.received ?? null,
            quantity_restocked: arrived?.restocked ?? null,
          };
          return piecesOf(order, [pieces]).map((product) => ({ ...product, ...quantities }));
        }),
        refund_amount: money(of.refundAmount),
        fee: money(of.fee),
      },
    });
    await this.events.append(tx, event);
  }
}
