import { mediaUnavailable } from './media.errors.js';
import { ObjectStorage } from './object-storage.js';

const away = () => Promise.reject<never>(mediaUnavailable());

/** Stands where no bucket is configured: products have no images. */
export class MissingObjectStorage extends ObjectStorage {
  override readonly uploadRequest = away;
  override readonly find = away;
  override readonly read = away;
  override readonly put = away;
  override readonly remove = away;
}
