import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import {
  black,
  CANARY,
  chunk,
  claiming,
  noise,
  picture,
  png,
  SCRIPT,
  withChunks,
  withSegment,
} from '../../../../test/support/pictures.js';
import { type ImageType, MAX_BYTES } from './image-rules.js';
import { type Rendering, type Rendition, renderImage } from './render-image.js';

const svg = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${SCRIPT}</svg>`);
const text = (words: string) => Buffer.from(words, 'latin1');
const ftyp = (brand: string) => Buffer.concat([Buffer.from([0, 0, 0, 20]), text(`ftyp${brand}\0\0\0\0mif1`)]);
const cut = (bytes: Buffer, share: number) => bytes.subarray(0, Math.floor(bytes.length * share));
const flipped = (bytes: Buffer, at: number) =>
  Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 0xff : byte)));
const padded = (bytes: Buffer, to: number) => Buffer.concat([bytes, Buffer.alloc(to - bytes.length)]);

const jpeg = () => picture().jpeg().toBuffer();
const avif = () => picture().avif({ effort: 0 }).toBuffer();
/** Two pictures, one below the other. */
const animated = () =>
  sharp(Buffer.alloc(8 * 16 * 3, 90), { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } });

const EXIF = {
  IFD0: { Copyright: SCRIPT, Artist: CANARY },
  IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1', GPSLongitudeRef: 'W', GPSLongitude: '0/1 7/1 0/1' },
};

type Row = [name: string, declared: ImageType, bytes: () => Buffer | Promise<Buffer>, expected: string];

const JPEG = 'image/jpeg';
const PNG = 'image/png';
const WEBP = 'image/webp';
const AVIF = 'image/avif';

/** What is taken is `ready` and the size of the whole picture; everything else is rejected with a code. */
const ROWS: Row[] = [
  ['a JPEG', JPEG, jpeg, 'ready 64x48'],
  ['a PNG', PNG, () => picture().png().toBuffer(), 'ready 64x48'],
  ['a WebP', WEBP, () => picture().webp().toBuffer(), 'ready 64x48'],
  ['an AVIF', AVIF, avif, 'ready 64x48'],
  ['a PNG of one pixel', PNG, () => picture(1, 1).png().toBuffer(), 'ready 1x1'],
  ['a progressive JPEG', JPEG, () => picture().jpeg({ progressive: true }).toBuffer(), 'ready 64x48'],
  ['an interlaced PNG', PNG, () => picture().png({ progressive: true }).toBuffer(), 'ready 64x48'],
  ['a transparent PNG', PNG, () => picture(9, 9).ensureAlpha(0.5).png().toBuffer(), 'ready 9x9'],
  ['a grey PNG with 16 bits', PNG, () => picture(9, 9).toColourspace('grey16').png().toBuffer(), 'ready 9x9'],
  ['a JPEG for printing (CMYK)', JPEG, () => picture(9, 9).toColourspace('cmyk').jpeg().toBuffer(), 'ready 9x9'],
  ['a picture higher than WebP can be', PNG, () => png(10, 20_000, black(10, 20_000)), 'ready 10x20000'],
  ['exactly 40 megapixels', PNG, () => png(8_000, 5_000, black(8_000, 5_000)), 'ready 8000x5000'],
  ['an animated WebP, of which the first picture is taken', WEBP, () => animated().webp().toBuffer(), 'ready 8x8'],
  [
    'an animated PNG, of which the first picture is taken',
    PNG,
    async () => withChunks(await picture(8, 8).png().toBuffer(), chunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]))),
    'ready 8x8',
  ],
  [
    'a JPEG with a place, a name and a script in its EXIF',
    JPEG,
    () => picture().withExif(EXIF).jpeg().toBuffer(),
    'ready 64x48',
  ],
  ['a WebP with a place in its EXIF', WEBP, () => picture().withExif(EXIF).webp().toBuffer(), 'ready 64x48'],
  ['a PNG with a place in its EXIF', PNG, () => picture().withExif(EXIF).png().toBuffer(), 'ready 64x48'],
  [
    'a JPEG that lies on its side',
    JPEG,
    () => picture().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    'ready 48x64',
  ],
  [
    'a JPEG with XMP',
    JPEG,
    () => picture().withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${CANARY}</x:xmpmeta>`).jpeg().toBuffer(),
    'ready 64x48',
  ],
  ['a JPEG with a colour profile', JPEG, () => picture().withIccProfile('p3').jpeg().toBuffer(), 'ready 64x48'],
  [
    'a JPEG with a script as its comment',
    JPEG,
    async () => withSegment(await jpeg(), 0xfe, text(SCRIPT)),
    'ready 64x48',
  ],
  [
    'a JPEG that is HTML too',
    JPEG,
    async () => Buffer.concat([await jpeg(), text(`<html>${SCRIPT}</html>`)]),
    'ready 64x48',
  ],
  [
    'a JPEG that is a ZIP file too',
    JPEG,
    async () => Buffer.concat([await jpeg(), text(`PK\x03\x04${CANARY}`)]),
    'ready 64x48',
  ],
  [
    'a PNG that is PHP too',
    PNG,
    async () => withChunks(await picture().png().toBuffer(), chunk('tEXt', text(`Comment\0<?php echo '${CANARY}';`))),
    'ready 64x48',
  ],
  ['an SVG', PNG, () => svg, 'not-an-image'],
  ['an SVG with an XML declaration', JPEG, () => Buffer.concat([text('<?xml version="1.0"?>'), svg]), 'not-an-image'],
  ['HTML', JPEG, () => text(`<!doctype html>${SCRIPT}`), 'not-an-image'],
  ['a GIF', PNG, () => picture(9, 9).gif().toBuffer(), 'not-an-image'],
  ['a GIF that is a script too', JPEG, () => text(`GIF89a=1;${SCRIPT}`), 'not-an-image'],
  ['a TIFF', JPEG, () => picture(9, 9).tiff().toBuffer(), 'not-an-image'],
  ['a PDF', JPEG, () => text('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>'), 'not-an-image'],
  ['a bitmap of Windows', PNG, () => padded(text('BM\x46\0\0\0\0\0\0\0\x36\0\0\0'), 70), 'not-an-image'],
  ['a program', PNG, () => padded(text('MZ\x90\0'), 200), 'not-an-image'],
  ['a ZIP file', WEBP, () => padded(text('PK\x03\x04'), 60), 'not-an-image'],
  ['a HEIC', AVIF, () => padded(ftyp('heic'), 200), 'not-an-image'],
  ['nothing but zeros', PNG, () => Buffer.alloc(1_000), 'not-an-image'],
  ['a PNG declared as JPEG', JPEG, () => picture().png().toBuffer(), 'type-differs'],
  ['a JPEG declared as WebP', WEBP, jpeg, 'type-differs'],
  ['a WebP declared as AVIF', AVIF, () => picture().webp().toBuffer(), 'type-differs'],
  ['an AVIF declared as PNG', PNG, avif, 'type-differs'],
  ['a PNG that claims 65,000 pixels square', PNG, () => png(65_000, 65_000, black(100, 100)), 'too-many-pixels'],
  [
    'a JPEG that claims 65,000 pixels square',
    JPEG,
    async () => claiming(await jpeg(), 65_000, 65_000),
    'too-many-pixels',
  ],
  ['a bomb: 63 megapixels in 61 kB', PNG, () => png(9_000, 7_000, black(9_000, 7_000)), 'too-many-pixels'],
  ['a line of pixels too many', PNG, () => png(8_000, 5_001, black(8_000, 5_001)), 'too-many-pixels'],
  ['half a JPEG', JPEG, async () => cut(await noise(64, 64).jpeg().toBuffer(), 0.5), 'damaged'],
  ['half a PNG', PNG, async () => cut(await noise(64, 64).png().toBuffer(), 0.5), 'damaged'],
  ['half a WebP', WEBP, async () => cut(await noise(64, 64).webp().toBuffer(), 0.5), 'damaged'],
  ['half an AVIF', AVIF, async () => cut(await noise(64, 64).avif({ effort: 0 }).toBuffer(), 0.5), 'damaged'],
  ['the first bytes of a JPEG', JPEG, async () => (await jpeg()).subarray(0, 24), 'damaged'],
  ['a PNG without pixels', PNG, () => png(100, 100), 'damaged'],
  ['a PNG with fewer pixels than it claims', PNG, () => png(1_000, 1_000, black(10, 10)), 'damaged'],
  ['a PNG with a wrong checksum', PNG, async () => flipped(await noise(64, 64).png().toBuffer(), 5_000), 'damaged'],
  ['the name of a WebP without a picture', WEBP, () => padded(text('RIFF\x40\0\0\0WEBPVP8 '), 72), 'damaged'],
  ['the name of an AVIF without a picture', AVIF, () => padded(ftyp('avif'), 300), 'damaged'],
];

const outcomeOf = (rendering: Rendering): string =>
  'rejected' in rendering ? rendering.rejected : `ready ${rendering.width}x${rendering.height}`;

async function expectClean({ bytes, type, width, height }: Rendition): Promise<void> {
  const { format, exif, xmp, icc, iptc, orientation, pages, ...made } = await sharp(bytes).metadata();
  expect({ exif, xmp, icc, iptc, orientation, pages }).toEqual({});
  expect([`image/${format}`, made.width, made.height]).toEqual([type, width, height]);
  expect(bytes.includes(CANARY)).toBe(false);
}

describe('renderImage', () => {
  // Bombs take their time to build, also where the machine is busy.
  jest.setTimeout(120_000);

  it.each(ROWS)('%s', async (_, content_type, make, expected) => {
    const bytes = await make();
    const rendering = await renderImage(bytes, { content_type, bytes: bytes.length });
    expect(outcomeOf(rendering)).toBe(expected);
    if ('renditions' in rendering) for (const rendition of rendering.renditions) await expectClean(rendition);
  });

  it.each([
    ['a byte more than declared', -1],
    ['a byte less than declared', 1],
  ])('%s', async (_, difference) => {
    const bytes = await jpeg();
    const declared = { content_type: JPEG, bytes: bytes.length + difference } as const;
    expect(await renderImage(bytes, declared)).toEqual({ rejected: 'size-differs' });
  });

  it('no bytes at all', async () => {
    expect(await renderImage(Buffer.alloc(0), { content_type: JPEG, bytes: 1 })).toEqual({ rejected: 'size-differs' });
  });

  it('a byte over the limit', async () => {
    const bytes = padded(await jpeg(), MAX_BYTES + 1);
    expect(await renderImage(bytes, { content_type: JPEG, bytes: bytes.length })).toEqual({ rejected: 'too-large' });
    const largest = bytes.subarray(0, MAX_BYTES);
    expect(outcomeOf(await renderImage(largest, { content_type: JPEG, bytes: MAX_BYTES }))).toBe('ready 64x48');
  });

  it('a text in a PNG that grows a thousandfold', async () => {
    const bomb = chunk('zTXt', Buffer.concat([text('Comment\0\0'), deflateSync(Buffer.alloc(200_000_000, 65))]));
    const bytes = withChunks(await picture(9, 9).png().toBuffer(), bomb);
    const before = process.memoryUsage().rss;
    await renderImage(bytes, { content_type: PNG, bytes: bytes.length });
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  });

  it('makes both types in every width up to its own, under the hash of the content', async () => {
    const bytes = await picture(1_500, 1_000).jpeg().toBuffer();
    const declared = { content_type: JPEG, bytes: bytes.length } as const;
    const [first, second] = [await renderImage(bytes, declared), await renderImage(bytes, declared)];
    if (!('renditions' in first)) throw new Error(first.rejected);
    expect(first.renditions.map(({ type, width, height }) => [type, width, height])).toEqual(
      ['image/webp', 'image/jpeg'].flatMap((type) => [
        [type, 320, 213],
        [type, 640, 427],
        [type, 1_280, 853],
        [type, 1_500, 1_000],
      ]),
    );
    for (const { key, type } of first.renditions)
      expect(key).toMatch(type === 'image/webp' ? /^media\/[0-9a-f]{64}\.webp$/ : /^media\/[0-9a-f]{64}\.jpg$/);
    expect(second).toEqual(first);
  });

  it('never enlarges, and is no wider than 2048 pixels', async () => {
    const widths = async (width: number) => {
      const bytes = await picture(width, 100).png().toBuffer();
      const rendering = await renderImage(bytes, { content_type: PNG, bytes: bytes.length });
      return 'renditions' in rendering ? rendering.renditions.map((each) => each.width) : [];
    };
    expect(await widths(200)).toEqual([200, 200]);
    expect(await widths(640)).toEqual([320, 640, 320, 640]);
    expect(await widths(5_000)).toEqual([320, 640, 1_280, 2_048, 320, 640, 1_280, 2_048]);
  });

  it('shows what is transparent on white where the type knows no transparency', async () => {
    const bytes = await sharp({ create: { width: 8, height: 8, channels: 4, background: '#00000000' } })
      .png()
      .toBuffer();
    const rendering = await renderImage(bytes, { content_type: PNG, bytes: bytes.length });
    if (!('renditions' in rendering)) throw new Error(rendering.rejected);
    const [webp, jpg] = rendering.renditions;
    expect((await sharp(webp?.bytes).metadata()).hasAlpha).toBe(true);
    expect([...(await sharp(jpg?.bytes).raw().toBuffer()).subarray(0, 3)]).toEqual([255, 255, 255]);
  });
});
