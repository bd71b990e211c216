import type { Browser, Page } from 'playwright-core';
import { violations } from '../support/axe.js';
import { hasChromium, startChromium } from '../support/chromium.js';
import { startedPlatform } from './support/platforms.js';

// A busy machine renders a page of this size slowly.
jest.setTimeout(60_000);

/** One operation for each of Swagger UI's method colours. */
const OPERATIONS = [
  'users-users_get',
  'products-products_create',
  'products-products_change',
  'products-products_archive',
];

/** Runs in the browser: the mean of red, green and blue behind the login bar. */
const BRIGHTNESS = `(() => {
  const [red, green, blue] = getComputedStyle(document.getElementById('login')).backgroundColor.match(/\\d+/g).map(Number);
  return (red + green + blue) / 3;
})()`;

(hasChromium() ? describe : describe.skip)('the colours of /docs', () => {
  const running = startedPlatform({});
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser?.close());

  describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
    let page: Page;
    beforeAll(async () => {
      page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 1000 } });
      await page.goto(`${running().client.base}/docs`);
      await page.locator('.opblock').first().waitFor();
      await page.locator('#login').waitFor();
      for (const operation of OPERATIONS) await page.locator(`#operations-${operation} .opblock-summary`).click();
    }, 60_000);
    afterAll(() => page?.close());

    it("follow the reader's preference, also in the login bar", async () => {
      const brightness = await page.evaluate<number>(BRIGHTNESS);
      if (colorScheme === 'dark') expect(brightness).toBeLessThan(64);
      else expect(brightness).toBeGreaterThan(192);
    });

    it('are readable with open operations and a response', async () => {
      const list = page.locator('#operations-products-products_list');
      await list.locator('.opblock-summary').click();
      await list.locator('button.execute').click();
      await list.locator('.live-responses-table .download-contents').waitFor();
      expect(await violations(page, 'color-contrast')).toEqual([]);
    });

    it('are readable in the Authorize dialogue', async () => {
      await page.locator('.btn.authorize').click();
      await page.locator('.modal-ux').waitFor();
      expect(await violations(page, 'color-contrast')).toEqual([]);
    });
  });
});
