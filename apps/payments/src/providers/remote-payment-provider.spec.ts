import { DomainError } from '@app/kernel';
import { commandClient, Commands, CommandServer, withMessageDefaults } from '@app/messaging';
import { createLogger } from '@app/telemetry';
import type { INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { away, FakePaymentProvider } from '../../../../test/support/fake-payment-provider.js';
import { PaymentProvider } from './payment-provider.js';
import { providerError, providerRefused, refusalOf } from './provider.errors.js';
import { PspController } from './psp.controller.js';
import { RemotePaymentProvider } from './remote-payment-provider.js';

const METADATA = { order_ref: 'o-1', payment_ref: 'p-1', stage: 'test' };
const INTENT = { amount: 1_200, currency: 'USD', capture: 'automatic', metadata: METADATA } as const;
const CREATE_MS = 300;

describe('a provider behind commands', () => {
  const fake = new FakePaymentProvider();
  let function_: INestMicroservice;
  let remote: RemotePaymentProvider;

  const at = (address: string) =>
    new RemotePaymentProvider(new Commands(commandClient(address, { region: 'eu-west-1' })), CREATE_MS);
  beforeAll(async () => {
    const logger = createLogger({ service: 'test', level: 'silent' });
    const server = new CommandServer({ host: '127.0.0.1', port: 0, logger });
    class PspModule {}
    const providers = [{ provide: PaymentProvider, useValue: fake }];
    const module = { module: PspModule, controllers: [PspController], providers };
    function_ = await NestFactory.createMicroservice(module, { strategy: server, logger: false });
    await withMessageDefaults(function_).listen();
    remote = at(server.address);
  });
  afterAll(async () => {
    await remote?.onApplicationShutdown();
    await function_?.close();
  });
  beforeEach(() => fake.reset());

  const created = async (capture: 'automatic' | 'on_shipment' = 'automatic') =>
    (await remote.create({ ...INTENT, capture }, `key-${capture}`)).provider_ref;

  it('does everything that the provider does, and says what it says', async () => {
    const ref = await created();
    expect(fake.get(ref)).toMatchObject({ amount: 1_200, currency: 'USD', metadata: METADATA });
    fake.pay(ref);
    await remote.refund({ provider_ref: ref, amount: 200, currency: 'USD', reason: undefined, refund_ref: 'r-1' });
    expect(await remote.fetch(ref)).toEqual(await fake.fetch(ref));
    const events = await remote.events(new Date(Date.now() - 60_000), new Date(Date.now() + 1_000));
    expect(events).toEqual(fake.log);
    const promised = await created('on_shipment');
    fake.pay(promised);
    await remote.capture(promised, { amount: 1_000, currency: 'USD' }, 'capture');
    expect(fake.get(promised)).toMatchObject({ status: 'captured', captured_amount: 1_000 });
  });

  it('sends the keys, so that twice is once', async () => {
    const ref = await created();
    expect(await created()).toBe(ref);
    await remote.cancel(ref, 'cancel');
    await remote.cancel(ref, 'cancel');
    expect(fake.calls.map(({ call, key }) => [call, key])).toEqual([
      ['create', 'key-automatic'],
      ['create', 'key-automatic'],
      ['cancel', 'cancel'],
      ['cancel', 'cancel'],
    ]);
  });

  it.each([
    ['a refusal', providerRefused('amount_too_small')],
    [
      'what cannot be charged',
      providerError('order-not-payable', 'No.', { details: { reason: 'amount-not-chargeable' } }),
    ],
  ])('%s comes as it is, with its reason', async (_, refusal) => {
    fake.before = () => {
      throw refusal;
    };
    const error = (await remote.create(INTENT, 'key').catch((caught: unknown) => caught)) as DomainError;
    expect(error).toBeInstanceOf(DomainError);
    expect([error.code, error.kind, refusalOf(error)]).toEqual([refusal.code, 'conflict', refusalOf(refusal)]);
  });

  it('an unknown outcome stays unknown, and may be asked again', async () => {
    fake.after = away('refund');
    const ref = await created();
    fake.pay(ref);
    const refund = { provider_ref: ref, amount: 200, currency: 'USD', reason: undefined, refund_ref: 'r-2' };
    await expect(remote.refund(refund)).rejects.toMatchObject({
      code: 'payment-provider-unavailable',
      retryAfter: 2,
    });
    fake.after = () => undefined;
    await remote.refund(refund);
    expect(fake.get(ref).refunds).toHaveLength(1);
  });

  it('an error of ours is neither a refusal nor an outage', async () => {
    fake.before = () => {
      throw new Error('A bug.');
    };
    const error: unknown = await remote.fetch('pi_1').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'internal-error' });
    expect(refusalOf(error)).toBeUndefined();
  });

  it('a function that does not answer in time, or is away, is a provider that does not answer', async () => {
    fake.before = () => new Promise(() => undefined);
    const began = performance.now();
    await expect(remote.create(INTENT, 'key')).rejects.toMatchObject({ code: 'payment-provider-unavailable' });
    expect(performance.now() - began).toBeLessThan(CREATE_MS * 5);
    const nowhere = at('tcp://127.0.0.1:9');
    await expect(nowhere.fetch('pi_1')).rejects.toMatchObject({ code: 'payment-provider-unavailable' });
    await nowhere.onApplicationShutdown();
  });
});
