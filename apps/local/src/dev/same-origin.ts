import { DomainError } from '@app/kernel';

type RequestHeaders = Record<string, string | undefined>;

/**
 * Allows changes only from this console's own pages, not from another site or port.
 *
 * @throws DomainError `forbidden`
 */
export function assertSameOrigin({ origin, host = '', 'sec-fetch-site': site }: RequestHeaders): void {
  const same = origin !== undefined && URL.parse(origin)?.host === host && (site ?? 'same-origin') === 'same-origin';
  if (!same) throw new DomainError('forbidden', 'Only the pages of this console may do this.');
}
