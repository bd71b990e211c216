import { runDuring } from './run-during.js';

describe('runDuring', () => {
  it('does the work before the statement has ended, and returns both results', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const both = runDuring(promise, () => {
      resolve('stored');
      return 'done';
    });
    expect(await both).toEqual(['stored', 'done']);
  });

  it('reports a failure of the work only after the statement has ended', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let reported = false;
    const failing = runDuring(promise, () => {
      throw new Error('planned');
    }).catch((error: unknown) => {
      reported = true;
      return error;
    });
    await new Promise(setImmediate);
    expect(reported).toBe(false);
    resolve();
    expect(await failing).toEqual(new Error('planned'));
  });

  it('reports a failure of the statement', async () => {
    const failing = runDuring(Promise.reject(new Error('refused')), () => 'done');
    await expect(failing).rejects.toThrow('refused');
  });
});
