import 'reflect-metadata';
import { NoMetrics } from '@app/kernel';
import { Prometheus } from '@app/metrics';

/** A process that is told so by its environment counts nothing. */
if (process.env['BENCH_WITHOUT_METRICS'] === 'yes') Prometheus.prototype.of = () => new NoMetrics();
