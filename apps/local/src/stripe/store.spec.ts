import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Customer } from './objects.js';
import { Store } from './store.js';

const DAY_MS = 86_400_000;

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'stripe-store-')), 'stripe');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const customer = (id: string) => ({ id, object: 'customer', created: 1, email: null }) as Customer;
const idsIn = (store: Store) => store.list('customer', [], 'ASC', 100).map(({ id }) => id);
const answer = (key: string, at: number) => ({
  ...{ key, at, endpoint: 'POST /', fingerprint: '', request_id: 'req_1', status: 200, body: '{}' },
});

describe('the store', () => {
  it('is its owner’s alone', () => {
    const store = Store.open(folder);
    store.put(customer('cus_1'));
    for (const name of ['.', ...readdirSync(folder)]) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    store.close();
    expect(readdirSync(folder)).toEqual(['stripe.db']);
  });

  it('keeps an object in its place when it changes', () => {
    const store = Store.open(folder);
    for (const id of ['cus_1', 'cus_2']) store.put(customer(id));
    store.put({ ...customer('cus_1'), email: 'ann@example.com' });
    expect(idsIn(store)).toEqual(['cus_1', 'cus_2']);
    expect(store.find('customer', 'cus_1')).toMatchObject({ email: 'ann@example.com' });
    expect(store.find('charge', 'cus_1')).toBeUndefined();
    store.close();
  });

  it('writes all of a transaction, or nothing', () => {
    const store = Store.open(folder);
    const fails = () => {
      store.put(customer('cus_1'));
      throw new Error('no');
    };
    expect(() => store.transaction(fails)).toThrow('no');
    expect(idsIn(store)).toEqual([]);
    store.close();
  });

  it('keeps the newest rows only', () => {
    const store = Store.open(folder, { objects: 3, answers: 2, answersMs: DAY_MS, deliveries: 2 });
    for (let i = 1; i <= 5; i++) {
      store.put(customer(`cus_${i}`));
      store.keepAnswer(answer(`k${i}`, DAY_MS + i));
      store.later('deliver', `evt_${i}`, i);
      store.later('settle_refund', `re_${i}`, i);
    }
    store.sweep(DAY_MS + 10);
    expect(idsIn(store)).toEqual(['cus_3', 'cus_4', 'cus_5']);
    expect(['k3', 'k4', 'k5'].filter((key) => store.answer(key, DAY_MS + 10))).toEqual(['k4', 'k5']);
    const tasks = store.tasks(10, 100).map(({ subject }) => subject);
    expect(tasks.filter((subject) => subject.startsWith('evt'))).toEqual(['evt_4', 'evt_5']);
    expect(tasks.filter((subject) => subject.startsWith('re'))).toHaveLength(5);
    store.sweep(3 * DAY_MS);
    expect(store.answer('k5', DAY_MS + 10)).toBeUndefined();
    store.close();
  });

  it('says what to do about a damaged file', () => {
    Store.open(folder).close();
    writeFileSync(join(folder, 'stripe.db'), 'x'.repeat(5_000));
    expect(() => Store.open(folder)).toThrow(/cannot be read: bring back a copy of the folder, or delete it/);
  });
});
