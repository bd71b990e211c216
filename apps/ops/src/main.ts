import 'reflect-metadata';
import { CommandFactory } from 'nest-commander';
import { DoneInPart, EXIT, told } from './context/exit.js';
import { takeFlags } from './context/flags.js';
import { Output } from './context/output.js';
import { groupsFor } from './groups.js';
import { OpsAppModule } from './ops-app.module.js';

function fail(error: Error & { exitCode?: number }): never {
  // The parser has told its own errors, and ends --help in the same way.
  if (error.exitCode !== undefined) process.exit(error.exitCode === 0 ? EXIT.done : EXIT.failed);
  console.error(told(error));
  process.exit(error instanceof DoneInPart ? EXIT.doneInPart : EXIT.failed);
}

function begin(): { stage: string | undefined; output: Output } {
  try {
    const { stage, ...answers } = takeFlags(process.argv);
    const output = new Output(answers);
    if (answers.json) output.assertMachineReadable();
    return { stage, output };
  } catch (error) {
    return fail(error as Error);
  }
}

// Whoever reads the answer has seen enough, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? process.exit(0) : fail(error)));

const { stage, output } = begin();
const groups = await groupsFor(process.argv[2]);
await CommandFactory.run(OpsAppModule.at(stage, output, groups), {
  logger: ['error'],
  cliName: 'npm run ops --',
  errorHandler: fail,
  serviceErrorHandler: fail,
}).catch(fail);
