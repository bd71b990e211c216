/** What a client sees of an upload. Only a `ready` one is public. */
export const IMAGE_STATUSES = ['awaiting_upload', 'processing', 'ready', 'rejected'] as const;
export type ImageStatus = (typeof IMAGE_STATUSES)[number];

/** A `deleted` one waits for its upload to be removed, and does not exist for clients. */
export type StoredStatus = ImageStatus | 'deleted';

export type ImageStep = 'complete' | 'publish' | 'reject' | 'delete';

/** From which states a step leads to which; from any other state it changes nothing. */
export const STEPS: Readonly<Record<ImageStep, { from: readonly StoredStatus[]; to: StoredStatus }>> = {
  complete: { from: ['awaiting_upload'], to: 'processing' },
  publish: { from: ['processing'], to: 'ready' },
  reject: { from: ['processing'], to: 'rejected' },
  delete: { from: IMAGE_STATUSES, to: 'deleted' },
};

/** Those that belong to a product: a rejected one only tells why, until it is swept away. */
export const PRESENT: readonly StoredStatus[] = ['awaiting_upload', 'processing', 'ready'];

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Milliseconds after which somebody looks after an image. */
export const WAITS = {
  /** Nobody has completed the upload: it is deleted. */
  awaiting_upload: DAY,
  /** Whoever has rejected it has been told: it is deleted. */
  rejected: 7 * DAY,
  /** An upload may come as long as its address is valid; then nothing of it is left behind. */
  deleted: 20 * MINUTE,
} as const;

/** Seconds for which the address of an upload is valid. */
export const UPLOAD_SECONDS = 900;
