import { redacted } from './without-personal-data.js';

const TOKEN = 'aB3_'.repeat(10) + 'x-9';
const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
const GONE = '[redacted]';

describe('a message as an operator sees it', () => {
  it.each([
    [
      { payload: { user: { email: 'ada@example.com', user_id: 7 } } },
      { payload: { user: { email: GONE, user_id: 7 } } },
    ],
    [{ data: { token: 'short' } }, { data: { token: GONE } }],
    [
      { user_email: 'x', accessToken: 'x', Addresses: [{ city: 'Paris' }] },
      { user_email: GONE, accessToken: GONE, Addresses: GONE },
    ],
    [
      { ship_to: { city: 'Paris' }, billTo: { city: 'Paris' }, note: 'Ring twice' },
      { ship_to: GONE, billTo: GONE, note: GONE },
    ],
    [
      { customer: { name: 'Ada' }, items: [{ sku: 'A', name: 'Lamp' }] },
      { customer: { name: GONE }, items: [{ sku: 'A', name: 'Lamp' }] },
    ],
    [
      { text: `Mail <ada@example.com> at https://x.example/account?token=${TOKEN}.` },
      { text: `Mail <${GONE}> at https://x.example/account?token=${GONE}.` },
    ],
    [{ list: [`Bearer ${JWT}`] }, { list: [`Bearer ${GONE}`] }],
    [`no JSON {"email":"ada@example.com"`, `no JSON {"email":"${GONE}"`],
  ])('contains no token and no personal data: %j', (message, shown) => {
    expect(redacted(message)).toEqual(shown);
  });

  it('contains what helps to find and explain it', () => {
    const message = {
      event_id: '0d5f6c1e-6a3b-4f57-9a0e-3f2b8c1d4e5f',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      payload: { user_id: 7, email_verified: true, shipping_address: null, expires_at: '2026-01-01T00:00:00.000Z' },
    };
    expect(redacted(message)).toEqual(message);
  });

  it('is redacted at any size and depth', () => {
    const long = 'a'.repeat(250_000);
    expect(redacted(long)).toBe(long);
    const deep: unknown = JSON.parse(`${'['.repeat(5_000)}"ada@example.com"${']'.repeat(5_000)}`);
    expect(JSON.stringify(redacted(deep))).toMatch(/^\[+"\[too deep\]"\]+$/);
  });
});
