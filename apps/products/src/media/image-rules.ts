/** The kinds of pictures that are taken. */
export const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif'] as const;
export type ImageType = (typeof IMAGE_TYPES)[number];

/** The kinds that are shown. */
export const SHOWN_TYPES = ['image/webp', 'image/jpeg'] as const;
export type ShownType = (typeof SHOWN_TYPES)[number];

/** Of an upload: 10 MB. */
export const MAX_BYTES = 10_000_000;
/** Of a decoded picture: what a camera of a telephone takes, and a quarter of the memory of the function that decodes it. */
export const MAX_PIXELS = 40_000_000;
/** The widths in which a picture is shown; it is never enlarged. */
export const WIDTHS = [320, 640, 1_280, 2_048] as const;

/**
 * Why an upload is not shown. `damaged` also says that it was overwritten or removed after its completion. All of them are
 * the upload's fault: the same bytes would be rejected again.
 */
export const REJECTIONS = [
  'not-an-image',
  'type-differs',
  'size-differs',
  'too-large',
  'too-many-pixels',
  'damaged',
] as const;
export type Rejection = (typeof REJECTIONS)[number];

/** What the client said of the bytes before it sent them. */
export interface Declared {
  content_type: ImageType;
  bytes: number;
}
