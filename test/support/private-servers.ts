import { type DatabaseKind, type DatabaseServer, hasDatabase, startDatabaseServer } from './database-server.js';

const KINDS: DatabaseKind[] = ['mysql', 'mariadb'];

/**
 * Runs a suite on a private server of each installed kind, which it may configure freely. Call `server()` only in hooks
 * and tests.
 */
export function describeOnEachPrivateServer(name: string, suite: (server: () => DatabaseServer) => void): void {
  for (const kind of KINDS) {
    (hasDatabase(kind) ? describe : describe.skip)(`${name} (${kind})`, () => {
      let server: DatabaseServer | undefined;
      beforeAll(async () => {
        server = await startDatabaseServer({ kind });
      }, 60_000);
      suite(() => {
        if (!server) throw new Error('The server runs from beforeAll on.');
        return server;
      });
      afterAll(() => server?.stop());
    });
  }
}
