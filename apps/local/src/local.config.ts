import { ChoiceVariable, EmailVariable, IntegerVariable, OriginsVariable, TextVariable } from '@app/config';
import { HOSTS, NETWORKS, LOCAL_ORIGINS } from './machine/this-machine.js';

/**
 * What `npm start` itself reads from the environment. Everything has a default. The services get every other setting from
 * there, each its own: the environment is theirs, but for where their parts are.
 */
export class LocalConfig {
  @TextVariable({ hint: 'must be an address to listen on' })
  HOST: string = '127.0.0.1';

  @IntegerVariable({ min: 0, max: 65_535 })
  PORT: number = 3000;

  /**
   * Addresses or networks, comma-separated, that may see the console, the mailbox, the demo logins and the numbers, besides
   * this machine itself.
   */
  @TextVariable({ pattern: NETWORKS, hint: 'must be a comma-separated list of addresses or networks' })
  LOCAL_NETWORKS: string = '';

  /** Names, comma-separated, under which they call this machine, besides localhost and its addresses. */
  @TextVariable({ pattern: HOSTS, hint: 'must be a comma-separated list of names' })
  LOCAL_HOSTS: string = '';

  /** Databases, queues, mailbox and keys live here. */
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

  /** Whether /docs and /openapi.json are served, or the document alone, or neither. */
  @ChoiceVariable(['on', 'document', 'off'])
  DOCS: 'on' | 'document' | 'off' = 'on';
}
