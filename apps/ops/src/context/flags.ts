import { DomainError } from '@app/kernel';

/** The flags of all commands, allowed anywhere on the command line: where to act and how to print the result. */
export interface Flags {
  /** Undefined means the data of `npm start`. */
  stage: string | undefined;
  /** Print the result as one JSON value. */
  json: boolean;
  /** A file for the result, instead of the standard output. */
  output: string | undefined;
}

/**
 * Removes these flags from the arguments, so that only the command's own stay.
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

/** Returns the value of `--flag value` or `--flag=value`; an empty text if it is missing. */
function takeValue(args: string[], flag: string): string | undefined {
  const at = args.findIndex((arg) => arg === flag || arg.startsWith(`${flag}=`));
  if (at === -1) return undefined;
  const [found = '', next = ''] = args.splice(at, args[at] === flag ? 2 : 1);
  return found === flag ? next : found.slice(flag.length + 1);
}
