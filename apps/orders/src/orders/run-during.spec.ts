import { meanwhile } from './meanwhile.js';

describe('meanwhile', () => {
  it('does the work before the statement has ended, and answers both', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const both = meanwhile(promise, () => {
      resolve('stored');
      return 'done';
    });
    expect(await both).toEqual(['stored', 'done']);
  });

  it('tells a failure of the work only once the statement has ended', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let told = false;
    const failing = meanwhile(promise, () => {
      throw new Error('planned');
    }).catch((error: unknown) => {
      told = true;
      return error;
    });
    await new Promise(setImmediate);
    expect(told).toBe(false);
    resolve();
    expect(await failing).toEqual(new Error('planned'));
  });

  it('tells a failure of the statement', async () => {
    const failing = meanwhile(Promise.reject(new Error('refused')), () => 'done');
    await expect(failing).rejects.toThrow('refused');
  });
});
