import type sharp from 'sharp';
import type { ImageType } from './image-rules.js';

export type Codec = typeof sharp;

/** What libvips calls the decoders of the kinds that are taken. All of its others, of SVG, PDF or TIFF, stay closed. */
const DECODERS = ['Jpeg', 'Png', 'Webp', 'Heif'].flatMap((name) => [
  `VipsForeignLoad${name}Buffer`,
  `VipsForeignLoad${name}`,
]);

/** What the decoder calls a kind of picture. */
export const FORMATS: Readonly<Record<ImageType, string>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/avif': 'heif',
};

let loading: Promise<Codec> | undefined;

/**
 * The decoder, loaded by whoever first needs it: 18 MB of native code. One picture uses one thread, and nothing of it is
 * kept for the next one.
 */
export function imageCodec(): Promise<Codec> {
  return (loading ??= load());
}

async function load(): Promise<Codec> {
  const { default: codec } = await import('sharp');
  codec.concurrency(1);
  codec.cache(false);
  codec.block({ operation: ['VipsForeignLoad'] });
  codec.unblock({ operation: DECODERS });
  return codec;
}
