import { type AxeResults, source } from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * The violations found by axe-core on the displayed page: each rule with the parts that break it. The debugger injects
 * axe-core, past the page's content security policy. With `rules`, for third-party pages, checks only those.
 */
export async function violations(page: Page, ...rules: string[]): Promise<string[]> {
  await page.evaluate(source);
  const { violations: found } = await page.evaluate<AxeResults>(
    rules.length > 0 ? `axe.run({ runOnly: ${JSON.stringify(rules)} })` : 'axe.run()',
  );
  return found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} (${failureSummary})`).join(', ')}`,
  );
}
