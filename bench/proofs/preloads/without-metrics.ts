import 'reflect-metadata';
import { NoMetrics } from '@app/kernel';
import { Prometheus } from '@app/metrics';

/** With BENCH_WITHOUT_METRICS, the process counts nothing. */
if (process.env['BENCH_WITHOUT_METRICS'] === 'yes') Prometheus.prototype.of = () => new NoMetrics();
