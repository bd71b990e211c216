import type { Browser, Page } from 'playwright-core';
import type { TemplateName } from '../../apps/notifier/src/notifications/templates/views.js';
import { closePage, hasChromium, startChromium } from '../support/chromium.js';
import { type Account, eventually, type Email, unique } from './support/client.js';
import { startedPlatform } from './support/platforms.js';

jest.setTimeout(90_000);

/** An e-mail, and the actions of its reader on the linked page. */
interface Caused {
  to: string;
  finish?: (page: Page) => Promise<void>;
}

const SEEN = { emails: 0, links: 0 };

(hasChromium() ? describe : describe.skip)("every kind of e-mail in the console's mailbox", () => {
  const running = startedPlatform({});
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
    process.stderr.write(`Links followed in a browser: ${SEEN.links}, of ${SEEN.emails} e-mails.\n`);
  });

  const registered = async (): Promise<Caused> => {
    const { client } = running();
    const { email, id, token } = await client.customer();
    return {
      to: email,
      finish: async (page) => {
        expect(await page.locator('h1').textContent()).toBe('Confirm your e-mail address');
        await expectShown(page, { password: false });
        await page.getByRole('button', { name: 'Confirm' }).click();
        await expectDone(page);
        expect((await client.call('GET', `/users/${id}`, { token })).body.email_verified).toBe(true);
      },
    };
  };

  const forgotten = async (): Promise<Caused> => {
    const { client } = running();
    const person = await client.customer();
    await client.call('POST', '/auth/password-reset', { body: { email: person.email } });
    return { to: person.email, finish: (page) => chooseNewPassword(page, person) };
  };

  async function chooseNewPassword(page: Page, { email, password }: Account): Promise<void> {
    const { client } = running();
    expect(await page.locator('h1').textContent()).toBe('Choose a new password');
    await expectShown(page, { password: true });
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button', { name: 'Save the password' }).click();
    await page.locator('output', { hasText: '12' }).waitFor();
    const next = unique('a new pass phrase ');
    await page.getByLabel('New password').fill(next);
    await page.getByRole('button', { name: 'Save the password' }).click();
    await expectDone(page);
    await client.logIn({ email, password: next });
    const old = await client.call('POST', '/auth/login', { body: { email, password } });
    expect(old.status).toBe(401);
  }

  const changed = async (): Promise<Caused> => {
    const { client } = running();
    const { id, email, password, token } = await client.customer();
    const body = { password: unique('another pass phrase '), current_password: password };
    expect((await client.call('PUT', `/users/${id}`, { token, body })).status).toBe(200);
    return { to: email };
  };

  /** A person who requested another address, and verified it if `verifies` is true. */
  const moved = async (verifies: boolean): Promise<Caused> => {
    const { client } = running();
    const { email, password, token } = await client.customer();
    const next = `${unique('moved')}@example.com`;
    const body = { email: next, current_password: password };
    expect((await client.call('PUT', '/users/me', { token, body })).status).toBe(200);
    if (verifies) {
      const [mail] = await eventually(
        () => client.mailTo(next),
        ({ length }) => length > 0,
      );
      const [verification] = /verify-email\.[\w-]+/.exec(mail?.text ?? '') ?? [];
      const answer = await client.call('POST', '/auth/verify-email', { body: { token: verification } });
      expect(answer.status).toBe(204);
    }
    return { to: email };
  };

  const ordered = async (...steps: object[]): Promise<Caused> => {
    const { client } = running();
    const { email, token } = await client.customer();
    const { body } = await client.order(token, [[await client.product(), 1]]);
    for (const step of steps) {
      const answer = await client.call('PUT', `/orders/${body.order_id}`, { token: await client.admin(), body: step });
      expect(answer.status).toBe(200);
    }
    return { to: email };
  };

  const soldOut = async (): Promise<Caused> => {
    const { client } = running();
    const product = await client.product({ initial_stock: 10 });
    const settings = { token: await client.admin(), body: { low_stock_threshold: 5 } };
    expect((await client.call('PUT', `/products/${product.product_id}/inventory`, settings)).status).toBe(200);
    const { token } = await client.customer();
    expect((await client.order(token, [[product, 8]])).status).toBe(201);
    return { to: 'staff@example.com' };
  };

  /** A payment with this test card; `asked` is what the provider is told to ask for, in cents. */
  const payment = async (method: string, asked?: string) => {
    const { client } = running();
    const { email, token } = await client.customer();
    const { body: order } = await client.order(token, [[await client.product(), 1]]);
    const body = { method: 'card' };
    const begun = await client.call('POST', `/orders/${order.order_id}/payments`, { token, body });
    if (asked !== undefined) await askFor(String(begun.body.provider_ref), asked);
    const id = Number(begun.body.payment_id);
    await client.call('POST', `/dev/payments/${id}/confirm`, { body: { payment_method: method } });
    return { to: email, id, orderId: Number(order.order_id) };
  };

  /** What somebody does who works at the provider's own desk. */
  async function askFor(providerRef: string, amount: string): Promise<void> {
    const { url, secret_key } = (await running().client.call('GET', '/dev/stripe')).body as Record<string, string>;
    const answer = await fetch(`${url}/v1/payment_intents/${providerRef}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret_key}` },
      body: new URLSearchParams({ amount }),
    });
    expect(answer.status).toBe(200);
  }

  const untilCaptured = async (id: number) => {
    const { client } = running();
    const token = await client.admin();
    await eventually(
      () => client.call('GET', `/payments/${id}`, { token }),
      ({ body }) => body.status === 'captured',
    );
  };

  const declined = async (): Promise<Caused> => {
    const { to, id, orderId } = await payment('pm_card_chargeDeclined');
    return {
      to,
      finish: async (page) => {
        expect(await page.locator('h1').textContent()).toBe(`Payments of order ${orderId}`);
        await page.getByRole('button', { name: 'Pay with a card that works' }).click();
        await page.getByText('waits for its buyer').waitFor({ state: 'detached' });
        await untilCaptured(id);
      },
    };
  };

  const refunded = async (method = 'pm_card_visa'): Promise<Caused> => {
    const { client } = running();
    const { to, id } = await payment(method);
    await untilCaptured(id);
    const refund = { token: await client.admin(), body: { reason: 'returned' } };
    expect((await client.call('POST', `/payments/${id}/refunds`, refund)).status).toBe(201);
    return { to };
  };

  const toStaff = async (cause: Promise<unknown>): Promise<Caused> => {
    await cause;
    return { to: 'staff@example.com' };
  };

  /** An order of two pieces that is paid, and where staff do what is said about its parts. */
  const inParts = async (
    ...steps: ((made: { order: string; pieces: object[]; back: string }) => [path: string, body: object])[]
  ): Promise<Caused> => {
    const { client } = running();
    const account = await client.customer();
    // The number of e-mails to an unconfirmed address is limited.
    await client.verify(account);
    const { email, token } = account;
    const { body: order } = await client.order(token, [[await client.product(), 2]]);
    const admin = await client.admin();
    await client.call('PUT', `/orders/${order.order_id}`, { token: admin, body: { status: 'paid' } });
    const pieces = [{ order_item_id: order.items[0].order_item_id, quantity: 1 }];
    let back = '';
    for (const step of steps) {
      const [path, body] = step({ order: `/orders/${order.order_id}`, pieces, back });
      const answer = await client.call('POST', path, { token: admin, body });
      expect(answer.status).toBeLessThan(300);
      if (answer.body.return_id !== undefined) back = `/returns/${answer.body.return_id}`;
    }
    return { to: email };
  };
  type Step = Parameters<typeof inParts>[0];
  const tracked = { carrier: 'Our own van', tracking_number: 'V 1' };
  /** To a page of this machine: those of carriers are not reached from here. */
  const left: Step = ({ order, pieces }) => [
    `${order}/shipments`,
    { items: pieces, parcels: [{ ...tracked, tracking_url: `${running().client.base}/docs` }] },
  ];
  const cancelled: Step = ({ order, pieces }) => [`${order}/cancellations`, { items: pieces, reason: 'Broken' }];
  const announced: Step = ({ order, pieces }) => [`${order}/returns`, { items: pieces }];
  const approved: Step = ({ back }) => [`${back}/approve`, {}];
  const rejected: Step = ({ back }) => [`${back}/reject`, { reason: 'It was worn.' }];
  const arrived: Step = ({ back, pieces }) => [
    `${back}/receive`,
    { items: pieces.map((each) => ({ ...each, condition: 'resellable' })) },
  ];
  const settled: Step = ({ back }) => [`${back}/settle`, { fee: '1.00' }];
  const followed = async (): Promise<Caused> => ({
    ...(await inParts(left)),
    finish: (page) => page.locator('.swagger-ui').first().waitFor(),
  });

  const [paid, shipped, completed] = [{ status: 'paid' }, { status: 'shipped' }, { status: 'completed' }];
  const causes: Record<Exclude<TemplateName, 'order-shipped'>, () => Promise<Caused>> = {
    'verify-email': registered,
    'password-reset': forgotten,
    'password-changed': changed,
    'email-change-requested': () => moved(false),
    'email-changed': () => moved(true),
    'order-confirmation': () => ordered(),
    'order-paid': () => ordered(paid),
    'order-completed': () => ordered(paid, shipped, completed),
    'order-cancelled': () => ordered({ status: 'cancelled' }),
    'shipment-shipped': followed,
    'order-partially-cancelled': () => inParts(cancelled),
    'return-requested': () => inParts(left, announced),
    'return-approved': () => inParts(left, announced, approved),
    'return-rejected': () => inParts(left, announced, rejected),
    'return-received': () => inParts(left, announced, approved, arrived),
    'return-settled': () => inParts(left, announced, approved, arrived, settled),
    'payment-failed': declined,
    'refund-made': () => refunded(),
    'low-stock': soldOut,
    'refund-failed': () => toStaff(refunded('pm_card_refundFail')),
    'dispute-opened': () => toStaff(payment('pm_card_createDispute')),
    'payment-mismatch': () => toStaff(payment('pm_card_visa', '2998')),
  };

  /** Waits for the e-mail, searches it in the console and opens it. */
  async function open(page: Page, template: string, to: string): Promise<Email> {
    const { client } = running();
    const of = (emails: Email[]) => emails.find(({ tags }) => tags?.['template'] === template);
    const email = of(
      await eventually(
        () => client.mailTo(to),
        (emails) => of(emails) !== undefined,
      ),
    );
    const { subject = '' } = email ?? {};
    await page.goto(`${client.base}/dev`);
    await page.locator('tr', { hasText: to }).getByRole('link', { name: subject, exact: true }).first().click();
    await page.locator('h1', { hasText: subject }).waitFor();
    return email as Email;
  }

  it.each(Object.entries(causes))('%s: each link leads to a page that does what it offers', async (template, cause) => {
    const page = await (await browser.newContext()).newPage();
    const caused = await cause();
    const { html, text } = await open(page, template, caused.to);
    const anchors = html.match(/<a\s/g)?.length ?? 0;
    const written = text.match(/https?:\/\/\S+/g) ?? [];
    SEEN.emails += 1;
    for (let link = 0; link < anchors + written.length; link++) {
      // A link works only once, so each link needs its own e-mail.
      const own = link === 0 ? caused : await cause();
      await open(page, template, own.to);
      const tab = link < anchors ? await clickInFrame(page, link) : await typeWritten(page, link - anchors);
      if (!own.finish) throw new Error(`Nobody says what the reader of ${template} does behind its links.`);
      await own.finish(tab);
      await closePage(tab);
      SEEN.links += 1;
    }
    await closePage(page);
    await page.context().close();
  });

  it('a used link reports that it was used', async () => {
    const page = await (await browser.newContext()).newPage();
    const { to, finish } = await registered();
    await open(page, 'verify-email', to);
    await finish?.(await clickInFrame(page, 0));
    const again = await clickInFrame(page, 1);
    await again.getByRole('button', { name: 'Confirm' }).click();
    await again.locator('output', { hasText: /used|expired|valid/ }).waitFor();
    await expectShown(again, { password: false });
  });
});

/** Returns the tab opened by a link in the e-mail's HTML part. */
async function clickInFrame(page: Page, link: number): Promise<Page> {
  const [tab] = await Promise.all([
    page.waitForEvent('popup'),
    page.frameLocator('iframe').locator('a').nth(link).click(),
  ]);
  await tab.waitForLoadState();
  return tab;
}

/** Pastes the link of the text part; if it differs only in its fragment, into a tab that already shows the same page. */
async function typeWritten(page: Page, link: number): Promise<Page> {
  const text = (await page.locator('main > pre').textContent()) ?? '';
  const address = text.match(/https?:\/\/\S+/g)?.[link] ?? '';
  const tab = await page.context().newPage();
  const [place = '', fragment] = address.split('#');
  await tab.goto(place);
  if (fragment === undefined) return tab;
  await tab.locator('output', { hasText: 'Open the link from your e-mail.' }).waitFor();
  await tab.goto(address);
  await tab.locator('form').waitFor();
  return tab;
}

async function expectShown(page: Page, { password }: { password: boolean }): Promise<void> {
  expect(await page.locator('input[type="password"]').isVisible()).toBe(password);
  expect(page.url()).not.toContain('token');
}

async function expectDone(page: Page): Promise<void> {
  await page.locator('output', { hasText: 'Done. You can close this page.' }).waitFor();
  expect(await page.locator('form').isVisible()).toBe(false);
}
