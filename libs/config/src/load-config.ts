import 'reflect-metadata';
import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

export type Environment = Record<string, string | undefined>;

/** A setting is missing or invalid. The message names keys, never values. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/**
 * Reads environment variables into an instance of a config class (class-validator rules, one property per variable).
 * Empty strings count as unset. The class's own `@Type`/`@Transform` rules convert numbers and booleans.
 *
 * @throws ConfigurationError naming every invalid key and its rule.
 */
export function loadConfig<T extends object>(type: new () => T, environment: Environment = processEnvironment()): T {
  const variables = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const config = plainToInstance(type, variables, { exposeDefaultValues: true, excludeExtraneousValues: false });
  const broken = validateSync(config, { skipUndefinedProperties: false, forbidUnknownValues: false });
  if (broken.length === 0) return config;
  const rules = broken.map(({ property, constraints }) => {
    const missing = variables[property] === undefined ? 'is missing: it ' : '';
    const said = Object.values(constraints ?? { invalid: 'is not valid' }).map((rule) =>
      rule.replace(property, '').trim(),
    );
    return `  ${property} ${missing}${[...new Set(said)].join(', ')}`;
  });
  throw new ConfigurationError(`These settings need your attention (see .env.example):\n${rules.join('\n')}`);
}

/** The process's environment on top of the working directory's `.env` file, if there is one. */
export function processEnvironment(): Environment {
  return { ...(existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {}), ...process.env };
}
