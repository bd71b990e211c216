import { DomainError } from '@app/kernel';
import type { InquirerService } from 'nest-commander';

/**
 * Asks a question set with one question of the same name.
 *
 * @throws DomainError unless the operator types `expected`
 */
export async function confirm(prompt: InquirerService, question: string, expected: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new DomainError('validation-failed', 'Nobody can be asked here: add --yes if that is what you want.');
  }
  const answers = await prompt.ask<Record<string, string>>(question, undefined);
  if (answers[question]?.trim() !== expected) throw new DomainError('validation-failed', 'Nothing was done.');
}
