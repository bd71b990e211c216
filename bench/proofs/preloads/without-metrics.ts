import 'reflect-metadata';
import { NoMetrics, Prometheus } from '@app/telemetry';

/** With BENCH_WITHOUT_METRICS, the process counts nothing. */
if (process.env['BENCH_WITHOUT_METRICS'] === 'yes') Prometheus.prototype.of = () => new NoMetrics();
