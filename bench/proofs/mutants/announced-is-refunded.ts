import 'reflect-metadata';
import type { Visitor } from '@app/kernel';
import type { Order } from '../../../apps/orders/src/orders/order.entity.js';
import { shareOf } from '../../../apps/orders/src/orders/shares.js';
import type { Return } from '../../../apps/orders/src/returns/return.entity.js';
import { type OrderReturn, ReturnsService } from '../../../apps/orders/src/returns/returns.service.js';

interface Steps {
  take(id: number, step: string, visitor: Visitor, edit: Edit): Promise<OrderReturn>;
}
type Edit = (order: Order, given: Return, from: string) => void;

/** A return is worth what was announced, whatever has arrived of it. */
const steps = ReturnsService.prototype as unknown as Steps;
const { take } = steps;
steps.take = function (id, step, visitor, edit) {
  const receive: Edit = (order, given, from) => {
    const announced = shareOf(order, given.items);
    edit(order, given, from);
    given.receivedValue = announced;
  };
  return take.call(this, id, step, visitor, step === 'received' ? receive : edit);
};
