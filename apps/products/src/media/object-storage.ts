/** A request by which a client stores bytes without our credentials. */
export interface UploadRequest {
  method: 'PUT';
  url: string;
  headers: Record<string, string>;
}

/** What the client will store. */
export interface NewUpload {
  key: string;
  content_type: string;
  bytes: number;
}

/** A public file. */
export interface StoredFile {
  key: string;
  type: string;
  bytes: Buffer;
}

/** Where uploads and public files lie. */
export abstract class ObjectStorage {
  /** Makes the request by itself, without asking anybody, so it may be called in a transaction. */
  abstract uploadRequest(upload: NewUpload): Promise<UploadRequest>;
  /** @throws DomainError `media-unavailable` */
  abstract find(key: string): Promise<{ etag: string } | null>;
  /**
   * The bytes of that version; null if it is not there any more, and `too-large` for more than `limit`, of which nothing is
   * read.
   *
   * @throws DomainError `media-unavailable`
   */
  abstract read(key: string, etag: string, limit: number): Promise<Buffer | 'too-large' | null>;
  /** Stores a file that everybody may keep for ever. @throws DomainError `media-unavailable` */
  abstract put(file: StoredFile): Promise<void>;
  /** @throws DomainError `media-unavailable` */
  abstract remove(keys: readonly string[]): Promise<void>;
}
