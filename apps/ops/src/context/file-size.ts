import { stat } from 'node:fs/promises';
import { DomainError } from '@app/kernel';

/** Returns the bytes of a file to import. @throws DomainError unless there is one */
export async function fileSize(file: string): Promise<number> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new DomainError('validation-failed', `There is no file ${file}.`, { cause });
  });
  if (!found.isDirectory()) return found.size;
  throw new DomainError('validation-failed', `${file} is a folder: name a file to import.`);
}
