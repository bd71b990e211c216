import { applyDecorators, Header } from '@nestjs/common';

export const HTML = 'text/html; charset=utf-8';

/** The console's pages need only their inline style, the sandboxed frame and their forms. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";

/** A page of the console. With `no-referrer`, the policy of all other responses, browsers do not send a form's origin. */
export const Page = () =>
  applyDecorators(
    Header('content-type', HTML),
    Header('content-security-policy', POLICY),
    Header('referrer-policy', 'same-origin'),
  );
