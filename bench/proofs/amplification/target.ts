import { type Document, resolve, type Route, routesOf, type Schema } from '../../../test/e2e/fuzz/document.js';
import { ask } from '../frame/http.js';
import type { ProofPlatform } from '../frame/platform.js';
import { BODY_TRICKS, fieldTricks } from './body-tricks.js';
import { HEAD_TRICKS, queryTrick, tokenTricks } from './head-tricks.js';
import type { Draft } from './request.js';
import type { Trick } from './trick.js';

export const ATTACKED = ['users', 'products', 'orders'] as const;
export type Attacked = (typeof ATTACKED)[number];

/** A request that anybody may send to one route, and the tricks that may make it costly. */
export interface Target {
  /** Such as `GET /products`. */
  name: string;
  service: Attacked;
  port: number;
  /** Whether it hashes a password, which is costly on purpose. */
  hashes: boolean;
  tricks: readonly Trick[];
  /** An ordinary request without a token, different for each `n`. */
  draft(n: number): Draft;
}

/** Existing things that the documents' examples lack. */
export interface Known {
  /** A key id of the platform's public key set. */
  keyId: string;
  productId: number;
  email: string;
  refreshToken: string;
}

/** Undocumented requests, the first two of unknown routes. All services handle them with the same code. */
const UNDOCUMENTED = ['POST /nothing', 'OPTIONS /nothing', 'GET /openapi.json', 'GET /docs', 'GET /account'];
const ONE_OF_THEM: Attacked = 'users';
const HASHING = ['POST /auth/login', 'POST /users'];

/** Every route that the running services document, so that none is forgotten, and the undocumented ones. */
export async function targetsOf({ services }: ProofPlatform, known: Known): Promise<Target[]> {
  const targets: Target[] = [];
  for (const service of ATTACKED) {
    const { url } = services[service];
    const document = (await ask(`${url}/openapi.json`)).body as unknown as Document;
    const described = [
      ...routesOf(document).map((route) => documented(document, route, known)),
      ...(service === ONE_OF_THEM ? UNDOCUMENTED.map((name) => undocumented(name, known)) : []),
    ];
    targets.push(...described.map((each) => ({ ...each, service, port: Number(new URL(url).port) })));
  }
  return targets;
}

type Described = Omit<Target, 'service' | 'port'>;

function documented(document: Document, { method, path, operation }: Route, known: Known): Described {
  const content = operation.requestBody?.content['application/json'] as
    { schema: Schema; example?: object } | undefined;
  const fields = content ? (resolve(document, content.schema).properties ?? {}) : {};
  const name = `${method} ${path}`;
  return {
    name,
    hashes: HASHING.includes(name),
    tricks: [
      ...tricksOfAll(known),
      ...(operation.parameters ?? []).filter((each) => each.in === 'query').map(queryTrick),
      ...Object.entries(fields).flatMap(([field, schema]) => fieldTricks(document, field, schema)),
      ...('email' in fields ? [ofAnAccount(known)] : []),
    ],
    draft: (n) => ({
      method,
      path: path.replaceAll(/\{\w+\}/g, String(known.productId)),
      query: [],
      headers: [],
      fields: content && ordinary(content.example ?? {}, known, n),
    }),
  };
}

function undocumented(name: string, known: Known): Described {
  const [method = '', path = ''] = name.split(' ');
  return { name, hashes: false, tricks: tricksOfAll(known), draft: () => ({ method, path, query: [], headers: [] }) };
}

const tricksOfAll = ({ keyId }: Known): Trick[] => [...HEAD_TRICKS, ...tokenTricks(keyId), ...BODY_TRICKS];

/** The document's example with a new person each time. */
function ordinary(example: object, { refreshToken }: Known, n: number): Record<string, unknown> {
  const fresh = { email: `somebody-${n}@example.com`, username: `somebody-${n}`, refresh_token: refreshToken };
  return Object.fromEntries(
    Object.entries(example).map(([name, value]) => [name, name in fresh ? fresh[name as keyof typeof fresh] : value]),
  );
}

function ofAnAccount({ email }: Known): Trick {
  return {
    most: 1,
    words: () => 'the address of an account',
    apply: (draft) => void (draft.fields = { ...draft.fields, email }),
  };
}
