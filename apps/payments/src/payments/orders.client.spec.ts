import type { Commands } from '@app/messaging';
import { OrdersClient } from './orders.client.js';

const ORDER = { order_id: 1, currency: 'USD', order_total: '12.00', amount_due: '0.00' };

const read = (answer: object) => {
  const commands: Pick<Commands, 'ask'> = { ask: <T>() => Promise.resolve({ ...ORDER, ...answer } as T) };
  return new OrdersClient(commands as Commands).get(1);
};

describe('what orders says of an order', () => {
  it('is read in minor units', async () => {
    const parts = { amount_credited: '5.00', amount_paid: '7.00', fulfilment_status: 'partially_shipped' };
    expect(await read({ ...parts, status: 'paid', unpayable: 'already-paid' })).toEqual({
      order_id: 1,
      currency: 'USD',
      status: 'paid',
      unpayable: 'already-paid',
      fulfilment_status: 'partially_shipped',
      total: 1_200,
      credited: 500,
      paid: 700,
      due: 0,
    });
  });

  it.each([
    ['pending', null, 0, 'unfulfilled'],
    ['paid', 'already-paid', 1_200, 'unfulfilled'],
    ['shipped', 'already-paid', 1_200, 'shipped'],
    ['completed', 'already-paid', 1_200, 'shipped'],
  ])('is understood from its release before, %s', async (status, unpayable, paid, fulfilment_status) => {
    expect(await read({ status, unpayable })).toMatchObject({ credited: 0, paid, fulfilment_status });
  });
});
