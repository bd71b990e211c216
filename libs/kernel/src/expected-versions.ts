import { DomainError } from './domain-error.js';

/** The versions of which a resource must have one for a change; an empty list matches none. */
export type ExpectedVersions = readonly number[];

/**
 * Compares a resource's version with those its client has read; undefined accepts any.
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
