import { readFileSync } from 'node:fs';
import { createLogger } from '@app/telemetry';
import type { EmailLedger } from '../notifications/email-ledger.js';
import { FeedbackService } from './feedback.service.js';

describe('feedback of SES', () => {
  const suppressed: string[] = [];
  const ledger = {
    suppressAddress: (address: string, reason: string) => Promise.resolve(void suppressed.push(`${address} ${reason}`)),
  } as unknown as EmailLedger;
  const feedback = new FeedbackService(ledger, createLogger({ service: 'test', level: 'silent' }));
  const dispatchText = (body: string) => feedback.dispatch({ messageId: 'm', body });
  const dispatch = (event: unknown) => dispatchText(JSON.stringify(event));
  beforeEach(() => suppressed.splice(0));

  it('stops e-mails to addresses that do not exist', async () => {
    const bouncedRecipients = [{ emailAddress: 'gone@example.com' }, { emailAddress: 'nobody@example.com' }];
    await dispatch({ eventType: 'Bounce', bounce: { bounceType: 'Permanent', bouncedRecipients } });
    expect(suppressed).toEqual(['gone@example.com bounce', 'nobody@example.com bounce']);
  });

  it('keeps sending to a mailbox that is full', async () => {
    const bouncedRecipients = [{ emailAddress: 'full@example.com' }];
    await dispatch({ eventType: 'Bounce', bounce: { bounceType: 'Transient', bouncedRecipients } });
    expect(suppressed).toEqual([]);
  });

  it('stops e-mails to an address that complains', async () => {
    const complainedRecipients = [{ emailAddress: 'angry@example.com' }];
    await dispatch({ eventType: 'Complaint', complaint: { complainedRecipients } });
    expect(suppressed).toEqual(['angry@example.com complaint']);
  });

  it('accepts the message with which SES validates its topic, wrapped by SNS or not', async () => {
    const wrapped = readFileSync('test/contracts/events/ses.topic-validated.json', 'utf8');
    await dispatchText(wrapped);
    await dispatchText((JSON.parse(wrapped) as { Message: string }).Message);
    await dispatch({
      notificationType: 'AmazonSnsSubscriptionSucceeded',
      message: 'You have successfully subscribed.',
    });
    expect(suppressed).toEqual([]);
  });

  it('reads notifications of an identity, and events wrapped by SNS', async () => {
    const bouncedRecipients = [{ emailAddress: 'gone@example.com' }];
    const event = { notificationType: 'Bounce', bounce: { bounceType: 'Permanent', bouncedRecipients } };
    await dispatch(event);
    await dispatch({ Type: 'Notification', Message: JSON.stringify(event) });
    expect(suppressed).toEqual(['gone@example.com bounce', 'gone@example.com bounce']);
  });

  it.each(['', 'Hello', '{', 'null', '[]', 'Successfully validated nothing'])(
    'refuses the text %j, without repeating it',
    async (text) => {
      await expect(dispatchText(text)).rejects.toThrow(/^The message m is neither a bounce nor a complaint\.$/);
    },
  );

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
    await expect(dispatch(event)).rejects.toThrow('neither a bounce nor a complaint');
    expect(suppressed).toEqual([]);
  });

  it('refuses a body that is not JSON, without quoting it', async () => {
    const refused = feedback.dispatch({ messageId: 'm', body: 'ann@example.com bounced' });
    await expect(refused).rejects.toThrow('The message m is neither a bounce nor a complaint.');
  });
});
