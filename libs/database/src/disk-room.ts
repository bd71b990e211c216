import { statfs } from 'node:fs/promises';

/** Bytes. With less a transaction may find no room, though a page more still does. */
const LEAST_ROOM = 1024 * 1024;

/** Whether the disk of an embedded database's file has room for writes. One that does not say how large it is has. */
export async function hasRoom(file: string): Promise<boolean> {
  const { blocks, bavail, bsize } = await statfs(file);
  return blocks === 0 || bavail * bsize >= LEAST_ROOM;
}
