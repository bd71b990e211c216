import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** Stands in every hostile text: nothing of it may come out. */
export const CANARY = 'canary-7f3a';
export const SCRIPT = `<script>alert("${CANARY}")</script>`;

/** A picture with something to see: two colours, which a decoder has to read to the end. */
export function picture(width = 64, height = 48): Sharp {
  const half = { width: Math.max(1, width >> 1), height };
  const right = { create: { ...half, channels: 3 as const, background: '#c03020' } };
  return sharp({ create: { width, height, channels: 3, background: '#2040a0' } }).composite([
    { input: right, left: width - half.width, top: 0 },
  ]);
}

/** A picture that no format compresses. */
export function noise(width: number, height: number): Sharp {
  let seed = 1;
  const data = Buffer.alloc(width * height * 3).map(() => (seed = (seed * 48_271) % 2_147_483_647) & 255);
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** A chunk of a PNG file, with its checksum. */
export function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A PNG file that claims a size, with whatever chunks. */
export function png(width: number, height: number, ...chunks: Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([PNG, chunk('IHDR', header), ...chunks, chunk('IEND', Buffer.alloc(0))]);
}

/** The pixels of a grey PNG, all black. */
export const black = (width: number, height: number): Buffer =>
  chunk('IDAT', deflateSync(Buffer.alloc((width + 1) * height)));

/** A file with chunks between its header and the rest. */
export function withChunks(file: Buffer, ...chunks: Buffer[]): Buffer {
  const headerEnd = 8 + 25;
  return Buffer.concat([file.subarray(0, headerEnd), ...chunks, file.subarray(headerEnd)]);
}

/** A segment after the beginning of a JPEG file. */
export function withSegment(jpeg: Buffer, marker: number, data: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(0xff00 | marker);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, data, jpeg.subarray(2)]);
}

/** A JPEG file whose header claims another size. */
export function claiming(jpeg: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(jpeg);
  const frame = copy.findIndex((byte, at) => byte === 0xff && [0xc0, 0xc2].includes(copy[at + 1] ?? 0));
  copy.writeUInt16BE(height, frame + 5);
  copy.writeUInt16BE(width, frame + 7);
  return copy;
}
