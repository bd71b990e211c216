import type { components } from './schema.ts';

export type Problem = components['schemas']['Problem'];

/** A refusal by the platform; branch on `code`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }

  get code(): Problem['code'] {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }
}

/** Returns the data of an openapi-fetch result. @throws ProblemError if the platform refused. */
export function dataOf<T>({ data, error, response }: { data?: T; error?: unknown; response: Response }): T {
  if (response.ok) return data as T;
  if (typeof error === 'object' && error !== null && 'code' in error) throw new ProblemError(error as Problem);
  throw new Error(`${response.url} answered ${response.status} without a problem document.`);
}
