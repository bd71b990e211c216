import { readFileSync } from 'node:fs';
import type { Browser, Locator, Page, Response } from 'playwright-core';
import { SERVICES } from '../../apps/manifests.js';
import { hasChromium, startChromium } from '../support/chromium.js';
import { type Json, readJson } from '../support/json.js';
import type { Client } from './support/client.js';
import { startedPlatform } from './support/platforms.js';

// A busy machine renders a page of this size slowly.
jest.setTimeout(60_000);

/** Screenshots for readers of a CI run; not in git. */
const ARTEFACTS = 'artefacts';

/** Runs in the browser, so it uses globals that the tests' compiler does not know. */
const PAGE_CHECK = readFileSync('test/support/page-check.browser.js', 'utf8');

interface PageCheck {
  /** Whether the page is light on dark. */
  dark: boolean;
  /** Missing information for users of screen readers. */
  missing: string[];
  /** WCAG's contrast by selector. */
  contrasts: Record<string, number>;
}

interface Shown {
  method: string;
  path: string;
  tag: string;
  id: string;
}

const operations: Shown[] = Object.entries<Json>(readJson('docs/api/openapi.json').paths).flatMap(([path, item]) =>
  Object.entries<Json>(item).map(([method, { tags, operationId }]) => ({
    method,
    path,
    tag: tags[0],
    id: operationId,
  })),
);
/** Deletions come last, so that every example finds the demo data. */
const inOrder = [...operations].sort((a, b) => Number(a.method === 'delete') - Number(b.method === 'delete'));

/** Nobody but the provider can sign its events. */
const SIGNED = '/provider-events/stripe';
/** Bytes are put to S3, which is not part of the API. */
const UPLOADED = '/images/{image_id}/complete';
const expected = (path: string): RegExp => (path === SIGNED ? /^400/ : path === UPLOADED ? /^409/ : /^2\d\d/);

(hasChromium() ? describe : describe.skip)('the page /docs in a browser', () => {
  // Without our own administrator, so that the platform creates the demo logins and data.
  const running = startedPlatform({ adminEmail: undefined, adminPassword: undefined });
  const complaints: string[] = [];
  const held: Promise<void>[] = [];
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await startChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('response', (response) => void held.push(hold(running().client, response)));
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) complaints.push(message.text());
    });
    await page.goto(`${running().client.base}/docs`);
    await page.locator('.opblock').first().waitFor();
  }, 60_000);
  afterAll(() => browser?.close());

  it('offers the whole platform and every service', async () => {
    const names = await page.locator('#select option').allTextContents();
    expect(names).toEqual(['Commerce platform', ...SERVICES.map((name) => `${name} service`)]);
    expect(await page.locator('.opblock').count()).toBe(operations.length);
    expect(await page.getByRole('link', { name: /AsyncAPI/ }).getAttribute('href')).toContain('/asyncapi.json');
  });

  it('reports a failed login', async () => {
    await page.getByRole('textbox', { name: 'E-mail' }).fill('nobody@example.com');
    await page.getByRole('textbox', { name: 'Password' }).fill('not the pass phrase');
    await page.getByRole('button', { name: 'Log in and authorize' }).click();
    await page.locator('#login-said', { hasText: 'wrong' }).waitFor();
    expect(await page.locator('.btn.authorize.locked').count()).toBe(0);
  });

  it('fills Authorize from a demo login', async () => {
    await page.getByRole('button', { name: 'as admin' }).click();
    await page.locator('#login-said', { hasText: 'Authorized as admin@example.com' }).waitFor();
    await page.locator('.btn.authorize.locked').waitFor();
    await page.screenshot({ path: `${ARTEFACTS}/swagger-ui.png` });
  });

  it.each(inOrder)('runs the example of $method $path', async (operation) => {
    expect(await run(page, operation)).toMatch(expected(operation.path));
  });

  it.each([
    ['users', 'users_get'],
    ['products', 'products_show'],
    ['orders', 'orders_get'],
    ['notifier', 'health_live'],
    ['payments', 'payments_get'],
  ])('runs an operation of the %s service from the selector', async (service, id) => {
    await page.locator('#select').selectOption({ label: `${service} service` });
    await page.locator('.info .title', { hasText: new RegExp(`^${service}`, 'i') }).waitFor();
    const operation = operations.find((candidate) => candidate.id === id);
    expect(await run(page, operation)).toMatch(/^200/);
    await page.screenshot({ path: `${ARTEFACTS}/swagger-ui-${service}.png`, fullPage: true });
  });

  it('shows responses as documented', async () => {
    await Promise.all(held);
  });

  describe.each(['light', 'dark'] as const)('the console, %s', (colorScheme) => {
    let own: Page;
    beforeAll(async () => {
      own = await browser.newPage({ colorScheme, baseURL: running().client.base });
    });
    afterAll(() => own?.close());

    it.each(['/dev', '/dev/queues/commerce-local-notifier-dlq', '/dev/orders/1', 'an e-mail'])(
      'can be read by everybody: %s',
      async (path) => {
        await own.goto(path.startsWith('/') ? path : '/dev');
        if (!path.startsWith('/')) await own.locator('main a[href^="/dev/emails/"]').first().click();
        await own.locator('h1').waitFor();
        const { dark, missing, contrasts } = await own.evaluate<PageCheck>(PAGE_CHECK);
        expect({ dark, missing }).toEqual({ dark: colorScheme === 'dark', missing: [] });
        expect(Object.entries(contrasts).filter(([, contrast]) => contrast < 4.5)).toEqual([]);
        expect(contrasts['body']).toBeDefined();
      },
    );

    it('shows an e-mail as HTML, text and source', async () => {
      await own.goto('/dev');
      const link = own.locator('main a[href^="/dev/emails/"]').first();
      const subject = (await link.textContent()) ?? '';
      await link.click();
      expect(await own.locator('h1').textContent()).toBe(subject);
      const text = ((await own.locator('main > pre').textContent()) ?? '').trim();
      expect(text).not.toBe('');
      const shown = own.frameLocator('iframe').locator('body');
      expect((await shown.innerText()).trim()).not.toBe('');
      await own.getByText('The e-mail as it was taken').click();
      const [taken = '', source = ''] = await own.locator('details pre').allTextContents();
      expect(JSON.parse(taken)).toMatchObject({ subject, text: expect.stringContaining(text) });
      expect(source).toMatch(/^\s*<(!doctype )?html/i);
    });
  });

  it('keeps to its content security policy and throws nothing', () => {
    expect(complaints).toEqual([]);
  });
});

/** Checks responses of the API; the browser checks pages and their parts. */
async function hold(client: Client, response: Response): Promise<void> {
  const path = response.url().slice(client.base.length);
  if (response.request().resourceType() !== 'fetch') return;
  const [headers, text] = [new Headers(await response.allHeaders()), await response.text().catch(() => '')];
  await client.hold(response.request().method(), path, { status: response.status(), headers, text });
}

/** Opens an operation, sends its unchanged example, and returns the displayed status. */
async function run(page: Page, operation: Shown | undefined): Promise<string> {
  const block = page.locator(`#operations-${operation?.tag}-${operation?.id}`);
  await block.locator('.opblock-summary').click();
  await block.locator('button.execute').click();
  const status: Locator = block.locator('.live-responses-table tr.response .response-col_status');
  const text = (await status.first().textContent({ timeout: 20_000 })) ?? '';
  if (!text.startsWith('2')) return `${text}: ${await block.locator('.live-responses-table').innerText()}`;
  await block.locator('.opblock-summary-control').click();
  return text;
}
