import { IntegerVariable, TextVariable } from './fields.js';
import { ConfigurationError, loadConfig } from './load-config.js';

class Settings {
  @IntegerVariable({ min: 0, max: 10 })
  SHARDS: number;

  @TextVariable({ hint: 'must be an address' })
  ADDRESS: string;
}

const refusal = (environment: Record<string, string>): Error => {
  try {
    loadConfig(Settings, environment);
  } catch (error) {
    return error as Error;
  }
  throw new Error('These settings were accepted.');
};

describe('invalid settings', () => {
  it('are named with their rules, each in one sentence', () => {
    const error = refusal({ SHARDS: 'many', ADDRESS: '' });
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message.split('\n')).toEqual([
      'These settings need your attention (see .env.example):',
      '  SHARDS must be a whole number from 0 to 10',
      '  ADDRESS is missing: it must be an address',
    ]);
  });

  it('never appear with their values in the message', () => {
    expect(refusal({ SHARDS: 'a-secret', ADDRESS: 'here' }).message).not.toContain('a-secret');
  });
});
