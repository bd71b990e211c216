import { checkApi, checkDefinition, checkPlain } from './check-definition.js';
import type { Manifest } from './manifest.js';

const PLAIN: Manifest = {
  name: 'shipping',
  number: 5,
  title: 'Shipping',
  routes: [],
  database: false,
  publishes: false,
};
const API: Manifest = {
  ...PLAIN,
  database: true,
  publishes: true,
  asks: { users: ['users.keys'] },
  hears: ['user.sessions-ended'],
};

describe('a definition', () => {
  it('may agree with its manifest', () => {
    expect(() => checkDefinition(PLAIN, {})).not.toThrow();
    expect(() => checkDefinition(API, { database: 1, sweeps: [], begin: 1 })).not.toThrow();
    const onAws = { functions: { ask: { outside: { answers: ['ask'] } } }, throttledApart: ['/hooks'] };
    expect(() => checkDefinition({ ...PLAIN, routes: ['/hooks'], onAws }, {})).not.toThrow();
    expect(() => checkPlain(PLAIN)).not.toThrow();
    expect(() => checkApi(API, { ownAuthentication: false })).not.toThrow();
  });

  it.each<[string, Manifest, object]>([
    ['lower-case letters alone', { ...PLAIN, name: 'gift-cards' }, {}],
    ['or in neither', { ...PLAIN, database: true }, {}],
    ['or in neither', PLAIN, { database: 1 }],
    ['sweeps and begins', PLAIN, { sweeps: [] }],
    ['sweeps and begins', PLAIN, { begin: 1 }],
    ['nothing feeds its function rpc', { ...PLAIN, onAws: { functions: { rpc: {} } } }, {}],
    ['nothing feeds its function event', { ...API, onAws: { functions: { event: {} } } }, { database: 1 }],
    ['no route /hooks', { ...PLAIN, onAws: { throttledApart: ['/hooks'] } }, {}],
  ])('is refused with a sentence: %s', (sentence, manifest, parts) => {
    expect(() => checkDefinition(manifest, parts)).toThrow(sentence);
  });

  it.each<[string, Manifest]>([
    ['defined by defineApi', { ...PLAIN, asks: {} }],
    ['defined by defineApi', { ...PLAIN, answers: [] }],
    ['defined by defineApi', { ...PLAIN, publishes: true }],
  ])('without callers is refused with a sentence: %s', (sentence, manifest) => {
    expect(() => checkPlain(manifest)).toThrow(sentence);
  });

  it.each<[string, Manifest]>([
    ['keeps an outbox', { ...API, publishes: false }],
    ['keeps an outbox', { ...API, database: false }],
    ['it asks `users.keys`', { ...API, asks: {} }],
    ['it hears `user.sessions-ended`', { ...API, hears: [] }],
  ])('of an API is refused with a sentence: %s', (sentence, manifest) => {
    expect(() => checkApi(manifest, { ownAuthentication: false })).toThrow(sentence);
  });
});
