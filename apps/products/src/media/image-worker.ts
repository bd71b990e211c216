import type { Declared, Rejection, ShownType } from './image-rules.js';

/** What is shown of an image: its size, and the files, which are public by then. */
export interface Rendered {
  width: number;
  height: number;
  sources: { type: ShownType; width: number; key: string }[];
}

/** One version of an upload. */
export interface Upload {
  key: string;
  etag: string;
}

export type RenderOutcome = Rendered | { rejected: Rejection };

/** Whoever reads uploads and writes what is shown of them: this process, or a function of its own. */
export abstract class ImageWorker {
  /** How many images it renders at once for one who asks. */
  abstract readonly atOnce: number;
  /** Whether it begins as soon as it is asked to look, rather than when a schedule comes round. */
  abstract readonly isNear: boolean;
  /** What lies under the key of an upload; null if nothing does. @throws DomainError `media-unavailable` */
  abstract find(key: string): Promise<{ etag: string } | null>;
  /**
   * Renders that version and stores the files; the same version gives the same files. An upload that was overwritten or
   * removed since is `damaged`.
   *
   * @throws DomainError `media-unavailable` where the fault is not the upload's
   */
  abstract render(upload: Upload, declared: Declared): Promise<RenderOutcome>;
  /** Removes files that may be there. @throws DomainError `media-unavailable` */
  abstract remove(keys: readonly string[]): Promise<void>;
}
