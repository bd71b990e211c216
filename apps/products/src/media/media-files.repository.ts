import { type Conflict, Database, inList, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { MediaFile } from './media-file.entity.js';
import { fileBeingRemoved } from './media.errors.js';

const AS_IT_IS: Conflict<MediaFile> = { keys: ['fileKey'] };
const ONE_MORE: Conflict<MediaFile> = { keys: ['fileKey'], set: 'uses = uses + 1, free_since = NULL' };

/**
 * Counts which files are shown, since images with the same content share them. A file is stored before it is used, and
 * removed long after its last use; `removing_at` keeps both from happening at once.
 */
@Injectable()
export class MediaFilesRepository {
  constructor(private readonly database: Database) {}

  /** @throws DomainError `media-unavailable` if one is being removed: roll back, and store it anew later. */
  async use(tx: Tx, keys: readonly string[]): Promise<void> {
    // In one order, so that two images that share files wait for each other.
    const sorted = [...keys].sort();
    const rows = sorted.map((fileKey) => ({ fileKey, uses: 1 }));
    await this.database.insert(MediaFile, rows, { tx, onConflict: ONE_MORE });
    const sql = `SELECT file_key FROM media_files WHERE file_key ${inList(sorted)} AND removing_at IS NOT NULL`;
    if ((await this.database.query(sql, sorted, tx)).length > 0) throw fileBeingRemoved();
  }

  /** Notes files that were stored for nothing, unless somebody else uses them, so that they are removed in time. */
  async leave(tx: Tx, keys: readonly string[], now: Date): Promise<void> {
    const rows = [...keys].sort().map((fileKey) => ({ fileKey, uses: 0, freeSince: now }));
    await this.database.insert(MediaFile, rows, { tx, onConflict: AS_IT_IS });
  }

  async release(tx: Tx, keys: readonly string[], now: Date): Promise<void> {
    const sorted = [...keys].sort();
    const among = `file_key ${inList(sorted)}`;
    await this.database.execute(`UPDATE media_files SET uses = uses - 1 WHERE ${among}`, sorted, tx);
    const freed = `UPDATE media_files SET free_since = ? WHERE ${among} AND uses <= 0 AND free_since IS NULL`;
    await this.database.execute(freed, [now, ...sorted], tx);
  }

  /** The files that nobody has shown since `freeSince`, and that nobody has begun to remove since `removingSince`. */
  due(freeSince: Date, removingSince: Date, limit: number): Promise<MediaFile[]> {
    const sql = `WHERE free_since <= ? AND (removing_at IS NULL OR removing_at <= ?) ORDER BY free_since LIMIT ${limit}`;
    return this.database.find(MediaFile, sql, [freeSince, removingSince]);
  }

  /** False if somebody uses it again, or removes it already. */
  async beginRemoval({ fileKey, freeSince }: MediaFile, now: Date): Promise<boolean> {
    const sql =
      'UPDATE media_files SET removing_at = ? WHERE file_key = ? AND uses <= 0 AND free_since = ? AND removing_at IS NULL';
    return (await this.database.execute(sql, [now, fileKey, freeSince])).affected === 1;
  }

  async forget({ fileKey, removingAt }: MediaFile): Promise<void> {
    const sql = 'DELETE FROM media_files WHERE file_key = ? AND uses <= 0 AND removing_at = ?';
    await this.database.execute(sql, [fileKey, removingAt]);
  }
}
