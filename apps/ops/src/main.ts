import 'reflect-metadata';
import { CommandFactory } from 'nest-commander';
import { OpsAppModule } from './ops-app.module.js';

/** What an operator can do something about is told in a sentence, everything else with its stack. */
function fail(error: Error & { exitCode?: number }): never {
  // The parser has told its own errors, and ends --help in the same way.
  if (error.exitCode !== undefined) process.exit(error.exitCode);
  const told = ['ConfigurationError', 'DomainError', 'StartFailure'].includes(error.name);
  console.error(told ? error.message : error.stack);
  process.exit(1);
}

/** `--stage NAME` may stand anywhere: it says where a command acts, not what it does. */
function takeStage(args: string[]): string | undefined {
  const at = args.findIndex((arg) => arg === '--stage' || arg.startsWith('--stage='));
  const [flag, next] = args.splice(at === -1 ? args.length : at, args[at] === '--stage' ? 2 : 1);
  if (flag === undefined) return undefined;
  const stage = flag === '--stage' ? (next ?? '') : flag.slice('--stage='.length);
  if (/^[a-z][a-z0-9-]{0,19}$/.test(stage)) return stage;
  console.error('--stage takes the name of a stage, such as dev.');
  process.exit(1);
}

await CommandFactory.run(OpsAppModule.at(takeStage(process.argv)), {
  logger: ['error'],
  cliName: 'npm run ops --',
  errorHandler: fail,
  serviceErrorHandler: fail,
}).catch(fail);
