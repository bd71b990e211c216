import { type IncomingMessage, request as send, type ServerResponse } from 'node:http';
import { Cors, type EdgeAnswers, pathOf } from '@app/http';
import { DomainError, notFound, systemTime } from '@app/kernel';
import { isSignedInAddress } from './signed-url.js';

/** The bucket of images at the embedded AWS. */
export const MEDIA_BUCKET = 'commerce-local-media';
/** The paths that lead to it, as API Gateway writes them. */
export const MEDIA_ROUTES = { name: 'media', routes: ['/media/{file}', `/${MEDIA_BUCKET}/{proxy+}`] } as const;

const FILE = /^\/media\/[0-9a-f]{64}\.(webp|jpg)$/;
const UPLOAD = new RegExp(`^/${MEDIA_BUCKET}/uploads/[\\w-]+$`);

/** Headers of a file that anybody may keep for ever and show on any page, and that is nothing but a picture. */
const PUBLIC = {
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
};
/** What of the bucket's answer is passed on. */
const PASSED = ['content-type', 'content-length', 'etag', 'cache-control', 'last-modified'];

export interface MediaDoorOptions {
  /** The embedded AWS. */
  endpoint: string;
  /** Browser origins that may send uploads. */
  corsOrigins: string;
  answers: EdgeAnswers;
}

/**
 * Stands before the embedded bucket like CloudFront and S3's own gate: shows its public files, takes uploads that were
 * signed by products, and nothing else.
 */
export class MediaDoor {
  private readonly cors: Cors;

  constructor(private readonly options: MediaDoorOptions) {
    this.cors = new Cors(options.corsOrigins);
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { method = '', url = '', headers } = request;
    const path = pathOf(url);
    const cors = this.cors.headers(headers.origin);
    const preflight = this.methods(path).length > 0 ? this.cors.preflight(method, headers) : undefined;
    if (preflight) response.writeHead(204, { ...cors, ...preflight }).end();
    else if (['GET', 'HEAD'].includes(method) && FILE.test(path)) this.show(request, response, path);
    else if (method === 'PUT' && UPLOAD.test(path)) this.take(request, response);
    else this.options.answers.refuse(request, response, notFound('file'));
  };

  readonly methods = (path: string): string[] => {
    if (FILE.test(path)) return ['GET', 'HEAD'];
    return UPLOAD.test(path) ? ['PUT'] : [];
  };

  private show(request: IncomingMessage, response: ServerResponse, path: string): void {
    const { 'if-none-match': known } = request.headers;
    const headers = known === undefined ? {} : { 'if-none-match': known };
    this.forward(request, response, { path: `/${MEDIA_BUCKET}${path}`, headers }, (answer) => {
      const passed = PASSED.flatMap((name) =>
        answer.headers[name] === undefined ? [] : [[name, answer.headers[name]]],
      );
      return { ...(Object.fromEntries(passed) as Record<string, string>), ...PUBLIC };
    });
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    if (!isSignedInAddress(request, new Date(systemTime()))) {
      const sentence = 'This is not the address of an upload, or no longer, or not for these bytes.';
      this.options.answers.refuse(request, response, new DomainError('forbidden', sentence));
      return;
    }
    const { 'content-type': type = '', 'content-length': length = '0' } = request.headers;
    // The emulator takes what a program of this machine has signed, and does not read the signature.
    const headers = {
      'content-type': type,
      'content-length': length,
      authorization: 'AWS4-HMAC-SHA256 in the address',
    };
    this.forward(request, response, { path: pathOf(request.url ?? ''), headers }, ({ headers: { etag = '' } }) => ({
      ...this.cors.headers(request.headers.origin),
      etag,
      'content-length': '0',
    }));
  }

  private forward(
    request: IncomingMessage,
    response: ServerResponse,
    { path, headers }: { path: string; headers: Record<string, string> },
    headersOf: (answer: IncomingMessage) => Record<string, string>,
  ): void {
    const { endpoint, answers } = this.options;
    const onward = send(endpoint + path, { method: request.method, headers }, (answer) => {
      const { statusCode = 502 } = answer;
      if (statusCode >= 400) {
        answer.resume();
        answers.refuse(request, response, statusCode === 404 ? notFound('file') : unanswered());
        return;
      }
      response.writeHead(statusCode, headersOf(answer));
      answer.pipe(response);
    });
    onward.on('error', () => {
      if (response.headersSent) response.destroy();
      else answers.refuse(request, response, unanswered());
    });
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  }
}

function unanswered(): DomainError {
  return new DomainError('service-unavailable', 'The store of images does not answer. Try again.');
}
