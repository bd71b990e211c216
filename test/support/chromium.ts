import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's browser, since playwright's own needs a download. */
const PROGRAM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

/** Whether browser tests can run. Without a browser they are skipped with a message; REQUIRE_REAL=1 forbids that. */
export function hasChromium(): boolean {
  if (PROGRAM !== undefined) return true;
  const sentence = 'Chromium is not installed: the tests in a browser are left out.';
  if (process.env['REQUIRE_REAL'] === '1') throw new Error(`${sentence} REQUIRE_REAL=1 forbids that.`);
  process.stderr.write(`${sentence}\n`);
  return false;
}

/** Starts a headless browser with further arguments; the caller closes it. */
export function startChromium(...args: string[]): Promise<Browser> {
  // In a container the tests run as root, where Chromium refuses its sandbox.
  return chromium.launch({ executablePath: PROGRAM ?? '', args: ['--no-sandbox', ...args] });
}

/**
 * Closes a page, whatever it does: Chromium may forget to close one that is being replaced by its successor, which also
 * interrupts the first attempt to leave it.
 */
export async function closePage(page: Page): Promise<void> {
  await page.goto('about:blank').catch(() => page.waitForURL('about:blank'));
  await page.close();
}
