import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { Platform } from '../../apps/local/src/platform.js';
import { hasChromium, startChromium } from './chromium.js';
import { eventually } from './eventually.js';
import { HttpFileRunner, parseHttpFile } from './http-file.js';

const FOLDER = 'docs/images';
const SIZE = { width: 1280, height: 620 };
/** Small, since every reader of the README fetches them. */
const MOST_BYTES = 150_000;

/** `npm run screenshots`: takes the pictures of README.md on a platform with its demo data and a few orders. */
async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'screenshots-'));
  const platform = await Platform.start({ host: '127.0.0.1', port: 0, dataDir, logLevel: 'silent' });
  const browser = await startChromium();
  mkdirSync(FOLDER, { recursive: true });
  try {
    await doSomeBusiness(platform.url);
    await shoot(browser, 'swagger-ui', async (page) => {
      await page.goto(`${platform.url}/docs`);
      await page.locator('#select').selectOption({ label: 'orders service' });
      await page.locator('.info .title', { hasText: /^orders/i }).waitFor();
      await page.getByRole('button', { name: 'as customer' }).click();
      await page.locator('.btn.authorize.locked').waitFor();
    });
    await shoot(browser, 'console', async (page) => {
      await page.goto(`${platform.url}/dev`);
      await page.getByRole('link', { name: 'order 3', exact: true }).first().click();
      await page.locator('.timeline li', { hasText: 'e-mail' }).first().waitFor();
    });
  } finally {
    await browser.close();
    await platform.close();
    rmSync(dataDir, { recursive: true });
  }
}

/** Sends the requests of docs/http/orders.http, and waits for their e-mails. */
async function doSomeBusiness(url: string): Promise<void> {
  const file = parseHttpFile(readFileSync('docs/http/orders.http', 'utf8'));
  const runner = new HttpFileRunner(file, url);
  for (const step of file.steps) await runner.send(step);
  await eventually(async () => {
    const emails = (await (await fetch(`${url}/dev/emails`)).json()) as { subject: string }[];
    if (!emails.some(({ subject }) => subject.includes('cancelled'))) throw new Error('The last e-mail has not come.');
  });
}

async function shoot(browser: Browser, name: string, show: (page: Page) => Promise<void>): Promise<void> {
  const page = await browser.newPage({ viewport: SIZE });
  await show(page);
  const { length } = await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  await page.close();
  if (length > MOST_BYTES) throw new Error(`${name}.png has ${length} bytes: show less, at most ${MOST_BYTES}.`);
  console.log(`${FOLDER}/${name}.png  ${length} bytes`);
}

if (hasChromium()) await main();
else process.exitCode = 1;
