import { statfs } from 'node:fs/promises';

/** Bytes. With less space a transaction may fail, even if the next page still fits. */
const MIN_FREE_BYTES = 1024 * 1024;

/** Whether the disk of an embedded database's file has space for writes; true if the disk does not report its size. */
export async function hasRoom(file: string): Promise<boolean> {
  const { blocks, bavail, bsize } = await statfs(file);
  return blocks === 0 || bavail * bsize >= MIN_FREE_BYTES;
}
