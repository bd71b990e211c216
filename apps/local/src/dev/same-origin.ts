import { isIP } from 'node:net';
import { DomainError } from '@app/kernel';

type RequestHeaders = Record<string, string | undefined>;

/**
 * Lets only this console's own pages change something: no page of another site, and none under a name that somebody has
 * made to point to this machine.
 *
 * @throws DomainError `forbidden`
 */
export function assertSameOrigin({ origin, host = '', 'sec-fetch-site': site }: RequestHeaders): void {
  const named = URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, '') ?? '';
  const own = named === 'localhost' || isIP(named) !== 0;
  const same = origin !== undefined && URL.parse(origin)?.host === host && (site ?? 'same-origin') === 'same-origin';
  if (!own || !same) throw new DomainError('forbidden', 'Only the pages of this console may do this.');
}
