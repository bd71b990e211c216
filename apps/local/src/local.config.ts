import { ChoiceVariable, EmailVariable, IntegerVariable, OriginsVariable, TextVariable } from '@app/config';
import { HOSTS, NETWORKS, LOCAL_ORIGINS } from './machine/this-machine.js';

/**
 * The variables of `npm start` itself; all have defaults. The services read every other variable of the same
 * environment, except the addresses of their parts.
 */
export class LocalConfig {
  @TextVariable({ hint: 'must be an address to listen on' })
  HOST: string = '127.0.0.1';

  @IntegerVariable({ min: 0, max: 65_535 })
  PORT: number = 3000;

  /**
   * Comma-separated addresses or networks that, like this machine itself, may see the console, the mailbox, the demo
   * logins and the metrics.
   */
  @TextVariable({ pattern: NETWORKS, hint: 'must be a comma-separated list of addresses or networks' })
  LOCAL_NETWORKS: string = '';

  /** Comma-separated names that they use for this machine, in addition to localhost and its addresses. */
  @TextVariable({ pattern: HOSTS, hint: 'must be a comma-separated list of names' })
  LOCAL_HOSTS: string = '';

  /** The folder of databases, queues, mailbox and keys. */
  @TextVariable({ hint: 'must be a folder' })
  DATA_DIR: string = '.data';

  /** A real MySQL or MariaDB server; each service gets its own database on it. */
  @TextVariable({ optional: true, pattern: /^mysql:\/\//, hint: 'must begin with mysql://' })
  DATABASE_URL?: string;

  @TextVariable({ optional: true, pattern: /^rediss?:\/\//, hint: 'must begin with redis://' })
  REDIS_URL?: string;

  @EmailVariable({ optional: true })
  ADMIN_EMAIL?: string;

  @TextVariable({ optional: true })
  ADMIN_PASSWORD?: string;

  @ChoiceVariable(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
  LOG_LEVEL: string = 'warn';

  /** Comma-separated browser origins that may call the API, `:*` for every port. */
  @OriginsVariable()
  CORS_ORIGINS: string = LOCAL_ORIGINS;

  /** Serves /docs and /openapi.json, only the document, or neither. */
  @ChoiceVariable(['on', 'document', 'off'])
  DOCS: 'on' | 'document' | 'off' = 'on';
}
