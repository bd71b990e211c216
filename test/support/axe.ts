import { type AxeResults, source } from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * What axe-core finds wrong with the page as it is shown: the rule and the parts that break it. The rules' program comes in
 * by the debugger, past the page's content security policy. With `rules`, for pages that others wrote, only what breaks those.
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
