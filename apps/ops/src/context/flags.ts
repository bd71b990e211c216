import { DomainError } from '@app/kernel';

/** What may stand anywhere on the command line, because it says where a command acts and how it answers. */
export interface Flags {
  /** Undefined: the data of `npm start`. */
  stage: string | undefined;
  /** The answer is one JSON value. */
  json: boolean;
  /** A file for the answer, instead of the standard output. */
  output: string | undefined;
}

/**
 * Takes these flags out of the arguments and leaves the command's own.
 *
 * @throws DomainError for a flag without its value.
 */
export function takeFlags(args: string[]): Flags {
  const stage = takeValue(args, '--stage');
  if (stage !== undefined && !/^[a-z][a-z0-9-]{0,19}$/.test(stage)) {
    throw new DomainError('validation-failed', '--stage takes the name of a stage, such as dev.');
  }
  const output = takeValue(args, '--output');
  if (output === '' || output?.startsWith('--')) {
    throw new DomainError('validation-failed', '--output takes the path of a file.');
  }
  const json = args.indexOf('--json');
  if (json !== -1) args.splice(json, 1);
  return { stage, json: json !== -1, output };
}

/** Of `--flag value` or `--flag=value`; an empty text where the value is missing. */
function takeValue(args: string[], flag: string): string | undefined {
  const at = args.findIndex((arg) => arg === flag || arg.startsWith(`${flag}=`));
  if (at === -1) return undefined;
  const [found = '', next = ''] = args.splice(at, args[at] === flag ? 2 : 1);
  return found === flag ? next : found.slice(flag.length + 1);
}
