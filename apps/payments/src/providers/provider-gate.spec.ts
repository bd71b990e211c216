import { sleep } from '@app/async';
import { DomainError, runInTransactionScope } from '@app/kernel';
import { ProviderGate } from './provider-gate.js';
import { providerRefused, providerUnavailable } from './provider.errors.js';

const fail = () => Promise.reject(providerUnavailable());

describe('the gate before the payment provider', () => {
  it('lets one call through in a while after five failures, and all of them after a success', async () => {
    const gate = new ProviderGate();
    for (let n = 0; n < 5; n++) await expect(gate.run(fail, 1_000)).rejects.toThrow(DomainError);
    const call = jest.fn(() => Promise.resolve('there'));
    await expect(gate.run(call, 1_000)).rejects.toMatchObject({ code: 'payment-provider-unavailable' });
    expect(call).not.toHaveBeenCalled();
    await sleep(1_050);
    const both = await Promise.allSettled([gate.run(call, 1_000), gate.run(call, 1_000)]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await gate.run(call, 1_000)).toBe('there');
  });

  it('stays open for a provider that refuses', async () => {
    const gate = new ProviderGate();
    for (let n = 0; n < 10; n++) {
      const refused = gate.run(() => Promise.reject(providerRefused('amount_too_small')), 1_000);
      await expect(refused).rejects.toMatchObject({ code: 'payment-provider-refused' });
    }
    expect(await gate.run(() => Promise.resolve(1), 1_000)).toBe(1);
  });

  it('refuses at once what is too much', async () => {
    const gate = new ProviderGate();
    const { promise, resolve } = Promise.withResolvers<void>();
    const running = Array.from({ length: 40 }, () => gate.run(() => promise, 1_000));
    await expect(gate.run(() => promise, 1_000)).rejects.toMatchObject({ code: 'payment-provider-unavailable' });
    resolve();
    await Promise.all(running);
    await gate.run(() => promise, 1_000);
  });

  it('refuses a call inside a transaction', async () => {
    const gate = new ProviderGate();
    const inside = runInTransactionScope({ afterCommit: [] }, () => gate.run(() => Promise.resolve(1), 1_000));
    await expect(inside).rejects.toThrow('inside a database transaction');
  });
});
