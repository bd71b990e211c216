import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The secret with which programs sign for the embedded AWS: it is no secret, and nobody but this machine is let in. */
const SECRET = 'emulated';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** As AWS writes it: only letters, digits and -_.~ stay. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * Whether a request was signed in its address for this path, these headers and this time. The emulator does not look.
 * Source: AWS Signature Version 4, "Authenticating Requests: Using Query Parameters".
 */
export function isSignedInAddress({ method = '', url = '', headers }: IncomingMessage, now: Date): boolean {
  const { pathname, searchParams } = new URL(url, 'http://here');
  const { 'X-Amz-Signature': signature = '', ...signed } = Object.fromEntries(searchParams);
  const { 'X-Amz-Date': date = '', 'X-Amz-Expires': seconds = '', 'X-Amz-SignedHeaders': names = '' } = signed;
  const [, day = '', region = '', service = ''] = (signed['X-Amz-Credential'] ?? '').split('/');
  const query = Object.keys(signed)
    .sort()
    .map((name) => `${escaped(name)}=${escaped(signed[name] ?? '')}`);
  const values = names.split(';').map((name) => `${name}:${String(headers[name] ?? '').trim()}\n`);
  const request = [method, pathname, query.join('&'), values.join(''), names, 'UNSIGNED-PAYLOAD'].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, `${day}/${region}/${service}/aws4_request`, sha256(request)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${SECRET}`);
  const expected = hmac(key, text);
  const given = Buffer.from(signature, 'hex');
  const isValid = given.length === expected.length && timingSafeEqual(given, expected);
  return isValid && now.getTime() <= startOf(date) + Number(seconds) * 1_000;
}

/** Milliseconds of a time such as 20261205T101112Z; NaN for anything else. */
function startOf(date: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date)?.slice(1) ?? [];
  const [year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
