import { createLogger } from '@app/kernel';
import type { EmailLedger } from '../notifications/email-ledger.js';
import { FeedbackService } from './feedback.service.js';

describe('feedback of SES', () => {
  const suppressed: string[] = [];
  const ledger = {
    suppressAddress: (address: string, reason: string) => Promise.resolve(void suppressed.push(`${address} ${reason}`)),
  } as unknown as EmailLedger;
  const feedback = new FeedbackService(ledger, createLogger({ service: 'test', level: 'silent' }));
  const hear = (event: unknown) => feedback.dispatch({ messageId: 'm', body: JSON.stringify(event) });
  beforeEach(() => suppressed.splice(0));

  it('stops e-mails to addresses that do not exist', async () => {
    const bouncedRecipients = [{ emailAddress: 'gone@example.com' }, { emailAddress: 'nobody@example.com' }];
    await hear({ eventType: 'Bounce', bounce: { bounceType: 'Permanent', bouncedRecipients } });
    expect(suppressed).toEqual(['gone@example.com bounce', 'nobody@example.com bounce']);
  });

  it('goes on writing to a mailbox that is full', async () => {
    const bouncedRecipients = [{ emailAddress: 'full@example.com' }];
    await hear({ eventType: 'Bounce', bounce: { bounceType: 'Transient', bouncedRecipients } });
    expect(suppressed).toEqual([]);
  });

  it('stops e-mails to who complains', async () => {
    const complainedRecipients = [{ emailAddress: 'angry@example.com' }];
    await hear({ eventType: 'Complaint', complaint: { complainedRecipients } });
    expect(suppressed).toEqual(['angry@example.com complaint']);
  });

  it.each([
    ['another event', { eventType: 'Delivery' }],
    ['nothing of SES', { hello: 'world' }],
    ['no object', 7],
    ['nothing', null],
    ['a list', [{ eventType: 'Bounce' }]],
    ['a bounce without recipients', { eventType: 'Bounce', bounce: { bounceType: 'Permanent' } }],
    [
      'recipients that are no list',
      { eventType: 'Bounce', bounce: { bounceType: 'Permanent', bouncedRecipients: 'x' } },
    ],
    [
      'an address that is no text',
      { eventType: 'Bounce', bounce: { bounceType: 'Permanent', bouncedRecipients: [{ emailAddress: { a: 1 } }] } },
    ],
    ['a complaint of nobody', { eventType: 'Complaint', complaint: { complainedRecipients: [null] } }],
  ])('refuses %s', async (_, event) => {
    await expect(hear(event)).rejects.toThrow('neither a bounce nor a complaint');
    expect(suppressed).toEqual([]);
  });

  it('refuses what is no JSON without quoting it', async () => {
    const refused = feedback.dispatch({ messageId: 'm', body: 'ann@example.com bounced' });
    await expect(refused).rejects.toThrow('The message m is neither a bounce nor a complaint.');
  });
});
