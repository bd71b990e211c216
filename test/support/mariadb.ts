import type { DatabaseProgram } from './database-program.js';
import { findProgram } from './process.js';

export const MARIADB: DatabaseProgram = {
  find() {
    const initialise = findProgram('mariadb-install-db');
    const serve = findProgram('mariadbd');
    if (initialise === undefined || serve === undefined) return undefined;
    const args = ['--skip-name-resolve'];
    return {
      initialise: {
        program: initialise,
        args: [...args, '--auth-root-authentication-method=normal', '--skip-test-db'],
      },
      serve: { program: serve, args },
    };
  },
  hint: 'install it (Debian: mariadb-server)',
};
