import { createHash } from 'node:crypto';
import { type Codec, FORMATS, imageCodec } from './image-codec.js';
import {
  type Declared,
  IMAGE_TYPES,
  type ImageType,
  MAX_BYTES,
  MAX_PIXELS,
  type Rejection,
  SHOWN_TYPES,
  type ShownType,
  WIDTHS,
} from './image-rules.js';

/** A picture as it is shown, under the hash of its bytes. */
export interface Rendition {
  type: ShownType;
  width: number;
  height: number;
  key: string;
  bytes: Buffer;
}

/** All that is shown of an upload, or why nothing is. */
export type Rendering = { width: number; height: number; renditions: Rendition[] } | { rejected: Rejection };

/** The tallest picture that WebP knows. */
const MAX_HEIGHT = 16_383;
/** Milliseconds for all of an image: a function that renders lives for 30 s. */
const DEADLINE_MS = 24_000;
const QUALITY = 82;
const ENDINGS: Readonly<Record<ShownType, string>> = { 'image/webp': 'webp', 'image/jpeg': 'jpg' };

/** Decoded pixels, the right way up and without anything that came with them. */
interface Pixels {
  data: Buffer;
  info: { width: number; height: number; channels: 1 | 2 | 3 | 4 };
}

/**
 * Makes the renditions of an upload from nothing but its pixels: place, camera, colour profile and whatever else is in the
 * file stay behind. What is declared must be what the bytes are.
 *
 * @throws Error if the fault is not the upload's: too little memory or time.
 */
export async function renderImage(bytes: Buffer, declared: Declared): Promise<Rendering> {
  const rejected = await refusal(bytes, declared);
  if (rejected) return { rejected };
  const codec = withinTime(await imageCodec());
  const decoded = await decode(codec, bytes, declared.content_type);
  if ('rejected' in decoded) return decoded;
  const { pixels, width, height } = decoded;
  const renditions: Rendition[] = [];
  for (const type of SHOWN_TYPES)
    for (const each of widthsUpTo(pixels.info.width)) renditions.push(await encode(codec, pixels, type, each));
  return { width, height, renditions };
}

/** The decoder, each call of which ends with the time that is left for the image. */
type Decoder = (...input: Parameters<Codec>) => ReturnType<Codec>;

function withinTime(codec: Codec): Decoder {
  const until = performance.now() + DEADLINE_MS;
  return (...input) =>
    codec(...input).timeout({ seconds: Math.max(1, Math.ceil((until - performance.now()) / 1_000)) });
}

/** What can be said before the bytes are decoded. */
async function refusal(bytes: Buffer, declared: Declared): Promise<Rejection | undefined> {
  if (bytes.length > MAX_BYTES) return 'too-large';
  if (bytes.length !== declared.bytes) return 'size-differs';
  const { fileTypeFromBuffer } = await import('file-type');
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined);
  // Of an animated one only the first picture is decoded.
  const mime = found?.mime === 'image/apng' ? 'image/png' : found?.mime;
  const type = IMAGE_TYPES.find((each) => each === mime);
  if (!type) return 'not-an-image';
  return type === declared.content_type ? undefined : 'type-differs';
}

async function decode(
  codec: Decoder,
  bytes: Buffer,
  type: ImageType,
): Promise<{ pixels: Pixels; width: number; height: number } | { rejected: Rejection }> {
  const options = { limitInputPixels: MAX_PIXELS, failOn: 'error', pages: 1, sequentialRead: true } as const;
  try {
    const { format, autoOrient: shown, width, height } = await codec(bytes, options).metadata();
    if (format !== FORMATS[type]) return { rejected: 'damaged' };
    if (width * height > MAX_PIXELS) return { rejected: 'too-many-pixels' };
    const { data, info } = await codec(bytes, options)
      .autoOrient()
      .resize({ width: Math.max(...WIDTHS), height: MAX_HEIGHT, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { pixels: { data, info }, ...shown };
  } catch (error) {
    return { rejected: faultOf(error) };
  }
}

/** @throws the error if the fault is ours */
function faultOf(error: unknown): Rejection {
  const { message = '' } = error as { message?: string };
  if (/pixel limit/i.test(message)) return 'too-many-pixels';
  if (/timeout|memory|ENOMEM/i.test(message)) throw error;
  return 'damaged';
}

const widthsUpTo = (width: number): number[] => [...WIDTHS.filter((each) => each < width), width];

async function encode(codec: Decoder, { data, info }: Pixels, type: ShownType, wanted: number): Promise<Rendition> {
  const { width, height, channels } = info;
  const resized = codec(data, { raw: { width, height, channels } }).resize({ width: wanted });
  const encoded =
    type === 'image/webp'
      ? resized.webp({ quality: QUALITY })
      : resized.flatten({ background: '#ffffff' }).jpeg({ quality: QUALITY, mozjpeg: true });
  const { data: bytes, info: made } = await encoded.toBuffer({ resolveWithObject: true });
  const key = `media/${createHash('sha256').update(bytes).digest('hex')}.${ENDINGS[type]}`;
  return { type, width: made.width, height: made.height, key, bytes };
}
