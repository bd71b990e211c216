import { DomainError } from './domain-error.js';

/** The versions one of which a resource must have for a change to be made; none where no version at all is meant. */
export type ExpectedVersions = readonly number[];

/**
 * Holds a change against what its client has read; undefined is whatever there is.
 * @throws DomainError `precondition-failed` unless the resource still has one of these versions.
 */
export function assertVersion(current: number, expected: ExpectedVersions | undefined): void {
  if (expected !== undefined && !expected.includes(current)) {
    throw new DomainError(
      'precondition-failed',
      'The resource has changed since you read it. Read it again and repeat your change.',
    );
  }
}
