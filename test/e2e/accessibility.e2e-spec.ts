import { names } from '@app/events';
import type { Browser, Page } from 'playwright-core';
import { previews } from '../../apps/notifier/src/notifications/templates/previews.js';
import { violations } from '../support/axe.js';
import { hasChromium, startChromium } from '../support/chromium.js';
import { startedPlatform } from './support/platforms.js';

jest.setTimeout(60_000);

(hasChromium() ? describe : describe.skip)('pages that everybody can use', () => {
  // Without our own administrator, so that the demo orders fill the console.
  const running = startedPlatform({ adminEmail: undefined, adminPassword: undefined });
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser?.close());

  const firstLink = async (path: string, prefix: string): Promise<string> => {
    const { text } = await running().client.call('GET', path);
    return new RegExp(`href="(${prefix}[^"]+)"`).exec(text)?.[1] ?? '';
  };
  const pages: [string, () => string | Promise<string>][] = [
    ['the console', () => '/dev'],
    ['a queue', () => `/dev/queues/${names('local').queue('orders')}`],
    ['dead letters', () => `/dev/queues/${names('local').deadLetterQueue('notifier')}`],
    ['payments', () => '/dev/payments'],
    ['no payment', () => '/dev/payments?order_id=4711'],
    ["an order's story", () => '/dev/orders/1'],
    ['an order that nothing is known of', () => '/dev/orders/4711'],
    ["a request's story", () => firstLink('/dev/orders/1', '/dev/requests/')],
    ['an e-mail', () => firstLink('/dev', '/dev/emails/')],
    ...Object.keys(previews()).map((name): [string, () => string] => [
      `the preview of ${name}`,
      () => `/dev/previews/${name}`,
    ]),
    ['the page of an account', () => '/account'],
    ['the page to confirm an address', () => '/account#token=verify-email.x'],
    ['the page to choose a password', () => '/account#token=password-reset.x'],
  ];

  describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
    let page: Page;
    beforeAll(async () => {
      page = await browser.newPage({ colorScheme, baseURL: running().client.base });
    });
    afterAll(() => page?.close());

    it.each(pages)('%s', async (_, path) => {
      await page.goto('about:blank');
      await page.goto(await path());
      for (const details of await page.locator('summary').all()) await details.click();
      expect(await violations(page)).toEqual([]);
    });

    it.each(Object.entries(previews()))('the e-mail %s', async (_, { html }) => {
      await page.goto('about:blank');
      await page.setContent(html);
      expect(await violations(page)).toEqual([]);
    });
  });
});
