import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { names } from '@app/events';
import type { Browser, BrowserContext, Locator, Page, Response } from 'playwright-core';
import { closePage, hasChromium, startChromium } from '../support/chromium.js';
import { DeadLetters } from '../support/dead-letters.js';
import { TestOrder } from '../support/sample-events.js';
import { eventually } from './support/client.js';
import { startedPlatform } from './support/platforms.js';

jest.setTimeout(240_000);

const CONTROLS = 'a[href], button, summary, input, select';
const DEAD_LETTERS = `/dev/queues/${names('local').deadLetterQueue('notifier')}`;
/** The target of links in the templates' sample data. */
const ELSEWHERE = 'https://shop.example/**';

(hasChromium() ? describe : describe.skip)('the pages of a platform on this machine, in a browser', () => {
  // Without our own administrator, so that the platform creates the demo logins and data.
  const running = startedPlatform({ adminEmail: undefined, adminPassword: undefined });
  const complaints: string[] = [];
  let pressed = 0;
  let browser: Browser;
  let context: BrowserContext;
  let letters: DeadLetters;
  beforeAll(async () => {
    browser = await startChromium();
    context = await browser.newContext({ baseURL: running().client.base });
    await context.route(ELSEWHERE, (route) => route.fulfill({ body: 'a shop' }));
    context.on('weberror', (error) => complaints.push(error.error().message));
    context.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) complaints.push(message.text());
    });
    const places = JSON.parse(readFileSync(join(running().dataDir, 'platform.json'), 'utf8')) as Record<string, string>;
    letters = await DeadLetters.open(places['aws_endpoint'] ?? '');
  });
  afterAll(async () => {
    letters?.close();
    await browser?.close();
    process.stderr.write(`Controls pressed in a browser: ${pressed}.\n`);
  });

  const mailsTo = async ({ email }: TestOrder) => (await running().client.mailTo(email)).length;

  /** Creates a dead letter whose e-mail can be sent. */
  async function deadLetter(over: ConstructorParameters<typeof TestOrder>[0] = {}): Promise<TestOrder> {
    const order = new TestOrder(over);
    await letters.add(order.event('order.created'));
    return order;
  }

  describe('dead letters', () => {
    it('go back to their queue, one of them or all, and their e-mails are sent', async () => {
      const page = await context.newPage();
      const [first, second, third] = [await deadLetter(), await deadLetter(), await deadLetter()];
      await page.goto(DEAD_LETTERS);
      for (const [left, order] of [first, second].entries()) {
        const letter = page.locator('section', { hasText: `"${order.email}"` });
        await letter.getByRole('button', { name: 'Move this one back to its queue' }).click();
        await page
          .getByRole('status')
          .filter({ hasText: left === 0 ? '2 messages.' : '1 message.' })
          .waitFor();
        await eventually(
          () => mailsTo(order),
          (count) => count === 1,
        );
      }
      expect(await mailsTo(third)).toBe(0);
      // The last one was held during the search for the others.
      await eventually(
        async () => {
          await page.goto(DEAD_LETTERS);
          await page.getByRole('button', { name: 'Move all 1 back to their queue' }).click();
          return page.getByRole('status').textContent();
        },
        (text) => text?.includes('0 messages.') ?? false,
      );
      await eventually(
        () => mailsTo(third),
        (count) => count === 1,
      );
      await closePage(page);
    });

    it('go back with every character that a queue accepts', async () => {
      const page = await context.newPage();
      const address = { name: 'Ann', line1: 'Käse & “Wurst” 🧀 𠮷野家 1', city: 'Bern', country: 'CH' };
      const order = await deadLetter({ ship_to: address });
      await page.goto(DEAD_LETTERS);
      await page.getByRole('button', { name: 'Move this one back to its queue' }).click();
      await page.getByRole('status').filter({ hasText: '0 messages.' }).waitFor();
      const mails = await eventually(
        () => running().client.mailTo(order.email),
        (all) => all.length === 1,
      );
      expect(mails[0]?.text).toContain('Käse & “Wurst” 🧀 𠮷野家 1');
      await closePage(page);
    });
  });

  const NO_FAULTS = { lose_answers: 0, drop_events: 0, duplicate_events: 0, shuffle_events: 0, delay_events_ms: 0 };

  /** The page of a new order that waits to be paid. */
  async function openPayment(): Promise<string> {
    const { client } = running();
    await client.call('POST', '/dev/stripe/faults', { body: NO_FAULTS });
    const login = { email: 'customer@example.com', password: 'demo customer pass phrase' };
    const token = String((await client.call('POST', '/auth/login', { body: login })).body.access_token);
    const { order_id } = (await client.order(token, [[{ product_id: 2 }, 1]])).body;
    const { status } = await client.call('POST', `/orders/${order_id}/payments`, { token, body: { method: 'card' } });
    expect(status).toBe(201);
    return `/dev/payments?order_id=${order_id}`;
  }

  describe('payments', () => {
    it.each([
      ['Pay with a card that works', /captured 89.00 USD 89.00 0.00 0.00/],
      ['Pay with a card that is declined', /failed .*requires_payment_method/],
      ['Pass 3-D Secure', /captured 89.00 USD 89.00 0.00 0.00/],
      ['Fail 3-D Secure', /failed .*requires_payment_method/],
      ['Leave 3-D Secure open', /requires_action .*requires_action/],
      ['Pay, and dispute it', /captured 89.00 USD 89.00 0.00 89.00/],
    ])('go as the buyer wants: %s', async (name, outcome) => {
      const page = await context.newPage();
      const path = await openPayment();
      await page.goto(path);
      await page.getByRole('button', { name, exact: true }).click();
      await page.waitForURL(`**${path}`);
      await eventually(
        async () => {
          await page.goto(path);
          return (await page.locator('tbody td').allInnerTexts()).join(' ');
        },
        (text) => outcome.test(text),
      );
      const isOver = outcome.source.startsWith('captured');
      expect(await page.getByRole('button', { name, exact: true }).count()).toBe(isOver ? 0 : 1);
      await closePage(page);
    });

    it('have faults, which a form switches', async () => {
      const page = await context.newPage();
      await page.goto('/dev/payments');
      await page.getByLabel('Share of events that are lost').fill('0.5');
      await page.getByLabel('Delay of events in milliseconds').fill('20');
      await page.getByRole('button', { name: 'Switch' }).click();
      await page.waitForURL('**/dev/payments');
      expect(await page.getByLabel('Share of events that are lost').inputValue()).toBe('0.5');
      const { body } = await running().client.call('POST', '/dev/stripe/faults', { body: {} });
      expect(body).toMatchObject({ ...NO_FAULTS, drop_events: 0.5, delay_events_ms: 20 });
      await closePage(page);
    });
  });

  const firstLink = async (path: string, prefix: string): Promise<string> => {
    const { text } = await running().client.call('GET', path);
    return new RegExp(`href="(${prefix}[^"]+)"`).exec(text)?.[1] ?? '';
  };
  const pages: [string, () => string | Promise<string>][] = [
    ['the console', () => '/dev'],
    ['a queue', () => `/dev/queues/${names('local').queue('orders')}`],
    [
      'dead letters',
      async () => {
        for (const letter of [deadLetter, deadLetter]) await letter();
        return DEAD_LETTERS;
      },
    ],
    ['no payments', () => '/dev/payments?order_id=2'],
    ['an open payment', openPayment],
    ["an order's story", () => '/dev/orders/1'],
    ["a request's story", () => firstLink('/dev/orders/1', '/dev/requests/')],
    ['an e-mail', () => firstLink('/dev', '/dev/emails/')],
    ['the preview of an e-mail with links', () => '/dev/previews/verify-email'],
    ['the preview of an e-mail without links', () => '/dev/previews/low-stock'],
    ['the page of an account, with a token', () => '/account#token=verify-email.unknown'],
    ['the page of an account, with another token', () => '/account#token=password-reset.unknown'],
  ];

  it.each(pages)('every control works: %s', async (_, path) => {
    const page = await context.newPage();
    await page.goto(await path());
    const controls = await page.locator(CONTROLS).filter({ visible: true }).count();
    expect(controls).toBeGreaterThan(0);
    for (let index = 0; index < controls; index++) {
      await page.goto('about:blank');
      await page.goto(await path());
      await press(page, page.locator(CONTROLS).filter({ visible: true }).nth(index));
      pressed += 1;
    }
    for (let link = 0; link < (await linksInFrame(page, await path())); link++) {
      const [tab] = await Promise.all([
        page.waitForEvent('popup'),
        page.frameLocator('iframe').locator('a').nth(link).click(),
      ]);
      await tab.waitForURL(/\/account/);
      await closePage(tab);
      pressed += 1;
    }
    await closePage(page);
  });

  it('every control of the bar above the documents works', async () => {
    const page = await context.newPage();
    await page.goto('/docs');
    await page.locator('.opblock').first().waitFor();
    const logins = page.locator('#login button').filter({ visible: true });
    const names = await logins.allTextContents();
    expect(names).toHaveLength(4);
    for (const name of names.filter((text) => text.startsWith('as '))) {
      await logins.filter({ hasText: name }).click();
      const email = await page.getByRole('textbox', { name: 'E-mail' }).inputValue();
      await page.locator('#login-said', { hasText: `Authorized as ${email}` }).waitFor();
      expect(email).toContain('@example.com');
      pressed += 1;
    }
    await page.getByRole('textbox', { name: 'E-mail' }).fill('customer@example.com');
    await page.getByRole('textbox', { name: 'Password' }).fill('demo customer pass phrase');
    await page.getByRole('button', { name: 'Log in and authorize' }).click();
    await page.locator('#login-said', { hasText: 'Authorized as customer@example.com' }).waitFor();
    pressed += 3;
    for (const label of await page.locator('#select option').allTextContents()) {
      await page.locator('#select').selectOption({ label });
      await page.locator('.info .title', { hasText: new RegExp(`^${label.split(' ')[0]}`, 'i') }).waitFor();
      pressed += 1;
    }
    await closePage(page);
  });

  it('the pages keep to their content security policy and throw nothing', () => {
    expect(complaints).toEqual([]);
  });
});

async function press(page: Page, control: Locator): Promise<void> {
  const tag = await control.evaluate((element: { tagName: string }) => element.tagName);
  if (tag === 'INPUT') {
    await control.fill('1');
    expect(await control.inputValue()).toBe('1');
  } else if (tag === 'SUMMARY') {
    // By keyboard, since a simulated mouse click was lost here, for an unknown reason.
    await control.press('Enter');
    await page.locator('details[open]').waitFor();
  } else if ((await control.getAttribute('href')) === '#main') {
    // It is visible only to keyboard users.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#main$/);
  } else if (new URL(page.url()).pathname === '/account') {
    for (const field of await page.locator('input').filter({ visible: true }).all())
      await field.fill('a long pass phrase');
    await control.click();
    await page.locator('output', { hasText: /expired/ }).waitFor();
  } else {
    await leave(page, control);
  }
}

/** Uses a link or a button that leads to another page, and checks that nothing is refused. */
async function leave(page: Page, control: Locator): Promise<void> {
  for (const field of await control.locator('xpath=ancestor::form//input').all()) await field.fill('1');
  const answers: Response[] = [];
  const note = (answer: Response): void => {
    if (answer.request().isNavigationRequest() && answer.frame() === page.mainFrame()) answers.push(answer);
  };
  page.on('response', note);
  const arrived = page.waitForEvent('load');
  await control.click();
  await arrived;
  page.off('response', note);
  expect(
    answers.map((answer) => [answer.url(), answer.status()]).filter(([, status]) => Number(status) >= 400),
  ).toEqual([]);
  expect(answers.length).toBeGreaterThan(0);
}

async function linksInFrame(page: Page, path: string): Promise<number> {
  // Otherwise a path that differs in its fragment only would not be loaded anew.
  await page.goto('about:blank');
  await page.goto(path);
  if ((await page.locator('iframe').count()) === 0) return 0;
  await page.frameLocator('iframe').locator('h1').waitFor();
  return page.frameLocator('iframe').locator('a').count();
}
