import type { Declared } from './image-rules.js';
import type { Upload } from './image-worker.js';

/** What the commands of the worker carry. */
export interface MediaCommands {
  'media.find': { key: string };
  'media.render': { upload: Upload; declared: Declared };
  'media.remove': { keys: readonly string[] };
}
