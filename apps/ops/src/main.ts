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

await CommandFactory.run(OpsAppModule, {
  logger: ['error'],
  cliName: 'npm run ops --',
  errorHandler: fail,
  serviceErrorHandler: fail,
}).catch(fail);
