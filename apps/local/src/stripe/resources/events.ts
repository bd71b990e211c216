import { list, text } from '../params.js';
import { listOf, oneOf } from '../reads.js';
import type { Route } from '../router.js';

export const routes: Route[] = [
  {
    method: 'GET',
    path: '/v1/events',
    handle: (call) => {
      const { type, types, ...page } = call.read({ ...listOf.readers, type: text, types: list(text) });
      const wanted = types ?? (type === undefined ? [] : [type]);
      const within = { sql: 'type IN (SELECT value FROM json_each(?))', value: JSON.stringify(wanted) };
      return listOf(call, 'event', page, wanted.length > 0 ? [within] : []);
    },
  },
  { method: 'GET', path: '/v1/events/{id}', handle: oneOf('event') },
];
