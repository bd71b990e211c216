import { newContext, runWithContext } from '@app/kernel';
import { createLogger } from '@app/telemetry';
import { LoggedEventVerifier } from './logged-event-verifier.js';
import { LoggedPaymentProvider } from './logged-payment-provider.js';
import { MissingPaymentProvider } from './missing-payment-provider.js';
import { signatureInvalid } from './provider.errors.js';

describe('what payments log of their provider', () => {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const logger = createLogger({ service: 'payments', level: 'info', destination });
  const context = newContext();
  const { requestId: request_id } = context;
  beforeEach(() => (lines.length = 0));

  class Working extends MissingPaymentProvider {
    override readonly cancel = () => Promise.resolve() as Promise<never>;
  }
  const provider = new LoggedPaymentProvider(new Working(), logger);

  it('is each call with its outcome, under its request', async () => {
    await runWithContext(context, () => provider.cancel('pi_1', 'key'));
    await runWithContext(context, () => expect(provider.fetch('pi_1')).rejects.toThrow('does not answer'));
    const [message, ms] = ['payment provider called', expect.any(Number)];
    expect(lines).toMatchObject([
      { message, request_id, call: 'cancel', provider_ref: 'pi_1', outcome: 'done', ms },
      { message, request_id, call: 'fetch', provider_ref: 'pi_1', outcome: 'payment-provider-unavailable', ms },
    ]);
  });

  it('is each event that is the provider’s, and nothing else of it', () => {
    const event = {
      event_ref: 'evt_1',
      type: 'refund.updated',
      object_ref: 'pi_1',
      created_at: '2026-11-30T10:00:00Z',
    };
    const verifier = { verify: () => event };
    expect(runWithContext(context, () => new LoggedEventVerifier(verifier, logger).verify(Buffer.of(), 's'))).toBe(
      event,
    );
    expect(lines).toMatchObject([
      {
        message: 'provider event received',
        request_id,
        event_ref: 'evt_1',
        type: 'refund.updated',
        provider_ref: 'pi_1',
      },
    ]);
  });

  it('is no event without a valid signature', () => {
    const verifier = {
      verify: () => {
        throw signatureInvalid();
      },
    };
    expect(() => new LoggedEventVerifier(verifier, logger).verify(Buffer.of(), 's')).toThrow('The signature');
    expect(lines).toEqual([]);
  });
});
