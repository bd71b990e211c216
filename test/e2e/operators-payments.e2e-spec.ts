import { runOps, spawnOps } from '../support/ops.js';
import { eventually } from './support/client.js';
import { forEachPlatform } from './support/platforms.js';

forEachPlatform('operators of payments', (running) => {
  const ops = (...args: string[]) => runOps(args, running());
  const ended = (...args: string[]) => spawnOps(args, running()).ended;
  const json = async (...args: string[]) => JSON.parse((await ended(...args, '--json')).out);

  const begun = async () => {
    const { client } = running();
    const { token } = await client.customer();
    const { body: order } = await client.order(token, [[await client.product({ price: '19.90' }), 2]]);
    const { body } = await client.call('POST', `/orders/${order.order_id}/payments`, {
      token,
      body: { method: 'card' },
    });
    return { orderId: Number(order.order_id), id: String(body.payment_id) };
  };
  const confirm = async (id: string) => {
    const body = { payment_method: 'pm_card_visa' };
    await running().client.call('POST', `/dev/payments/${id}/confirm`, { body });
  };
  const dropEvents = async (share: number) => {
    const { body } = await running().client.call('GET', '/dev/stripe');
    await fetch(`${body.url}/wire/settings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${body.secret_key}` },
      body: new URLSearchParams({ 'faults[drop_events]': String(share) }),
    });
  };
  const shown = (id: string) => json('payments', 'show', id);

  it('find a payment whose events were lost, and give a part of its money back', async () => {
    const { orderId, id } = await begun();
    await dropEvents(1);
    await confirm(id);
    const found = await json('payments', 'reconcile');
    expect(found).toMatchObject({ payments_left: 0 });
    expect(found.events_found).toBeGreaterThan(0);
    expect(found.entries_added).toBeGreaterThan(1);
    await dropEvents(0);
    const { client } = running();
    const token = await client.admin();
    await eventually(
      async () => (await client.call('GET', `/orders/${orderId}`, { token })).body,
      ({ status }) => status === 'paid',
    );

    const asked = await ended('payments', 'refund', id, '--amount', '5.00', '--reason', 'returned');
    expect([asked.code, asked.out]).toEqual([1, '']);
    expect(asked.err).toContain(`This gives back 5.00 of the 39.80 USD that order ${orderId} paid by payment ${id}.`);
    expect(asked.err).toContain('add --yes');
    const refunded = await ops('payments', 'refund', id, '--amount', '5.00', '--reason', 'returned', '--yes');
    expect(refunded).toContain(`The refund of 5.00 USD of payment ${id} is succeeded.`);
    const payment = await shown(id);
    expect(payment).toMatchObject({ status: 'captured', refunded_amount: '5.00', client_secret: null });
    expect(payment.refunds).toMatchObject([{ amount: '5.00', reason: 'returned' }]);
    expect(payment.entries.map(({ kind }: { kind: string }) => kind)).toEqual(['authorized', 'captured', 'refunded']);
    expect(await ops('payments', 'list', '--order-id', String(orderId))).toMatch(
      new RegExp(`^${id} +${orderId} +captured +39\\.80 +39\\.80 +5\\.00 +USD +false +pi_\\w+ `, 'm'),
    );

    const refreshed = await ops('payments', 'refresh', id);
    expect(refreshed).toContain(`Payment ${id} is captured, as it was before.`);
    const events = await json('provider-events', 'list', '--object-ref', payment.provider_ref);
    expect(await ops('provider-events', 'replay', String(events[0].id))).toMatch(/ applied +applied$/m);
    const audit = await ops('audit', 'list', 'payments');
    for (const action of ['payments.reconcile', 'payments.refund', 'provider-events.replay'])
      expect(audit).toContain(action);
  }, 120_000);

  it('are told in a sentence what is wrong', async () => {
    const { id } = await begun();
    const rows: [args: string[], sentence: string][] = [
      [['payments', 'show', '999999'], 'There is no such payment.'],
      [['payments', 'refund', id, '--reason', 'returned', '--yes'], 'At most 0.00 USD can be refunded.'],
      [['payments', 'refund', id, '--amount', '1.005', '--reason', 'other', '--yes'], 'takes an amount in USD'],
      [['payments', 'refund', id, '--reason', 'spite', '--yes'], '--reason takes one of requested_by_customer'],
      [['payments', 'list', '--created-from', 'yesterday'], '--created-from takes a time with its zone'],
      [['payments', 'list', '--limit', '101'], '--limit takes a whole number from 1 to 100'],
      [['provider-events', 'replay'], 'Give the ids of events, or --outcome'],
      [['provider-events', 'replay', '999999'], 'There is no such event 999999.'],
    ];
    for (const [args, sentence] of rows) {
      const { code, out, err } = await ended(...args);
      expect([args, code, out, err]).toEqual([args, 1, '', expect.stringContaining(sentence)]);
    }
  }, 90_000);
});
