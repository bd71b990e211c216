import type { Browser, Page } from 'playwright-core';
import { hasChromium, startChromium } from '../support/chromium.js';
import { ADMIN } from './support/client.js';
import { startedPlatform } from './support/platforms.js';

// A busy machine renders a page of this size slowly.
jest.setTimeout(60_000);

/** Runs in the browser: replaces the tokens of the tab's session. */
const withTokens = (tokens: object): string =>
  `sessionStorage.setItem('session', JSON.stringify({ ...JSON.parse(sessionStorage.getItem('session')), ...${JSON.stringify(tokens)} }))`;

(hasChromium() ? describe : describe.skip)('the login of /docs', () => {
  const running = startedPlatform({});
  let browser: Browser;
  let page: Page;
  let refreshes = 0;
  beforeAll(async () => {
    browser = await startChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    page.on('request', (request) => (refreshes += Number(request.url().endsWith('/auth/refresh'))));
    await page.goto(`${running().client.base}/docs`);
    await page.locator('.opblock').first().waitFor();
  }, 60_000);
  afterAll(() => browser?.close());
  beforeEach(() => (refreshes = 0));

  const says = (text: string): Promise<void> => page.locator('#login-said', { hasText: text }).waitFor();
  const reload = async (): Promise<void> => {
    await page.reload();
    await page.locator('.opblock').first().waitFor();
  };
  /** The response status of the list of users, which only staff may read. */
  const listUsers = async (): Promise<string> => {
    const block = page.locator('#operations-users-users_list');
    await block.locator('.opblock-summary').click();
    await block.locator('button.execute').click();
    const status = block.locator('.live-responses-table tr.response .response-col_status').first();
    const text = (await status.textContent()) ?? '';
    await block.locator('.opblock-summary-control').click();
    return text;
  };
  const logIn = async (): Promise<void> => {
    await page.getByRole('textbox', { name: 'E-mail' }).fill(ADMIN.email);
    await page.getByRole('textbox', { name: 'Password' }).fill(ADMIN.password);
    await page.getByRole('button', { name: 'Log in and authorize' }).click();
    await says(`Authorized as ${ADMIN.email}`);
  };

  it('survives a reload', async () => {
    await logIn();
    await reload();
    await says(`Authorized as ${ADMIN.email}`);
    expect(await listUsers()).toMatch(/^200/);
    expect(refreshes).toBe(0);
  });

  it('remains after the choice of another document', async () => {
    await page.locator('#select').selectOption({ label: 'users service' });
    await page.locator('.info .title', { hasText: /^users/i }).waitFor();
    await says(`Authorized as ${ADMIN.email}`);
    expect(await listUsers()).toMatch(/^200/);
    expect(await page.evaluate('localStorage.length')).toBe(0);
    await reload();
  });

  it('refreshes itself when its access token is refused', async () => {
    await page.evaluate(withTokens({ access_token: 'no.longer.valid' }));
    await reload();
    await says(`Authorized as ${ADMIN.email}`);
    expect(await listUsers()).toMatch(/^200/);
    expect(refreshes).toBe(1);
    expect(await listUsers()).toMatch(/^200/);
    expect(refreshes).toBe(1);
  });

  it('reports that the session ended', async () => {
    await page.evaluate(withTokens({ access_token: 'no.longer.valid', refresh_token: 'ended' }));
    await reload();
    await says(`Authorized as ${ADMIN.email}`);
    expect(await listUsers()).toMatch(/^401/);
    await says('The session ended. Log in again.');
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  it.each(['bar', 'dialogue'])('ends, also on the server, after a logout in the %s', async (place) => {
    await logIn();
    const refreshToken = await page.evaluate<string>("JSON.parse(sessionStorage.getItem('session')).refresh_token");
    const answered = page.waitForResponse((response) => response.url().endsWith('/auth/logout'));
    if (place === 'dialogue') await page.locator('.btn.authorize').first().click();
    const within = place === 'bar' ? page.locator('#login') : page.locator('.modal-ux');
    await within.locator('button', { hasText: /^Log ?out$/i }).click();
    expect((await answered).status()).toBe(204);
    await says('Logged out.');
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    const body = { refresh_token: refreshToken };
    expect((await running().client.call('POST', '/auth/refresh', { body })).status).toBe(401);
    await reload();
    expect(await listUsers()).toMatch(/^401/);
  });
});
