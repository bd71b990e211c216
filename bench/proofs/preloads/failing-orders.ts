import 'reflect-metadata';
import { DomainError } from '@app/kernel';
import { OrderWriter } from '../../../apps/orders/src/orders/order-writer.js';

/** One order in ten fails before its transaction, and one in ten inside it, after all writes. */
const place = OrderWriter.prototype.place;
OrderWriter.prototype.place = async function (order, placing) {
  if (Math.random() < 0.1) throw failure();
  const fails = Math.random() < 0.1;
  await place.call(this, order, {
    ...placing,
    answer: (placed) => {
      if (fails) throw failure();
      return placing.answer(placed);
    },
  });
};

const failure = () => new DomainError('service-unavailable', 'A failure for the proof.');
