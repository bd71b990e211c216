import { errorCodes } from '@app/kernel';
import { declaredMetrics } from '@app/telemetry';
import { loadService } from '../../apps/local/src/load-service.js';
import { SERVICES } from '../../apps/manifests.js';
import { readJson } from '../support/json.js';

describe('what the libs and services declare for themselves', () => {
  // Fails if two of them declare one name.
  beforeAll(() => Promise.all(SERVICES.map(loadService)));

  it('as error codes is what the OpenAPI document lists', () => {
    const { 'x-error-codes': listed, components } = readJson('docs/api/openapi.json');
    expect(errorCodes().map(({ name, title }) => [name, title])).toEqual(
      Object.entries<{ title: string }>(listed).map(([name, { title }]) => [name, title]),
    );
    expect(components.schemas.Problem.properties.code.enum).toEqual(Object.keys(listed));
  });

  it('as metrics has names that Prometheus and CloudWatch understand alike', () => {
    const units = { count: /_total$/, duration: /_seconds$/, gauge: /^[a-z_]+$/ };
    const metrics = declaredMetrics();
    expect(metrics.length).toBeGreaterThan(10);
    for (const { name, kind } of metrics) expect(name).toMatch(units[kind]);
  });
});
